import assert from 'node:assert/strict';
import { test } from 'node:test';
import { waitBefore } from './backoff.ts';
import type { Act } from './edit.ts';
import { Undo } from './undo.ts';

const removal = (id: string): Act => ({ kind: 'remove', id, title: id, seen: null });

test('the last fifty deeds can be taken back, the last first', () => {
  const undo = new Undo();
  for (let place = 0; place < 60; place++) undo.done(`Deed ${place}`, [{ key: `${place}`, act: removal('a') }]);
  const taken = [];
  while (undo.undoable) taken.push(undo.take()?.sentence);
  assert.deepEqual([taken.length, taken[0], taken.at(-1)], [50, 'Deed 59', 'Deed 10']);
});

test('what was refused is not taken back, the rest of the deed is', () => {
  const undo = new Undo();
  undo.done('Three', ['a', 'b', 'c'].map((id) => ({ key: id, act: removal(id) })));
  undo.refused('b', []);
  undo.refused('elsewhere', ['c']);
  assert.deepEqual(undo.take()?.reverses.map((reverse) => reverse.key), ['a']);
  undo.done('One', [{ key: 'a', act: removal('a') }]);
  undo.refused('a', []);
  assert.equal(undo.undoable, null);
});

test('waits grow to half a minute, and never undercut what the server asks for', () => {
  assert.ok(waitBefore(0, null, 0.99) < 1000);
  assert.ok(waitBefore(100, null, 0.99) <= 30_250);
  assert.ok(waitBefore(0, 60, 0) >= 60_000);
});
