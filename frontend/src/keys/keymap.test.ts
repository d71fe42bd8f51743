import assert from 'node:assert/strict';
import { test } from 'node:test';
import { caps, keyOf } from './keymap.ts';

const press = (key: string, more = {}) => keyOf({ key, code: '', ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...more });

test('a key is called what is printed on it', () => {
  assert.equal(press('n'), 'n');
  assert.equal(press('N'), 'n');
  assert.equal(press('?'), '?');
  assert.equal(press('ArrowDown'), 'ArrowDown');
});

test('Ctrl and the command key are one', () => {
  assert.equal(press('k', { ctrlKey: true }), 'Ctrl+k');
  assert.equal(press('z', { metaKey: true }), 'Ctrl+z');
});

test('Ctrl with Shift is another key: redo is not undo', () => {
  assert.equal(press('Z', { ctrlKey: true, shiftKey: true }), 'Ctrl+Shift+z');
  assert.equal(press('?', { shiftKey: true }), '?');
});

test('with Alt a key means something to the system', () => assert.equal(press('x', { altKey: true }), ''));

test('another alphabet has the same keys', () => {
  assert.equal(press('ч', { code: 'KeyX' }), 'x');
  assert.equal(press('л', { code: 'KeyK', ctrlKey: true }), 'Ctrl+k');
});

test('keys are drawn in short', () => {
  assert.deepEqual(caps('Ctrl+k'), ['Ctrl', 'K']);
  assert.deepEqual(caps('Delete'), ['Del']);
  assert.deepEqual(caps('n'), ['n']);
});
