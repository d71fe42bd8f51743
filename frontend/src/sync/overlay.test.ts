import assert from 'node:assert/strict';
import { test } from 'node:test';
import { moment, type TaskRead } from '../domain/task.ts';
import { EDIT_VERSION, type Act, type Edit } from './edit.ts';
import { Overlay } from './overlay.ts';
import { ServerState } from './server_state.ts';

const IDS = ['a', 'b', 'c', 'd', 'new-1', 'new-2'];
const ROUNDS = 2000;

/** Always the same numbers, below `bound`. */
function dice(): (bound: number) => number {
  let state = 7;
  return (bound) => (state = (state * 48271) % 0x7fffffff) % bound;
}

function read(id: string, turn: number): TaskRead {
  const time = moment(Date.UTC(2026, 0, 1) + turn);
  return { id, number: turn + 1, title: `${id} ${turn}`, description: '', completed: turn % 2 === 0, created_at: time, updated_at: time };
}

test('going through the few tasks that moved shows what going through all would', () => {
  const roll = dice();
  const server = new ServerState();
  const overlay = new Overlay(server);
  let edits: Edit[] = [];
  const acts: ((id: string, turn: number) => Act)[] = [
    (id) => ({ kind: 'create', drafts: [{ id: `new-${id}`, title: id, description: '', completed: false }] }),
    (id, turn) => ({ kind: 'change', id, changes: { title: `mine ${turn}` }, seen: null }),
    (id) => ({ kind: 'remove', id, title: id, seen: null }),
    (id, turn) => ({ kind: 'restore', id, task: { ...read(id, turn), key: id, waiting: false } }),
    (id) => ({ kind: 'clear', ids: [id, 'a'] }),
  ];
  for (let turn = 0; turn < ROUNDS; turn++) {
    const id = IDS[roll(IDS.length)] ?? '';
    const what = roll(10);
    if (what < 3) {
      const make = acts[roll(acts.length)] ?? assert.fail();
      const edit: Edit = { key: String(turn), at: turn, version: EDIT_VERSION, sent: false, act: make(id, turn) };
      edits = [...edits, edit];
      overlay.lay(edit);
      continue;
    }
    if (what < 5) server.is(read(id, turn));
    else if (what < 6) server.gone(id);
    else if (what < 7) server.made(`new-${id}`, id);
    else if (what < 9) edits = edits.filter(() => roll(3) > 0);
    else server.listed([read(id, turn), read('d', turn)]);
    overlay.renew(edits);
    const anew = new Overlay({ real: server.real, tasks: server.tasks, moved: () => null } as ServerState);
    anew.renew(edits);
    const byId = (one: { id: string }, other: { id: string }) => (one.id < other.id ? -1 : 1);
    assert.deepEqual([...overlay.tasks.values()].toSorted(byId), [...anew.tasks.values()].toSorted(byId), `turn ${turn}`);
  }
});
