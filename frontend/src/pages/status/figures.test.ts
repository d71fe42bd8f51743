import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytes, newest, path, seconds, span, top, UNKNOWN } from './figures.ts';

test('what is not known is said to be', () => {
  assert.equal(seconds(null), UNKNOWN);
  assert.equal(bytes(null), UNKNOWN);
  assert.equal(newest([null, null]), null);
});

test('numbers come in the unit that fits', () => {
  assert.equal(seconds(0.0034), '3.4 ms');
  assert.equal(seconds(12), '12 s');
  assert.equal(seconds(0), '0 ms');
  assert.equal(bytes(0), '0 B');
  assert.equal(bytes(8_386_239), '8.39 MB');
  assert.equal(bytes(-1500), '-1.5 kB');
  assert.equal(span(7200), '2 hours');
  assert.equal(span(0), '0 seconds');
});

test('a line breaks where nothing is known', () => {
  assert.equal(path([0, 1, null, 1], 2, 30, 10), 'M0.0 10.0L10.0 5.0M30.0 5.0h.01');
  assert.equal(path([], 1, 30, 10), '');
});

test('no line leaves its box', () => {
  assert.equal(path([9, 9], 3, 10, 10), 'M0.0 0.0L10.0 0.0');
  assert.equal(top([[1, null], [4]], 2), 4);
  assert.equal(top([[]], 2), 2);
});
