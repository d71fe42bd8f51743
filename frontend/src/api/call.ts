/** A call of the API, typed by its OpenAPI document. */

import { currentToken, lost, tokenAfter } from './access.ts';
import { exchange } from './exchange.ts';
import { Refusal } from './refusal.ts';
import type { paths } from './schema.d.ts';

export { Refusal, Unreachable } from './refusal.ts';

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';
type PathWith<M extends Method> = {
  [P in keyof paths]: paths[P] extends { [method in M]: { responses: unknown } } ? P : never
}[keyof paths];
type Operation<M extends Method, P extends PathWith<M>> = paths[P][M & keyof paths[P]];

type Given<O, Part extends 'path' | 'query'> = O extends { parameters: { [part in Part]: infer G } } ? { [part in Part]: G } : unknown;
type GivenQuery<O> = O extends { parameters: { query?: infer Q } } ? { query?: Q } : unknown;
type GivenBody<O> = O extends { requestBody: { content: { 'application/json': infer B } } }
  ? { body: B }
  : O extends { requestBody?: { content: { 'application/json': infer B } } }
    ? { body?: B }
    : unknown;
type Options<O> = Given<O, 'path'> & GivenQuery<O> & GivenBody<O> & { headers?: Record<string, string> };

type Content<R> = R extends { content: { 'application/json': infer C } } ? C : undefined;
type Success = 200 | 201 | 204;
type Answer<O> = O extends { responses: infer R } ? { [S in keyof R & Success]: Content<R[S]> }[keyof R & Success] : never;

type Loose = {
  path?: Record<string, string | number>;
  query?: Record<string, string | number | boolean | null | undefined>;
  body?: unknown;
  headers?: Record<string, string>;
};

/** These take no token, and a 401 of theirs is an answer to what was typed. */
const OPEN = new Set(['/api/auth/register', '/api/auth/login', '/api/auth/refresh', '/api/auth/logout']);

/** The answer's body. Throws `Refusal` or `Unreachable`. A token that has ended is renewed once, quietly. */
export async function call<M extends Method, P extends PathWith<M>>(
  method: M,
  path: P,
  ...[options]: Record<never, never> extends Options<Operation<M, P>> ? [Options<Operation<M, P>>?] : [Options<Operation<M, P>>]
): Promise<Answer<Operation<M, P>>> {
  const { path: names = {}, query = {}, body, headers = {} } = (options ?? {}) as Loose;
  const url = addressOf(path, names, query);
  const send = (token: string | null): Promise<unknown> =>
    exchange({ method, url, body, headers: token === null ? headers : { ...headers, Authorization: `Bearer ${token}` } });
  return (await (OPEN.has(path) ? send(null) : withToken(send))) as Answer<Operation<M, P>>;
}

async function withToken(send: (token: string) => Promise<unknown>): Promise<unknown> {
  const token = await currentToken();
  try {
    return await send(token);
  } catch (problem) {
    if (!isUnauthorized(problem)) throw problem;
  }
  try {
    return await send(await tokenAfter(token));
  } catch (problem) {
    throw isUnauthorized(problem) ? lost() : problem;
  }
}

function isUnauthorized(problem: unknown): boolean {
  return problem instanceof Refusal && problem.status === 401;
}

function addressOf(path: string, names: NonNullable<Loose['path']>, query: NonNullable<Loose['query']>): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(names[name])));
  const asked = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined && value !== null) asked.set(name, String(value));
  return asked.size > 0 ? `${filled}?${asked}` : filled;
}
