/** For each test a new server and a new browser; importing it is enough. */

import { afterEach, beforeEach } from 'node:test';
import { Browser } from './browser.ts';
import { FakeServer } from './fake_server.ts';

export let server: FakeServer;
export let browser: Browser;

beforeEach(() => {
  server = new FakeServer();
  browser = new Browser();
  globalThis.fetch = server.fetch as unknown as typeof fetch;
});

afterEach(() => browser.closeAll());

export const titles = (): string[] => server.present().map((row) => row.title);
