/** Signing in, and with a new account. */

import { signedInBy } from './api/access.ts';
import { call, Refusal } from './api/call.ts';
import { welcome } from './presence.svelte.ts';

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
