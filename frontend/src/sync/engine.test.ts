import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tick } from './testing/browser.ts';
import { browser, server, titles } from './testing/stage.ts';

test('an added task shows at once and gets id and number from the server, under the same key', async () => {
  const tab = await browser.tab();
  tab.hands.add(['Buy milk']);
  const [shown] = tab.replica.tasks();
  assert.deepEqual([shown?.title, shown?.number, shown?.waiting], ['Buy milk', null, true]);
  await browser.quiet();
  const [made] = tab.replica.tasks();
  assert.deepEqual([made?.number, made?.waiting, made?.key], [1, false, shown?.key]);
  assert.equal(tab.replica.get(shown?.id ?? '')?.id, made?.id);
});

test('a lost answer is asked for again and makes one task', async () => {
  const tab = await browser.tab();
  let lost = 0;
  server.fault = (request) => (request.startsWith('POST') && lost++ < 2 ? 'answer lost' : null);
  tab.hands.add(['Buy milk']);
  await browser.quiet();
  assert.deepEqual(titles(), ['Buy milk']);
  assert.equal(tab.replica.tasks().length, 1);
});

test('a list that came while a creation was unanswered does not show its task twice', async () => {
  const tab = await browser.tab();
  await browser.quiet();
  server.fault = (request) => (request.startsWith('POST') ? 'answer lost' : null);
  tab.hands.add(['Buy milk']);
  for (let turn = 0; turn < 30; turn++) {
    void tab.refresh();
    await tick();
    assert.equal(tab.replica.tasks().length, 1);
  }
  server.fault = () => null;
  await browser.quiet();
  assert.deepEqual(titles(), ['Buy milk']);
});

test('an edit of a task that is on its way waits behind it and uses its real id', async () => {
  server.fault = () => 'request lost';
  const tab = await browser.tab();
  tab.hands.add(['Buy milk']);
  const id = tab.replica.tasks()[0]?.id ?? '';
  tab.hands.edit(id, { description: 'Two bottles' });
  tab.hands.complete([id], true);
  assert.equal(tab.replica.edits.length, 3);
  server.fault = () => null;
  await browser.quiet();
  assert.deepEqual(server.present().map(({ title, description, completed }) => ({ title, description, completed })), [
    { title: 'Buy milk', description: 'Two bottles', completed: true },
  ]);
});

test('an ended token is renewed once and quietly', async () => {
  const tab = await browser.tab();
  await browser.quiet();
  const before = server.refreshes;
  let ended = false;
  server.fault = () => (ended ? null : ((ended = true), 'token ended'));
  tab.hands.add(['Buy milk']);
  await browser.quiet();
  assert.deepEqual([titles(), server.refreshes - before], [['Buy milk'], 1]);
});

test('undo takes back each kind of deed', async () => {
  const [one, other] = [server.add('One'), server.add('Other')];
  const tab = await browser.tab();
  await browser.quiet();
  const deeds: [() => void, string][] = [
    [() => tab.hands.add(['New']), 'Added “New”'],
    [() => tab.hands.edit(one.id, { title: 'First', description: 'x' }), 'Changed “One”'],
    [() => tab.hands.complete([one.id, other.id], true), 'Completed 2 tasks'],
    [() => tab.hands.clearCompleted(), 'Cleared 2 completed tasks'],
  ];
  const before = [];
  for (const [deed, sentence] of deeds) {
    before.push(server.present().map(({ title, description, completed }) => ({ title, description, completed })));
    deed();
    assert.equal(tab.hands.undo.undoable, sentence);
    await browser.quiet();
  }
  for (const state of before.toReversed()) {
    tab.hands.undoLast();
    await browser.quiet();
    assert.deepEqual(server.present().map(({ title, description, completed }) => ({ title, description, completed })), state);
    assert.equal(tab.replica.tasks().length, state.length);
  }
  assert.equal(tab.hands.undo.undoable, null);
});

test('what is done while the disk is being read counts as sent by nobody, and goes before what undoes it', async () => {
  server.add('Buy milk');
  const tab = await browser.tab();
  await browser.quiet();
  tab.hands.complete(tab.replica.tasks().map((task) => task.id), true);
  await browser.quiet();
  await new Promise<void>((done) => {
    browser.hearing = async () => {
      browser.hearing = async () => {};
      tab.hands.clearCompleted();
      for (let turn = 0; turn < 10; turn++) await tick();
      tab.hands.undoLast();
      done();
    };
    tab.wake();
  });
  await browser.quiet();
  assert.equal(tab.replica.edits.length, 0);
  assert.deepEqual(server.requests.flatMap((request) => /^(PATCH|DELETE|POST)/.exec(request)?.[0] ?? []), ['PATCH', 'DELETE', 'POST']);
  assert.deepEqual(titles(), ['Buy milk']);
});

test('two tabs agree, and an edit outlives the tab that made it', async () => {
  server.fault = () => 'request lost';
  const tab = await browser.tab();
  const other = await browser.tab();
  tab.hands.add(['Buy milk']);
  for (let turn = 0; turn < 10; turn++) await tick();
  assert.equal(other.replica.tasks()[0]?.title, 'Buy milk');
  browser.close(tab);
  browser.close(other);
  server.fault = () => null;
  const later = await browser.tab();
  assert.equal(later.replica.tasks()[0]?.title, 'Buy milk');
  await browser.quiet();
  assert.deepEqual(titles(), ['Buy milk']);
  assert.equal(browser.disk.size, 0);
});

test('a second visit shows the cache and what was not sent, before the server can be reached', async () => {
  const { id } = server.add('Buy milk');
  const first = await browser.tab();
  await browser.quiet();
  server.fault = () => 'request lost';
  first.hands.edit(id, { title: 'Buy oat milk' });
  first.hands.add(['Pay rent']);
  for (let turn = 0; turn < 10; turn++) await tick();
  browser.close(first);
  const second = await browser.tab();
  assert.equal(second.loaded, 'cache');
  assert.deepEqual(second.replica.tasks().map((task) => task.title), ['Buy oat milk', 'Pay rent']);
  for (let turn = 0; turn < 30; turn++) await tick();
  assert.equal(second.online, false);
  server.fault = () => null;
  await browser.quiet();
  assert.deepEqual([second.loaded, second.online, titles()], ['server', true, ['Buy oat milk', 'Pay rent']]);
});
