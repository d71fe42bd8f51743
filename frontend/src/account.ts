/** What a person may see and change of their account. */

import { call } from './api/call.ts';
import type { components } from './api/schema.d.ts';
import { left, others, remember } from './presence.svelte.ts';
import { go } from './router.ts';
import { notices } from './sync/notices.svelte.ts';

export type Session = components['schemas']['SessionRead'];
export type AccessToken = components['schemas']['AccessTokenRead'];

export async function changePassword(current: string, next: string): Promise<void> {
  await call('post', '/api/auth/password', { body: { current_password: current, new_password: next } });
}

export async function sessions(): Promise<Session[]> {
  return (await call('get', '/api/auth/sessions')).sessions;
}

export async function endSession(id: string): Promise<void> {
  await call('delete', '/api/auth/sessions/{session_id}', { path: { session_id: id } });
}

export async function accessTokens(): Promise<AccessToken[]> {
  return (await call('get', '/api/auth/tokens')).tokens;
}

export async function createAccessToken(name: string, days?: number): Promise<components['schemas']['NewAccessToken']> {
  return await call('post', '/api/auth/tokens', { body: { name, ...(days === undefined ? {} : { expires_in_days: days }) } });
}

export async function deleteAccessToken(id: string): Promise<void> {
  await call('delete', '/api/auth/tokens/{token_id}', { path: { token_id: id } });
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
