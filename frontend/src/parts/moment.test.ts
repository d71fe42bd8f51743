import assert from 'node:assert/strict';
import { test } from 'node:test';
import { spoken } from './moment.ts';

const now = Date.parse('2026-11-22T12:00:00Z');

test('what was just now', () => assert.equal(spoken('2026-11-22T11:59:30.000000Z', now), 'just now'));

test('within a week as people say it', () => {
  assert.match(spoken('2026-11-22T11:30:00.000000Z', now), /30/);
  assert.match(spoken('2026-11-19T11:00:00.000000Z', now), /3/);
});

test('after that the date', () => assert.match(spoken('2026-09-01T12:00:00.000000Z', now), /2026/));
