import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Slots } from './slots.ts';

function slotsAfter(steps: readonly (readonly string[])[], own: string | null = null): (number | undefined)[] {
  const slots = new Slots();
  for (const keys of steps) slots.give(keys, own);
  return (steps.at(-1) ?? []).map((key) => slots.of(key));
}

test('a task keeps its row wherever it moves', () => {
  assert.deepEqual(slotsAfter([['a', 'b', 'c'], ['c', 'a']]), [2, 0]);
});

test('a row whose task left shows the one that came', () => {
  assert.deepEqual(slotsAfter([['a', 'b', 'c'], ['a', 'c', 'd']]), [0, 2, 1]);
  assert.deepEqual(slotsAfter([['a', 'b'], ['x', 'y', 'z']]), [0, 1, 2]);
});

test("the person's own row shows nothing else after its task", () => {
  assert.deepEqual(slotsAfter([['a', 'b'], ['b', 'c']], 'a'), [1, 2]);
});

test('no two tasks share a row', () => {
  const found = slotsAfter([['a', 'b', 'c'], [], ['c'], ['d', 'c', 'e', 'a']]);
  assert.equal(new Set(found).size, 4);
});

test('a row is handed on with its focus, and the other one shows what came', () => {
  const slots = new Slots();
  slots.give(['a', 'b', 'c'], 'a');
  assert.equal(slots.hand('a', 'b'), true);
  slots.give(['b', 'c', 'd'], 'b');
  assert.deepEqual(['b', 'c', 'd'].map((key) => slots.of(key)), [0, 2, 1]);
  assert.equal(slots.hand('b', 'z'), false); // it is not drawn
});
