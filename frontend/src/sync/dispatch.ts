/** Sends one edit and says what became of it. */

import { call, Refusal, Unreachable } from '../api/call.ts';
import type { TaskRead } from '../domain/task.ts';
import { create } from './creation.ts';
import type { Act, Edit, Seen } from './edit.ts';
import type { Outcome } from './outcome.ts';
import { isNew } from './random.ts';
import { judged } from './stale.ts';

/** `known` are the tasks that the server has told of. */
export async function dispatch(edit: Edit, known: ReadonlyMap<string, unknown>): Promise<Outcome> {
  const { act } = edit;
  // The task that it was meant for was refused, or made by a tab that died before it told anybody.
  if (act.kind !== 'create' && act.kind !== 'clear' && isNew(act.id)) return orphaned;
  return attempt(
    async () => ({ is: 'done', tasks: await (act.kind === 'create' ? create(edit, act.drafts, known) : sent(act, edit.key)) }),
    (refusal) => judge(act, refusal),
  );
}

/** The outcome of `work`; if the server refuses it, what `refused` makes of that. */
async function attempt(work: () => Promise<Outcome>, refused: (refusal: Refusal) => Promise<Outcome>): Promise<Outcome> {
  try {
    return await work();
  } catch (problem) {
    if (problem instanceof Unreachable) return { is: 'again', after: null, reached: false };
    if (!(problem instanceof Refusal)) throw problem;
    return refused(problem);
  }
}

async function read(id: string): Promise<TaskRead> {
  return (await call('get', '/api/v1/tasks/{task_id}', { path: { task_id: id } })).task;
}

const orphaned: Outcome = { is: 'refused', sentence: 'The task that this change belongs to was not made.', gone: true };

async function sent(act: Exclude<Act, { kind: 'create' }>, key: string): Promise<TaskRead[]> {
  switch (act.kind) {
    case 'change': {
      const path = { task_id: act.id };
      return [(await call('patch', '/api/v1/tasks/{task_id}', { path, body: act.changes, headers: ifStill(act.seen) })).task];
    }
    case 'remove':
      await call('delete', '/api/v1/tasks/{task_id}', { path: { task_id: act.id }, headers: ifStill(act.seen) });
      return [];
    case 'restore':
      return [(await call('post', '/api/v1/tasks/{task_id}/restore', { path: { task_id: act.id }, headers: { 'Idempotency-Key': key } })).task];
    case 'clear':
      await call('delete', '/api/v1/tasks', { query: { completed: true } });
      return [];
  }
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
  // Also what an earlier try restored, or somebody elsewhere, is not in the bin.
  if (act.kind === 'restore' && status === 404) return present(act, refusal);
  if (status === 412 && (act.kind === 'change' || act.kind === 'remove')) return compared(act, sentence);
  return { is: 'refused', sentence, gone: status === 404 };
}

function present(act: Act & { kind: 'restore' }, { sentence }: Refusal): Promise<Outcome> {
  return attempt(
    async () => ({ is: 'done', tasks: [await read(act.id)] }),
    async (refusal) => (refusal.status === 404 ? { is: 'refused', sentence, gone: true } : judge(act, refusal)),
  );
}

function compared(act: Act & { kind: 'change' | 'remove' }, sentence: string): Promise<Outcome> {
  return attempt(
    async () => {
      const task = await read(act.id);
      // Nothing changed, so it is the ETag that is not made as we believe: what was just read stands in for it.
      if (task.updated_at === act.seen?.updated_at) return { is: 'done', tasks: await sent({ ...act, seen: null }, '') };
      return judged(act, task, sentence);
    },
    (refusal) => judge({ ...act, seen: null }, refusal),
  );
}
