/** Coming and going: what people do to be signed in or not, and what they change of who they are. */

import { signedInBy } from './api/access.ts';
import { call, Refusal } from './api/call.ts';
import { device } from './device.ts';
import { endSessionLeft, left, others, remember, welcome } from './presence.svelte.ts';
import { go } from './router.ts';
import { tasks } from './sync/current.svelte.ts';
import { notices } from './sync/notices.svelte.ts';

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
export { ask, session, start, type User } from './presence.svelte.ts';

/** Changes are still waiting, and signing out would lose them. */
export class StillWaiting extends Error {
  readonly count: number;

  constructor(count: number) {
    super(`${count === 1 ? '1 change has' : `${count} changes have`} not reached the server yet.`);
    this.count = count;
  }
}

/** Milliseconds that signing out waits for changes to be sent. */
const PATIENCE = 5000;

/** The password is right, and the account asks for a one-time code as well. */
export class CodeNeeded extends Error {}

/** Throws `CodeNeeded` where one was not given. */
export async function signIn(email: string, password: string, code?: string): Promise<void> {
  const body = { email, password, ...(code === undefined ? {} : { code }) };
  try {
    await welcome(await signedInBy(() => call('post', '/api/auth/login', { body })));
  } catch (problem) {
    const asked = code === undefined && problem instanceof Refusal && problem.code === 'SECOND_FACTOR_REQUIRED';
    throw asked ? new CodeNeeded() : problem;
  }
}

export async function register(email: string, password: string, name?: string): Promise<void> {
  const body = { email, password, ...(name ? { name } : {}) };
  await welcome(await signedInBy(() => call('post', '/api/auth/register', { body })));
}

/** Throws `StillWaiting` if changes cannot be sent, or were refused and not taken back; `lose` gives them up. */
export async function signOut(lose = false): Promise<void> {
  const waiting = lose ? 0 : (await tasks.sent(PATIENCE)) + tasks.returned.length;
  if (waiting > 0) throw new StillWaiting(waiting);
  // The cookie outlives a server that cannot be reached: the next start ends the session then.
  device.left = true;
  const wiped = left(true);
  // Not back here: somebody who leaves is not interrupted in anything.
  go('/sign-in', true);
  await wiped;
  others.postMessage('out');
  await endSessionLeft().catch(() => {});
}

export async function update(changes: { name?: string | null; email?: string; password?: string }): Promise<void> {
  remember((await call('patch', '/api/auth/me', { body: changes })).user);
}

export async function deleteAccount(password: string): Promise<void> {
  await call('delete', '/api/auth/me', { body: { password } });
  const wiped = left(true);
  go('/', true);
  notices.say('Your account is deleted, with all its tasks.', 'done');
  await wiped;
  others.postMessage('out');
}
