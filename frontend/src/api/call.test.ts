import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { expectOwner, forgetToken, signedInBy, whenLost, type Token } from './access.ts';
import { call, Refusal, Unreachable } from './call.ts';

type Given = { url: string; authorization: string | undefined };
let given: Given[] = [];
let lost = 0;

const json = (status: number, body: unknown, headers: Record<string, string> = {}): Response =>
  new Response(JSON.stringify(body), { status, headers });
function token(sub: string, expires_in = 900): unknown {
  const claims = btoa(JSON.stringify({ sub, jti: given.length }));
  return { token: { access_token: `h.${claims}.s`, token_type: 'bearer', expires_in } };
}

/** Answers each call with what `answer` gives; a refresh with a token of Ada's unless told otherwise. */
function answering(answer: (given: Given) => Response, refresh: () => Response = () => json(200, token('ada'))): void {
  globalThis.fetch = (async (url: string, { headers }: { headers: Record<string, string> }) => {
    await new Promise((resolve) => setImmediate(resolve));
    given.push({ url, authorization: headers.Authorization });
    return url === '/api/auth/refresh' ? refresh() : answer({ url, authorization: headers.Authorization });
  }) as unknown as typeof fetch;
}

const refreshes = (): number => given.filter(({ url }) => url === '/api/auth/refresh').length;

beforeEach(() => {
  given = [];
  lost = 0;
  forgetToken();
  whenLost(() => lost++);
});

test('many calls at once refresh once', async () => {
  answering(() => json(200, { sessions: [] }));
  await Promise.all([call('get', '/api/auth/sessions'), call('get', '/api/auth/sessions'), call('get', '/api/auth/sessions')]);
  assert.equal(refreshes(), 1);
});

test('a 401 refreshes once and repeats', async () => {
  let first = true;
  answering(() => (first ? ((first = false), json(401, {})) : json(200, { sessions: [] })));
  assert.deepEqual(await call('get', '/api/auth/sessions'), { sessions: [] });
  assert.deepEqual([refreshes(), lost], [2, 0]);
});

test('a dead session is said once it is sure', async () => {
  answering(() => json(200, {}), () => json(401, { error_code: 'UNAUTHORIZED', detail: 'The session has ended.' }));
  await assert.rejects(call('get', '/api/auth/sessions'), (problem) => problem instanceof Refusal && problem.status === 401);
  assert.equal(lost, 1);
});

test('a refresh that cannot be reached is no dead session', async () => {
  answering(() => json(200, {}), () => json(502, 'Bad gateway'));
  await assert.rejects(call('get', '/api/auth/sessions'), Unreachable);
  assert.equal(lost, 0);
});

test('the token of somebody else is not taken', async () => {
  expectOwner('grace');
  answering(() => json(200, { sessions: [] }));
  await assert.rejects(call('get', '/api/auth/sessions'), Refusal);
  assert.deepEqual([lost, given.length], [1, 1]);
});

test('a token about to end is renewed before it is refused', async () => {
  answering(() => json(200, { sessions: [] }), () => json(200, token('ada', 10)));
  await call('get', '/api/auth/sessions');
  await call('get', '/api/auth/sessions');
  assert.equal(refreshes(), 2);
});

test('a refusal carries the server’s sentence, its fields and how long to wait', async () => {
  const errors = [{ field: 'title', message: 'Title cannot be empty.' }];
  answering(() => json(429, { error_code: 'RATE_LIMITED', detail: 'Wait.', errors }, { 'Retry-After': '7' }));
  const problem = await call('get', '/api/auth/sessions').catch((caught: unknown) => caught);
  assert.ok(problem instanceof Refusal);
  assert.deepEqual({ ...problem }, { name: 'Refusal', status: 429, code: 'RATE_LIMITED', sentence: 'Wait.', errors, retryAfter: 7 });
});

test('path and query are filled in, and signing in sends no token', async () => {
  answering(() => json(200, { tasks: [], next_cursor: null }));
  await call('get', '/api/v1/tasks', { query: { limit: 5, q: 'a b&c' } });
  await call('delete', '/api/auth/sessions/{session_id}', { path: { session_id: 'a/b' } });
  await call('post', '/api/auth/login', { body: { email: 'ada@example.com', password: 'x' } });
  const asked = given.map(({ url }) => url).filter((url) => url !== '/api/auth/refresh');
  assert.deepEqual(asked, ['/api/v1/tasks?limit=5&q=a+b%26c', '/api/auth/sessions/a%2Fb', '/api/auth/login']);
  assert.equal(given.at(-1)?.authorization, undefined);
});

for (const locks of [true, false]) {
  test(`signing in waits for a renewal that will be refused, ${locks ? 'with' : 'without'} locks`, async (context) => {
    if (!locks) context.mock.getter(globalThis, 'navigator', () => ({}));
    let refuse = () => {};
    const held = new Promise<void>((resolve) => (refuse = resolve));
    const order: string[] = [];
    globalThis.fetch = (async (url: string) => {
      order.push(url);
      if (url === '/api/auth/refresh') await held.then(() => order.push('refused'));
      return url === '/api/auth/refresh' ? json(401, {}) : json(200, url === '/api/auth/login' ? token('ada') : { sessions: [] });
    }) as typeof fetch;
    const early = call('get', '/api/auth/sessions').catch((problem: unknown) => problem);
    const signingIn = signedInBy(() => call('post', '/api/auth/login', { body: { email: 'ada@example.com', password: 'x' } }) as Promise<{ token: Token }>);
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.deepEqual(order, ['/api/auth/refresh']);
    refuse();
    await signingIn;
    assert.ok((await early) instanceof Refusal);
    assert.equal(lost, 1);
    await call('get', '/api/auth/sessions');
    assert.deepEqual(order, ['/api/auth/refresh', 'refused', '/api/auth/login', '/api/auth/sessions']);
  });
}

test('a renewal that waited for somebody to sign in takes their token', async () => {
  answering(({ url }) => json(200, url === '/api/auth/login' ? token('grace') : { sessions: [] }));
  expectOwner('ada');
  const signingIn = signedInBy(() => call('post', '/api/auth/login', { body: { email: 'grace@example.com', password: 'x' } }));
  await Promise.all([signingIn, call('get', '/api/auth/sessions')]);
  assert.deepEqual([refreshes(), lost], [0, 0]);
});
