/** All tasks of the person, and all in the bin. */

import { call } from '../api/call.ts';
import { taskOf, type DeletedTask, type TaskRead } from '../domain/task.ts';

/** As many as the server gives at once. */
const LIMIT = 10_000;

/** As many as fill most windows. */
const FIRST = 60;
/** Milliseconds that a page in sight needs at most to show the first tasks, and one out of sight waits. */
const PAINTED_IN = 300;

/** `begun` is told the first of many before the rest is asked for. */
export async function listTasks(begun?: (first: readonly TaskRead[]) => void): Promise<TaskRead[]> {
  const found: TaskRead[] = [];
  let cursor: string | null | undefined;
  do {
    const limit = begun && !cursor ? FIRST : LIMIT;
    const page = await call('get', '/api/v1/tasks', { query: { limit, ...(cursor ? { cursor } : {}) } });
    found.push(...page.tasks);
    cursor = page.next_cursor;
    if (begun && cursor && limit === FIRST) {
      begun(page.tasks);
      await painted();
    }
  } while (cursor);
  return found;
}

/** Two frames on: a slow phone is not to take the rest in before it has shown the first ones. */
function painted(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, PAINTED_IN);
    globalThis.requestAnimationFrame?.(() => requestAnimationFrame(() => setTimeout(resolve, 30)));
  });
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
