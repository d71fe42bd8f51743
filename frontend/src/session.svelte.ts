/** Who is signed in. */

import { expectOwner, forgetToken, keepToken, whenLost } from './api/access.ts';
import { call, Refusal, Unreachable } from './api/call.ts';
import type { components } from './api/schema.d.ts';
import { memory } from './memory.ts';
import { waitBefore } from './sync/backoff.ts';
import { tasks } from './sync/current.svelte.ts';

export {
  accessTokens,
  changePassword,
  createAccessToken,
  deleteAccessToken,
  endSession,
  sessions,
  type AccessToken,
  type Session,
} from './account.ts';
export type User = components['schemas']['User'];

/** Changes are still waiting, and signing out would lose them. */
export class StillWaiting extends Error {
  readonly count: number;

  constructor(count: number) {
    super(`${count === 1 ? '1 change has' : `${count} changes have`} not reached the server yet.`);
    this.count = count;
  }
}

const REMEMBERED = 'todo-user';
const LEFT = 'todo-left';
/** Milliseconds that signing out waits for changes to be sent. */
const PATIENCE = 5000;
/** A list younger than this is not read again when the page comes to the front. */
const FRESH = 10_000;

class Current {
  user: User | null = $state.raw(null);
  state: 'starting' | 'in' | 'out' | 'unreachable' = $state('starting');
}

export const session = new Current();

const others = new BroadcastChannel('todo-session');
let tries = 0;
let retry: ReturnType<typeof setTimeout> | undefined;
let refreshed = 0;

/** Once, at page load. Shows the tasks of an earlier visit while the server is asked. */
export async function start(): Promise<void> {
  whenLost(() => (session.state = 'out'));
  others.onmessage = (event: MessageEvent<unknown>) => (event.data === 'out' ? void left() : void follow());
  window.addEventListener('online', wake);
  window.addEventListener('offline', () => tasks.offline());
  window.addEventListener('pagehide', () => tasks.hide());
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') tasks.hide();
    else if (Date.now() - refreshed > FRESH) wake();
  });
  await arrive();
}

export async function signIn(email: string, password: string): Promise<void> {
  await welcome(await call('post', '/api/auth/login', { body: { email, password } }));
}

export async function register(email: string, password: string, name?: string): Promise<void> {
  await welcome(await call('post', '/api/auth/register', { body: { email, password, ...(name ? { name } : {}) } }));
}

/** Throws `StillWaiting` if changes cannot be sent; `lose` gives them up. */
export async function signOut(lose = false): Promise<void> {
  const waiting = lose ? 0 : await tasks.sent(PATIENCE);
  if (waiting > 0) throw new StillWaiting(waiting);
  // The cookie outlives a server that cannot be reached: the next start ends the session then.
  memory.set(LEFT, 'yes');
  await left(true);
  others.postMessage('out');
  await endSessionLeft().catch(() => {});
}

export async function update(changes: { name?: string | null; email?: string; password?: string }): Promise<void> {
  remember((await call('patch', '/api/auth/me', { body: changes })).user);
}

export async function deleteAccount(password: string): Promise<void> {
  await call('delete', '/api/auth/me', { body: { password } });
  await left(true);
  others.postMessage('out');
}

async function arrive(): Promise<void> {
  clearTimeout(retry);
  try {
    if (memory.get(LEFT)) {
      await endSessionLeft();
      session.state = 'out';
      return;
    }
    const remembered = rememberedUser();
    if (remembered) {
      session.user = remembered;
      expectOwner(remembered.id);
      await tasks.open(remembered.id);
      tasks.wake();
    }
    const { user } = await call('get', '/api/auth/me');
    await enter(user, remembered !== null);
  } catch (problem) {
    if (problem instanceof Refusal && problem.status === 401) session.state = 'out';
    else if (problem instanceof Refusal || problem instanceof Unreachable) recover(problem);
    else throw problem;
  }
}

/** Somebody signed in in another tab, perhaps somebody else: their token must never carry what this one still has to send. */
async function follow(): Promise<void> {
  if (rememberedUser()?.id !== session.user?.id) void tasks.close();
  forgetToken();
  await arrive();
}

/** Tries again by itself, since nobody can do anything about it here. */
function recover(problem: Refusal | Unreachable): void {
  session.state = 'unreachable';
  const asked = problem instanceof Refusal ? problem.retryAfter : null;
  retry = setTimeout(() => void arrive(), waitBefore(tries++, asked, Math.random()));
}

async function welcome({ user, token }: components['schemas']['SignedIn']): Promise<void> {
  memory.remove(LEFT);
  keepToken(token);
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
async function left(wipe = false): Promise<void> {
  const closed = tasks.close(wipe);
  forgetToken();
  memory.remove(REMEMBERED);
  session.user = null;
  session.state = 'out';
  await closed;
}

async function endSessionLeft(): Promise<void> {
  await call('post', '/api/auth/logout');
  memory.remove(LEFT);
}

function remember(user: User): void {
  session.user = user;
  memory.set(REMEMBERED, JSON.stringify(user));
}

function rememberedUser(): User | null {
  try {
    return JSON.parse(memory.get(REMEMBERED) ?? 'null') as User | null;
  } catch {
    return null;
  }
}
