/** Sends one edit and says what became of it. */

import { call, Refusal, Unreachable } from '../api/call.ts';
import type { TaskRead } from '../domain/task.ts';
import type { Act, Draft, Edit, Seen } from './edit.ts';
import type { Outcome } from './outcome.ts';
import { isNew } from './random.ts';
import { judged } from './stale.ts';

export async function dispatch(edit: Edit): Promise<Outcome> {
  const { act } = edit;
  // The task that it was meant for was refused, or made by a tab that died before it told anybody.
  if (act.kind !== 'create' && act.kind !== 'clear' && isNew(act.id)) return orphaned;
  try {
    return { is: 'done', tasks: await sent(act, edit.key) };
  } catch (problem) {
    if (problem instanceof Unreachable) return { is: 'again', after: null, reached: false };
    if (!(problem instanceof Refusal)) throw problem;
    return judge(act, problem);
  }
}

const orphaned: Outcome = { is: 'refused', sentence: 'The task that this change belongs to was not made.', gone: true };

async function sent(act: Act, key: string): Promise<TaskRead[]> {
  const once = { 'Idempotency-Key': key };
  switch (act.kind) {
    case 'create': {
      const [first, ...more] = act.drafts.map(body);
      if (first && more.length === 0) return [(await call('post', '/api/v1/tasks', { body: first, headers: once })).task];
      return (await call('post', '/api/v1/tasks/batch', { body: { tasks: act.drafts.map(body) }, headers: once })).tasks;
    }
    case 'change': {
      const path = { task_id: act.id };
      return [(await call('patch', '/api/v1/tasks/{task_id}', { path, body: act.changes, headers: ifStill(act.seen) })).task];
    }
    case 'remove':
      await call('delete', '/api/v1/tasks/{task_id}', { path: { task_id: act.id }, headers: ifStill(act.seen) });
      return [];
    case 'restore':
      return [(await call('post', '/api/v1/tasks/{task_id}/restore', { path: { task_id: act.id }, headers: once })).task];
    case 'clear':
      await call('delete', '/api/v1/tasks', { query: { completed: true } });
      return [];
  }
}

/** Always the same text for the same draft: a repeated request must have the same body. */
function body({ title, description, completed }: Draft): { title: string; description: string; completed: boolean } {
  return { title, description, completed };
}

/** The server's ETag is the time of the last change, in digits. Lists carry no ETags, so it is made from the task. */
export function ifStill(seen: Seen | null): Record<string, string> {
  return seen ? { 'If-Match': `"${seen.updated_at.replace(/\D/g, '')}"` } : {};
}

async function judge(act: Act, refusal: Refusal): Promise<Outcome> {
  const { status, code, sentence, retryAfter } = refusal;
  if (status === 401) return { is: 'signed out' };
  if (status >= 500 || status === 429 || code === 'IDEMPOTENCY_KEY_IN_USE') return { is: 'again', after: retryAfter, reached: true };
  if (act.kind === 'create' && act.drafts.length > 1) {
    return { is: 'split', acts: act.drafts.map((draft) => ({ kind: 'create', drafts: [draft] })) };
  }
  if (act.kind === 'remove' && status === 404) return { is: 'done', tasks: [] };
  if (status === 412 && (act.kind === 'change' || act.kind === 'remove')) return compared(act, sentence);
  return { is: 'refused', sentence, gone: status === 404 };
}

async function compared(act: Act & { kind: 'change' | 'remove' }, sentence: string): Promise<Outcome> {
  try {
    const { task } = await call('get', '/api/v1/tasks/{task_id}', { path: { task_id: act.id } });
    // Nothing changed, so it is the ETag that is not made as we believe: what was just read stands in for it.
    if (task.updated_at === act.seen?.updated_at) return { is: 'done', tasks: await sent({ ...act, seen: null }, '') };
    return judged(act, task, sentence);
  } catch (problem) {
    if (problem instanceof Unreachable) return { is: 'again', after: null, reached: false };
    if (!(problem instanceof Refusal)) throw problem;
    return judge({ ...act, seen: null }, problem);
  }
}
