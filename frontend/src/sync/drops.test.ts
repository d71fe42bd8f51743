/** A thousand runs of random deeds over a network that loses requests and answers, with tabs that die: nothing lost, nothing doubled. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Engine } from './engine.ts';
import { Browser, tick } from './testing/browser.ts';
import { FakeServer, type Fault } from './testing/fake_server.ts';

const RUNS = Number(process.env.DROP_RUNS ?? 1000);
const DEEDS = 10;
const FAULTS: Fault[] = ['request lost', 'answer lost', 'busy', 'in use', 'token ended'];

type Wanted = Map<string, { description: string; completed: boolean }>;

/** Mulberry32: the same numbers for the same seed. */
function chances(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Does one thing in the tab and to what is wanted. */
function act(tab: Engine, wanted: Wanted, chance: () => number, place: number): void {
  const known = tab.replica.tasks();
  const task = known[Math.floor(chance() * known.length)];
  const deed = Math.floor(chance() * 8);
  if (deed < 3 || !task) {
    const titles = Array.from({ length: 1 + Math.floor(chance() * 3) }, (_, part) => `Task ${place}.${part}`);
    tab.hands.add(titles);
    for (const title of titles) wanted.set(title, { description: '', completed: false });
  } else if (deed === 3) {
    tab.hands.edit(task.id, { description: `Text ${place}` });
    wanted.set(task.title, { description: `Text ${place}`, completed: task.completed });
  } else if (deed === 4) {
    tab.hands.complete([task.id], !task.completed);
    wanted.set(task.title, { description: task.description, completed: !task.completed });
  } else if (deed === 5) {
    tab.hands.remove([task.id]);
    wanted.delete(task.title);
  } else if (deed === 6) {
    tab.hands.clearCompleted();
    for (const [title, { completed }] of wanted) if (completed) wanted.delete(title);
  } else {
    tab.hands.remove([task.id]);
    tab.hands.undoLast();
  }
}

let closeAll = (): void => {};

async function run(seed: number): Promise<void> {
  const chance = chances(seed);
  const server = new FakeServer();
  const browser = new Browser();
  closeAll = () => browser.closeAll();
  const wanted: Wanted = new Map([['Old 1', { description: '', completed: false }], ['Old 2', { description: '', completed: false }]]);
  for (const title of wanted.keys()) server.add(title);
  globalThis.fetch = server.fetch as unknown as typeof fetch;
  await browser.tab();
  await browser.tab();
  await browser.quiet();
  server.fault = () => (chance() < 0.4 ? (FAULTS[Math.floor(chance() * FAULTS.length)] ?? null) : null);
  for (let place = 0; place < DEEDS; place++) {
    const tab = browser.open[Math.floor(chance() * 2)];
    assert.ok(tab);
    act(tab, wanted, chance, place);
    // The disk and the other tab know of it before anything else is done.
    for (let turn = 0; turn < 3 + chance() * 8; turn++) await tick();
    if (chance() < 0.15) {
      browser.close(tab);
      await browser.tab();
      for (let turn = 0; turn < 3; turn++) await tick();
    }
  }
  server.fault = () => null;
  await browser.quiet();
  const expected = [...wanted].map(([title, rest]) => ({ title, ...rest })).toSorted(byTitle);
  assert.deepEqual(server.present().toSorted(byTitle).map(told), expected, `seed ${seed}: the server`);
  for (const tab of browser.open) {
    assert.deepEqual(tab.replica.tasks().toSorted(byTitle).map(told), expected, `seed ${seed}: a tab`);
    assert.equal(tab.replica.edits.length, 0);
  }
  assert.equal(browser.disk.size, 0);
  assert.deepEqual(browser.said.filter((one) => one.kind === 'refused'), [], `seed ${seed}`);
}

function told({ title, description, completed }: { title: string; description: string; completed: boolean }): object {
  return { title, description, completed };
}

function byTitle(one: { title: string }, other: { title: string }): number {
  return one.title < other.title ? -1 : 1;
}

test(`${RUNS} random runs lose nothing and double nothing`, async () => {
  for (let seed = 1; seed <= RUNS; seed++) await run(seed).finally(closeAll);
});
