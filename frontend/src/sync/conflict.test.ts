import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tick } from './testing/browser.ts';
import { browser, server, titles } from './testing/stage.ts';

test('a change from elsewhere in another field is kept beside the own one', async () => {
  const { id } = server.add('Buy milk');
  const tab = await browser.tab();
  await browser.quiet();
  server.change(id, { description: 'Oat' });
  tab.hands.edit(id, { title: 'Buy oat milk' });
  await browser.quiet();
  assert.deepEqual([server.rows.get(id)?.title, server.rows.get(id)?.description], ['Buy oat milk', 'Oat']);
  assert.equal(tab.replica.conflict, null);
});

for (const [which, kept] of [['mine', 'Mine'], ['theirs', 'Theirs']] as const) {
  test(`a change from elsewhere in the same field waits for the person, who takes ${which}; other edits go on`, async () => {
    const { id } = server.add('Buy milk');
    const tab = await browser.tab();
    await browser.quiet();
    server.change(id, { title: 'Theirs' });
    tab.hands.edit(id, { title: 'Mine' });
    tab.hands.add(['Another']);
    for (let turn = 0; turn < 60; turn++) await tick();
    assert.deepEqual([tab.replica.conflict?.mine, tab.replica.conflict?.theirs.title], [{ title: 'Mine' }, 'Theirs']);
    assert.deepEqual(titles(), ['Theirs', 'Another']);
    tab.resolve(which);
    await browser.quiet();
    assert.equal(tab.replica.conflict, null);
    assert.deepEqual([server.rows.get(id)?.title, tab.replica.get(id)?.title], [kept, kept]);
  });
}

test('what is deleted elsewhere counts as deleted', async () => {
  const { id } = server.add('Buy milk');
  const tab = await browser.tab();
  await browser.quiet();
  server.rows.delete(id);
  tab.hands.remove([id]);
  await browser.quiet();
  assert.deepEqual(browser.said.map((one) => one.kind), ['done']);
});

test('a text that was changed elsewhere is not deleted unread', async () => {
  const { id } = server.add('Buy milk');
  const tab = await browser.tab();
  await browser.quiet();
  server.change(id, { title: 'Buy oat milk' });
  tab.hands.remove([id]);
  await browser.quiet();
  assert.deepEqual([titles(), tab.replica.get(id)?.title], [['Buy oat milk'], 'Buy oat milk']);
});

test('what comes in while a text is typed is not overwritten by it', async () => {
  const { id } = server.add('Buy milk');
  const tab = await browser.tab();
  await browser.quiet();
  const begun = tab.replica.get(id);
  server.change(id, { title: 'Theirs' });
  await tab.refresh();
  assert.equal(tab.replica.get(id)?.title, 'Theirs');
  tab.hands.edit(id, { title: 'Mine' }, begun);
  for (let turn = 0; turn < 60; turn++) await tick();
  assert.deepEqual([tab.replica.conflict?.mine, tab.replica.conflict?.theirs.title], [{ title: 'Mine' }, 'Theirs']);
  tab.resolve('mine');
  await browser.quiet();
  assert.deepEqual([titles(), tab.replica.conflict], [['Mine'], null]);
});
