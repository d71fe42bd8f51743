/** Makes tasks on the server, once, however often it is asked: by the key of the edit, and by looking where that has ended. */

import { call } from '../api/call.ts';
import { moment, type TaskRead } from '../domain/task.ts';
import { strip } from '../domain/text.ts';
import type { Draft, Edit } from './edit.ts';
import { listBin, listTasks } from './list.ts';

const HOUR = 3_600_000;
/** Milliseconds that the server surely knows an Idempotency-Key; it promises a day. */
const KEY_LIFE = 23 * HOUR;
/** Milliseconds that this device's clock may be ahead of the server's. */
const CLOCKS = HOUR;

/** In the order of the drafts. `known` are the tasks that the server has told of: none of them is what the edit made. */
export async function create(edit: Edit, drafts: readonly Draft[], known: ReadonlyMap<string, unknown>): Promise<TaskRead[]> {
  if (!edit.sent || Date.now() - edit.at < KEY_LIFE) return await post(drafts, edit.key);
  const found = await made(drafts, moment(edit.at - CLOCKS), known);
  const missing = drafts.filter((draft) => !found.has(draft));
  const rest = missing.length > 0 ? await post(missing, `${edit.key}-late`) : [];
  missing.forEach((draft, place) => rest[place] && found.set(draft, rest[place]));
  return drafts.flatMap((draft) => found.get(draft) ?? []);
}

async function post(drafts: readonly Draft[], key: string): Promise<TaskRead[]> {
  const headers = { 'Idempotency-Key': key };
  const [first, ...more] = drafts.map(body);
  if (first && more.length === 0) return [(await call('post', '/api/v1/tasks', { body: first, headers })).task];
  return (await call('post', '/api/v1/tasks/batch', { body: { tasks: drafts.map(body) }, headers })).tasks;
}

/** Always the same text for the same draft: a repeated request must have the same body. */
function body({ title, description, completed }: Draft): { title: string; description: string; completed: boolean } {
  return { title, description, completed };
}

/** What a lost answer told of: tasks of these texts, made since, also such as were deleted elsewhere meanwhile. */
async function made(drafts: readonly Draft[], since: string, known: ReadonlyMap<string, unknown>): Promise<Map<Draft, TaskRead>> {
  const deleted = (await listBin()).map((task) => ({ ...task, number: task.number ?? 0 }));
  const all: TaskRead[] = [...(await listTasks()), ...deleted];
  const left = new Set(all.filter(({ id, created_at }) => !known.has(id) && created_at >= since));
  const found = new Map<Draft, TaskRead>();
  for (const draft of drafts) {
    const task = [...left].find(({ title, description }) => title === strip(draft.title) && description === draft.description);
    if (!task) continue;
    left.delete(task);
    found.set(draft, task);
  }
  return found;
}
