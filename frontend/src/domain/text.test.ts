import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareCodePoints, fold, grouped, length, strip } from './text.ts';

/** Pairs that Python's `casefold` makes equal. */
const SAME = [
  ['STRASSE', 'straße'],
  ['ΌΣΟΣ', 'όσος'],
  ['ẞ', 'ss'],
  ['ﬁn', 'FIN'],
  ['µ', 'Μ'],
  ['ſ', 'S'],
  ['ǰ', 'J̌'],
  ['ꭰ', 'Ꭰ'],
  ['İ', 'i̇'],
] as const;

test('fold makes equal what differs by case only', () => {
  for (const [one, other] of SAME) assert.equal(fold(one), fold(other), `${one} ${other}`);
});

test('the dotless i stays itself', () => {
  assert.notEqual(fold('ı'), fold('i'));
  assert.equal(fold('Kırmızı'), 'kırmızı');
});

test('strip takes what Python takes and nothing else', () => {
  assert.equal(strip('\u0085\x1c \t Buy milk\u3000\n'), 'Buy milk');
  assert.equal(strip('\ufeffBuy milk'), '\ufeffBuy milk');
});

test('order and length go by code points', () => {
  assert.ok(compareCodePoints('\uffee', '😀') < 0);
  assert.ok(compareCodePoints('😀', '\uffee') > 0);
  assert.ok(compareCodePoints('B', 'a') < 0);
  assert.ok(compareCodePoints('a', 'ab') < 0);
  assert.equal(compareCodePoints('a😀', 'a😀'), 0);
  assert.equal(length('a😀'), 2);
});

test('numbers have commas between their thousands', () => {
  assert.deepEqual([0, 7, 999, 1000, 12345, 1234567].map(grouped), ['0', '7', '999', '1,000', '12,345', '1,234,567']);
});
