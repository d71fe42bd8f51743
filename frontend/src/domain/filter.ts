/** Which tasks a person sees, and how many there are. */

import { inOrder, type Sort } from './order.ts';
import type { Task } from './task.ts';
import { fold } from './text.ts';

export type View = { show: 'all' | 'open' | 'done'; search: string; sort: Sort };
export type Counts = { all: number; open: number; done: number };

const folded = new WeakMap<Task, string>();

/** What has been found in a list since its last other `show`, by the text: those that each begin with the one before. */
type Found = { show: View['show']; byText: Map<string, readonly Task[]> };
const searched = new WeakMap<readonly Task[], Found>();

/** The tasks that match, in order; search as the server's `q`: in title and description, any case. */
export function shown(tasks: readonly Task[], { show, search, sort }: View): readonly Task[] {
  const ordered = inOrder(tasks, sort);
  let found = searched.get(ordered);
  if (found?.show !== show) {
    const all = show === 'all' ? ordered : ordered.filter((task) => task.completed === (show === 'done'));
    searched.set(ordered, (found = { show, byText: new Map([['', all]]) }));
  }
  return narrowed(found.byText, fold(search));
}

/** A letter more is looked for in what was found without it; a letter less has been looked for. */
function narrowed(byText: Map<string, readonly Task[]>, text: string): readonly Task[] {
  let among: readonly Task[] = [];
  for (const [begin, tasks] of byText) {
    if (text.startsWith(begin)) among = tasks;
    else byText.delete(begin);
  }
  if (byText.has(text)) return among;
  const matching = among.filter((task) => searchable(task).includes(text));
  // The same list where nothing left it, so that nothing is drawn anew.
  const result = matching.length === among.length ? among : matching;
  byText.set(text, result);
  return result;
}

/** Folds the tasks from a place on for as many as a short pause allows; the place to go on from. */
export function prepare(tasks: readonly Task[], from: number): number {
  const end = Math.min(tasks.length, from + 1000);
  for (const task of tasks.slice(from, end)) searchable(task);
  return end;
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
