/** Which tasks a person sees, and how many there are. */

import { inOrder, type Sort } from './order.ts';
import type { Task } from './task.ts';
import { fold } from './text.ts';

export type View = { show: 'all' | 'open' | 'done'; search: string; sort: Sort };
export type Counts = { all: number; open: number; done: number };

const folded = new WeakMap<Task, string>();

/** The tasks that match, in order; search as the server's `q`: in title and description, any case. */
export function shown(tasks: readonly Task[], view: View): Task[] {
  // Taken out once: each look into a state of the page costs more than the comparison.
  const { show, sort } = view;
  const search = fold(view.search);
  return inOrder(tasks, sort).filter(
    (task) => (show === 'all' || task.completed === (show === 'done')) && (search === '' || searchable(task).includes(search)),
  );
}

export function counted(tasks: readonly Task[]): Counts {
  let done = 0;
  for (const task of tasks) if (task.completed) done++;
  return { all: tasks.length, open: tasks.length - done, done };
}

/** Folded once per task: a task that changes is another object. */
function searchable(task: Task): string {
  let text = folded.get(task);
  if (text === undefined) {
    text = `${fold(task.title)}\x01${fold(task.description)}`;
    folded.set(task, text);
  }
  return text;
}
