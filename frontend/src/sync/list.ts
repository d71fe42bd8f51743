/** All tasks of the person, and all in the bin. */

import { call } from '../api/call.ts';
import { taskOf, type DeletedTask, type TaskRead } from '../domain/task.ts';

/** As many as the server gives at once. */
const LIMIT = 10_000;

export async function listTasks(): Promise<TaskRead[]> {
  const found: TaskRead[] = [];
  let cursor: string | null | undefined;
  do {
    const page = await call('get', '/api/v1/tasks', { query: { limit: LIMIT, ...(cursor ? { cursor } : {}) } });
    found.push(...page.tasks);
    cursor = page.next_cursor;
  } while (cursor);
  return found;
}

export async function listBin(): Promise<DeletedTask[]> {
  const found: DeletedTask[] = [];
  let cursor: string | null | undefined;
  do {
    const page = await call('get', '/api/v1/tasks/deleted', { query: { limit: LIMIT, ...(cursor ? { cursor } : {}) } });
    found.push(...page.tasks.map((read) => ({ ...taskOf(read), deleted_at: read.deleted_at })));
    cursor = page.next_cursor;
  } while (cursor);
  return found;
}
