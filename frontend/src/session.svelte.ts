/** Whether somebody is signed in, and signing out. Coming in is `entering.ts`, the account `account.ts`: only some pages need them. */

import { device } from './device.ts';
import { endSessionLeft, left, others } from './presence.svelte.ts';
import { go } from './router.ts';
import { tasks } from './sync/current.svelte.ts';

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
