/** The access token: in memory only, renewed by the refresh cookie that scripts cannot read. */

import { exchange } from './exchange.ts';
import { Refusal } from './refusal.ts';

export type Token = { access_token: string; token_type: 'bearer'; expires_in: number };

/** Renewed so long before its end, in milliseconds, that no call is refused for it. */
const MARGIN = 30_000;

let token: string | null = null;
let ends = 0;
let owner: string | null = null;
let renewing: Promise<void> | null = null;
let last: Promise<unknown> = Promise.resolve();
let onLost: () => void = () => {};

/** Calls `lost` when the session is dead. */
export function whenLost(lost: () => void): void {
  onLost = lost;
}

/**
 * Signs in, while no renewal is under way: one that began with the cookie of before would be refused, end the new session in
 * this tab, or have the browser drop its cookie.
 */
export function signedInBy<Answer extends { token: Token }>(work: () => Promise<Answer>): Promise<Answer> {
  return alone(async () => {
    const answer = await work();
    keepToken(answer.token);
    return answer;
  });
}

function keepToken(given: Token): void {
  token = given.access_token;
  ends = Date.now() + given.expires_in * 1000;
  owner = subjectOf(given.access_token);
}

/** Whose session this tab shows. A token of anybody else, who signed in in another tab, is not taken. */
export function expectOwner(userId: string | null): void {
  owner = userId;
}

export function forgetToken(): void {
  token = null;
  owner = null;
}

/** A token that is not about to end. */
export async function currentToken(): Promise<string> {
  if (token === null || Date.now() > ends - MARGIN) await renew();
  if (token === null) throw lost();
  return token;
}

/** The next token after `refused`, which another call may have renewed already. */
export async function tokenAfter(refused: string): Promise<string> {
  if (token === refused) await renew();
  if (token === null) throw lost();
  return token;
}

export function lost(): Refusal {
  token = null;
  onLost();
  return new Refusal(401, 'UNAUTHORIZED', 'The session has ended: sign in again.');
}

/** One at a time in this tab, and over all tabs where the browser has locks. */
function renew(): Promise<void> {
  const before = token;
  renewing ??= alone(() => renewNow(before)).finally(() => (renewing = null));
  return renewing;
}

async function renewNow(before: string | null): Promise<void> {
  if (token !== null && token !== before) return; // somebody signed in while this waited
  let answer: { token: Token };
  try {
    answer = (await exchange({ method: 'post', url: '/api/auth/refresh', headers: {} })) as { token: Token };
  } catch (problem) {
    if (problem instanceof Refusal && (problem.status === 401 || problem.status === 403)) throw lost();
    throw problem;
  }
  if (owner !== null && subjectOf(answer.token.access_token) !== owner) throw lost();
  keepToken(answer.token);
}

async function alone<Result>(work: () => Promise<Result>): Promise<Result> {
  const locks = (globalThis.navigator as Navigator | undefined)?.locks;
  if (locks) return await locks.request('todo-refresh', work);
  // Absent in insecure contexts: one after the other in this tab; to two tabs the server gives the same successor.
  const turn = last.then(work, work);
  last = turn;
  return await turn;
}

/** Whom a JWT is about; null if it cannot be read. */
export function subjectOf(jwt: string): string | null {
  try {
    const claims: unknown = JSON.parse(atob((jwt.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/')));
    return typeof claims === 'object' && claims !== null && 'sub' in claims ? String(claims.sub) : null;
  } catch {
    return null;
  }
}
