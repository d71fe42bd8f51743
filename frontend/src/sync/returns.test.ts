import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tick } from './testing/browser.ts';
import type { FakeServer } from './testing/fake_server.ts';
import { browser, server, titles } from './testing/stage.ts';

test('a refused title is put back, said in the server’s sentence, and given back to be typed on', async () => {
  const { id } = server.add('Buy milk');
  const tab = await browser.tab();
  await browser.quiet();
  tab.hands.edit(id, { title: 'x'.repeat(101) });
  assert.equal(tab.replica.get(id)?.title.length, 101);
  await browser.quiet();
  assert.equal(tab.replica.get(id)?.title, 'Buy milk');
  assert.deepEqual(browser.said.at(-1), { sentence: 'Title cannot be longer than 100 characters.', kind: 'refused' });
  assert.equal(tab.returns.list[0]?.title?.length, 101);
  assert.equal(tab.hands.undo.undoable, null);
});

test('of many pasted titles only the one that breaks a rule is refused', async () => {
  const tab = await browser.tab();
  tab.hands.add(['One', 'x'.repeat(101), 'Three', ...Array.from({ length: 10 }, (_, place) => `More ${place}`)]);
  await browser.quiet();
  assert.deepEqual(titles().slice(0, 3), ['One', 'Three', 'More 0']);
  assert.equal(titles().length, 12);
  assert.equal(tab.returns.list.length, 1);
});

test('what was refused outlives its tab; once taken back, it is gone from every tab and visit', async () => {
  const { id } = server.add('Buy milk');
  const tab = await browser.tab();
  await browser.quiet();
  server.change(id, { deleted_at: 'now' });
  tab.hands.edit(id, { title: 'Buy oat milk', description: 'Two litres' });
  await browser.quiet();
  browser.close(tab);
  const [one, other] = [await browser.tab(), await browser.tab()];
  const [returned] = one.returns.list;
  assert.ok(returned);
  assert.deepEqual([returned.title, returned.description, returned.sentence], ['Buy oat milk', 'Two litres', 'You have no task with this id.']);
  assert.deepEqual(other.returns.list, one.returns.list);
  one.returns.takeBack(returned);
  for (let turn = 0; turn < 5; turn++) await tick();
  const third = await browser.tab();
  assert.deepEqual([one.returns.list, other.returns.list, third.returns.list], [[], [], []]);
});

test('two hundred cleared tasks are taken back, six requests at once; the one that is gone for good is given back', async () => {
  for (let place = 0; place < 200; place++) server.change(server.add(`Task ${place}`, `Text ${place}`).id, { completed: true });
  const tab = await browser.tab();
  await browser.quiet();
  tab.hands.clearCompleted();
  await browser.quiet();
  assert.deepEqual(titles(), []);
  const [gone = ''] = [...server.rows.keys()].slice(100, 101);
  server.rows.delete(gone);
  let [running, most, requests] = [0, 0, 0];
  server.fault = () => (++requests % 7 === 0 ? 'answer lost' : requests % 11 === 0 ? 'busy' : null);
  globalThis.fetch = (async (...asked: Parameters<FakeServer['fetch']>) => {
    if (!asked[0].endsWith('/restore')) return await server.fetch(...asked);
    most = Math.max(most, ++running);
    return await server.fetch(...asked).finally(() => running--);
  }) as unknown as typeof fetch;
  tab.hands.undoLast();
  await browser.quiet();
  assert.equal(most, 6);
  assert.equal(titles().length, 199);
  assert.equal(tab.replica.tasks().length, 199);
  assert.deepEqual(tab.returns.list.map(({ title, description }) => ({ title, description })), [{ title: 'Task 100', description: 'Text 100' }]);
  assert.deepEqual(browser.said.at(-1), { sentence: 'You have no task with this id.', kind: 'refused' });
});

test('what somebody else restored meanwhile counts as restored', async () => {
  const { id } = server.add('Buy milk');
  const tab = await browser.tab();
  await browser.quiet();
  tab.hands.remove([id]);
  await browser.quiet();
  server.change(id, { deleted_at: null });
  tab.hands.undoLast();
  await browser.quiet();
  assert.deepEqual(browser.said.map((one) => one.kind), ['done']);
  assert.deepEqual(tab.replica.tasks().map((task) => task.title), ['Buy milk']);
});

test('texts that are put back are there in every tab and visit, in their order', async () => {
  const [one, other] = [await browser.tab(), await browser.tab()];
  const texts = ['One', 'Two'].map((title) => ({ title, sentence: 'Too long.' }));
  one.returns.put(texts);
  for (let turn = 0; turn < 5; turn++) await tick();
  const third = await browser.tab();
  for (const tab of [one, other, third]) assert.deepEqual(tab.returns.list.map(({ title, sentence }) => ({ title, sentence })), texts);
});
