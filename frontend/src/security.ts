/** What keeps an account one's own: the second factor, and what happened to it. */

import { call } from './api/call.ts';
import type { components } from './api/schema.d.ts';

export type Standing = components['schemas']['SecondFactorRead'];
export type Secret = components['schemas']['SecondFactorSecret'];
export type Happening = components['schemas']['EventRead'];

const PATH = '/api/auth/second-factor';

export async function secondFactor(): Promise<Standing> {
  return await call('get', PATH);
}

export async function beginSecondFactor(password: string): Promise<Secret> {
  return await call('post', PATH, { body: { password } });
}

/** The recovery codes. */
export async function confirmSecondFactor(code: string): Promise<string[]> {
  return (await call('post', `${PATH}/confirm`, { body: { code } })).recovery_codes;
}

/** The recovery codes that replace all others. */
export async function renewRecoveryCodes(password: string, code: string): Promise<string[]> {
  return (await call('post', `${PATH}/recovery-codes`, { body: { password, code } })).recovery_codes;
}

export async function endSecondFactor(password: string, code: string): Promise<void> {
  await call('delete', PATH, { body: { password, code } });
}

export async function happenings(limit: number, cursor?: string): Promise<components['schemas']['EventPage']> {
  return await call('get', '/api/auth/events', { query: cursor === undefined ? { limit } : { limit, cursor } });
}
