/** Whether somebody is signed in, and who: from the page load on, over all tabs, while the server can be reached or not. */

import { currentToken, expectOwner, forgetToken, subjectOf, whenLost } from './api/access.ts';
import { call, Refusal, Unreachable } from './api/call.ts';
import type { components } from './api/schema.d.ts';
import { device } from './device.ts';
import { go, match } from './router.ts';
import { waitBefore } from './sync/backoff.ts';
import { tasks } from './sync/current.svelte.ts';

export type User = components['schemas']['User'];

/** A list younger than this is not read again when the page comes to the front. */
const FRESH = 10_000;

class Current {
  user: User | null = $state.raw(null);
  /** `unasked`: nobody whom this device remembers, and nothing was asked for that the server must know it for. */
  state: 'unasked' | 'starting' | 'in' | 'out' | 'unreachable' = $state('starting');
}

export const session = new Current();

export const others = new BroadcastChannel('todo-session');
let tries = 0;
let retry: ReturnType<typeof setTimeout> | undefined;
let refreshed = 0;

/** Once, at page load. Shows the tasks of an earlier visit while the server is asked. */
export async function start(): Promise<void> {
  whenLost(() => (session.state = 'out'));
  others.onmessage = (event: MessageEvent<unknown>) => (event.data === 'out' ? letGo() : void follow());
  window.addEventListener('online', wake);
  window.addEventListener('offline', () => tasks.offline());
  window.addEventListener('pagehide', () => tasks.hide());
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') tasks.hide();
    else if (Date.now() - refreshed > FRESH) wake();
  });
  if (device.user || device.left) await arrive();
  else session.state = 'unasked';
}

/** Somebody wants to see a page for people signed in: the cookie, which no script can see, may know them. */
export function ask(): void {
  if (session.state !== 'unasked') return;
  session.state = 'starting';
  void arrive();
}

async function arrive(): Promise<void> {
  clearTimeout(retry);
  try {
    if (device.left) {
      await endSessionLeft();
      session.state = 'out';
      return;
    }
    const remembered = device.user;
    // The token names whom the device does not remember: their tasks need not wait until their name has come.
    const id = remembered?.id ?? subjectOf(await currentToken());
    if (remembered) session.user = remembered;
    const asked = remembered ? null : call('get', '/api/auth/me');
    asked?.catch(() => {}); // told below
    if (id !== null) {
      expectOwner(id);
      await tasks.open(id);
      tasks.wake();
    }
    const { user } = await (asked ?? call('get', '/api/auth/me'));
    await enter(user, id !== null);
  } catch (problem) {
    if (problem instanceof Refusal && problem.status === 401) session.state = 'out';
    else if (problem instanceof Refusal || problem instanceof Unreachable) recover(problem);
    else throw problem;
  }
}

/** Another tab signed out, which somebody did on purpose: nothing leads whoever signs in next back to where this one was. */
function letGo(): void {
  void left();
  if (match(location.pathname).page.who === 'members') go('/sign-in', true);
}

/** Somebody signed in in another tab, perhaps somebody else: their token must never carry what this one still has to send. */
async function follow(): Promise<void> {
  if (device.user?.id !== session.user?.id) void tasks.close();
  forgetToken();
  await arrive();
}

/** Tries again by itself, since nobody can do anything about it here. */
function recover(problem: Refusal | Unreachable): void {
  session.state = 'unreachable';
  const asked = problem instanceof Refusal ? problem.retryAfter : null;
  retry = setTimeout(() => void arrive(), waitBefore(tries++, asked, Math.random()));
}

export async function welcome({ user }: components['schemas']['SignedIn']): Promise<void> {
  device.left = false;
  await enter(user, false);
  others.postMessage('in');
}

async function enter(user: User, awake: boolean): Promise<void> {
  tries = 0;
  expectOwner(user.id);
  await tasks.open(user.id);
  remember(user);
  session.state = 'in';
  if (awake) refreshed = Date.now();
  else wake();
}

function wake(): void {
  if (session.state === 'unreachable') void arrive();
  if (session.state !== 'in') return;
  refreshed = Date.now();
  tasks.wake();
}

/** `wipe` in the tab that signed out; the others only let go. */
export async function left(wipe = false): Promise<void> {
  const closed = tasks.close(wipe);
  forgetToken();
  device.user = null;
  session.user = null;
  session.state = 'out';
  await closed;
}

export async function endSessionLeft(): Promise<void> {
  await call('post', '/api/auth/logout');
  device.left = false;
}

export function remember(user: User): void {
  session.user = device.user = user;
}
