import assert from 'node:assert/strict';
import { test } from 'node:test';
import { match, signInFor } from './router.ts';

test('each address has its page', () => {
  assert.equal(match('/').page.name, 'landing');
  assert.equal(match('/tasks').page.name, 'tasks');
  assert.equal(match('/tasks/').page.name, 'tasks');
  assert.equal(match('/settings').page.who, 'members');
});

test('a task has its number in the address', () => {
  assert.deepEqual([match('/tasks/12').page.name, match('/tasks/12').number], ['task', 12]);
  for (const wrong of ['/tasks/0', '/tasks/012', '/tasks/x', '/tasks/1/2']) assert.equal(match(wrong).page.name, 'missing');
});

test('no name of an object is a page', () => assert.equal(match('/constructor').page.name, 'missing'));

test('the way back survives its own signs', () => assert.equal(signInFor('/tasks/3'), '/sign-in?return-to=%2Ftasks%2F3'));
