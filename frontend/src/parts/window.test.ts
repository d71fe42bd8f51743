import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stretch } from './window.ts';

test('the beginning of a long list', () => assert.deepEqual(stretch(10_000, 40, 200, 900), { first: 0, end: 23 }));

test('its middle', () => assert.deepEqual(stretch(10_000, 40, -200_000, 800), { first: 4995, end: 5025 }));

test('its end', () => assert.deepEqual(stretch(10_000, 40, -399_200, 800), { first: 9975, end: 10_000 }));

test('a short list is drawn whole', () => assert.deepEqual(stretch(3, 40, 200, 900), { first: 0, end: 3 }));

test('an empty list draws nothing', () => assert.deepEqual(stretch(0, 40, 200, 900), { first: 0, end: 0 }));

test('after a filter has made it shorter than the scroll, its last rows are drawn', () => {
  const { first, end } = stretch(20, 40, -100_000, 800);
  assert.ok(first >= 0 && end >= first && end <= 20);
});

test('a tall window of compact rows stays below 60', () => {
  const { first, end } = stretch(10_000, 32, -50_000, 1440);
  assert.ok(end - first < 60);
});
