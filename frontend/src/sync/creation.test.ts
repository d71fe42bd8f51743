import assert from 'node:assert/strict';
import { afterEach, beforeEach, mock, test } from 'node:test';
import type { Engine } from './engine.ts';
import { Browser, tick } from './testing/browser.ts';
import { FakeServer } from './testing/fake_server.ts';

let server: FakeServer;
let browser: Browser;

/** The server's first day. */
const TODAY = Date.UTC(2026, 0, 1);
const HOUR = 3_600_000;

beforeEach(() => {
  mock.timers.enable({ apis: ['Date'], now: TODAY });
  server = new FakeServer();
  browser = new Browser();
  globalThis.fetch = server.fetch as unknown as typeof fetch;
});

afterEach(() => {
  browser.closeAll();
  mock.timers.reset();
});

const titles = (): string[] => server.present().map((row) => row.title);

/** Adds tasks; their creation is done, its answer lost, and the tab closed. Then the hours pass. */
async function lose(added: string[], hours: number): Promise<void> {
  const tab = await browser.tab();
  await browser.quiet();
  server.fault = (request) => (request.startsWith('POST') ? 'answer lost' : null);
  tab.hands.add(added);
  for (let turn = 0; turn < 30; turn++) await tick();
  browser.close(tab);
  for (let turn = 0; turn < 5; turn++) await tick();
  server.fault = () => null;
  mock.timers.setTime(TODAY + hours * HOUR);
  if (hours >= 24) server.forgetKeys();
}

async function later(): Promise<Engine> {
  const tab = await browser.tab();
  await browser.quiet();
  assert.equal(browser.disk.size, 0);
  assert.deepEqual(tab.replica.tasks().map((task) => task.title), titles());
  return tab;
}

for (const hours of [1, 23.5, 25, 24 * 40]) {
  test(`a creation whose answer was lost is done once, ${hours} hours later`, async () => {
    await lose(['Buy milk'], hours);
    await later();
    assert.deepEqual(titles(), ['Buy milk']);
  });
}

test('a creation that never left is sent, however late', async () => {
  server.fault = () => 'request lost';
  const tab = await browser.tab();
  tab.hands.add(['Buy milk']);
  for (let turn = 0; turn < 10; turn++) await tick();
  browser.close(tab);
  server.fault = () => null;
  mock.timers.setTime(TODAY + 48 * HOUR);
  await later();
  assert.deepEqual(titles(), ['Buy milk']);
});

test('many at once are found too; one that was changed elsewhere meanwhile is rather doubled than lost', async () => {
  await lose(['One', 'Two', 'Three', 'Two'], 25);
  const [first] = server.present();
  server.change(first?.id ?? '', { title: 'One, but longer' });
  await later();
  assert.deepEqual(titles(), ['One, but longer', 'Two', 'Three', 'Two', 'One']);
});

test('one that was deleted elsewhere meanwhile is not made again', async () => {
  await lose(['Buy milk'], 25);
  server.change(server.present()[0]?.id ?? '', { deleted_at: 'now' });
  await later();
  assert.deepEqual(titles(), []);
});

test('a task of the same text that was there before is not taken for it', async () => {
  server.add('Buy milk');
  await lose(['Buy milk'], 25);
  const [, made] = server.present();
  server.rows.delete(made?.id ?? '');
  await later();
  assert.deepEqual(titles(), ['Buy milk', 'Buy milk']);
});
