/** What was done, in a sentence that an undo can be offered with. */

import type { Changes, Task } from './task.ts';
import { grouped } from './text.ts';

export function said(verb: 'Added' | 'Deleted' | 'Completed' | 'Reopened' | 'Changed' | 'Restored', titles: readonly string[]): string {
  return titles.length === 1 ? `${verb} “${titles[0]}”` : `${verb} ${titles.length} tasks`;
}

export function saidCleared(count: number): string {
  return count === 1 ? 'Cleared 1 completed task' : `Cleared ${grouped(count)} completed tasks`;
}

/** The fields of a task that these changes touch, as they are now. */
export function touched(task: Task, changes: Changes): Changes {
  return {
    ...(changes.title === undefined ? {} : { title: task.title }),
    ...(changes.description === undefined ? {} : { description: task.description }),
    ...(changes.completed === undefined ? {} : { completed: task.completed }),
  };
}
