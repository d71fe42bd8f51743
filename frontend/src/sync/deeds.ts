/** What a person does to tasks, as acts, the ways back, and the sentence that says it. */

import { said, saidCleared, touched } from '../domain/sentences.ts';
import type { Changes, Task } from '../domain/task.ts';
import { strip } from '../domain/text.ts';
import { seenOf, type Act, type Draft, type Seen } from './edit.ts';
import { newId } from './random.ts';

/** `back` holds for each act the acts that take it back. */
export type Deed = { acts: Act[]; back: Act[][]; sentence: string };

/** As many as the server makes in one request. */
const BATCH = 1000;

export function adding(titles: readonly string[]): Deed {
  const drafts: Draft[] = titles.map((title) => ({ id: newId(), title, description: '', completed: false }));
  const batches: Draft[][] = [];
  for (let first = 0; first < drafts.length; first += BATCH) batches.push(drafts.slice(first, first + BATCH));
  return added(...batches);
}

export function added(...batches: Draft[][]): Deed {
  return {
    acts: batches.map((batch) => ({ kind: 'create', drafts: batch })),
    back: batches.map((batch) => batch.map(({ id, title }) => ({ kind: 'remove', id, title, seen: null }))),
    sentence: said('Added', batches.flat().map((draft) => strip(draft.title))),
  };
}

export function completing(tasks: readonly Task[], completed: boolean): Deed {
  const moved = tasks.filter((task) => task.completed !== completed);
  return {
    acts: moved.map(({ id }) => change(id, { completed })),
    back: moved.map(({ id }) => [change(id, { completed: !completed })]),
    sentence: said(completed ? 'Completed' : 'Reopened', titles(moved)),
  };
}

/** `from` is the task as it was when the typing began: what changed under it since then was not what the person meant to replace. */
export function editing(task: Task, wanted: Changes, from = task): Deed {
  const changes: Changes = {
    ...(wanted.title === undefined || strip(wanted.title) === task.title ? {} : { title: wanted.title }),
    ...(wanted.description === undefined || wanted.description === task.description ? {} : { description: wanted.description }),
  };
  const some = Object.keys(changes).length > 0;
  const moved = (['title', 'description'] as const).some((field) => field in changes && strip(task[field]) !== strip(from[field]));
  return {
    acts: some ? [change(task.id, changes, moved ? seenOf(from) : null)] : [],
    back: some ? [[change(task.id, touched(task, changes))]] : [],
    sentence: said('Changed', [task.title]),
  };
}

export function removing(tasks: readonly Task[]): Deed {
  return {
    acts: tasks.map(({ id, title }) => ({ kind: 'remove', id, title, seen: null })),
    back: tasks.map((task) => [restore(task)]),
    sentence: said('Deleted', titles(tasks)),
  };
}

/** One request, whatever the number; it takes along what was completed elsewhere meanwhile, which the bin then has. */
export function clearing(tasks: readonly Task[]): Deed {
  const done = tasks.filter((task) => task.completed);
  return {
    acts: done.length > 0 ? [{ kind: 'clear', ids: done.map((task) => task.id) }] : [],
    back: done.length > 0 ? [done.map(restore)] : [],
    sentence: saidCleared(done.length),
  };
}

export function restoring(task: Task): Deed {
  const { id, title } = task;
  return { acts: [restore(task)], back: [[{ kind: 'remove', id, title, seen: null }]], sentence: said('Restored', [title]) };
}

function change(id: string, changes: Changes, seen: Seen | null = null): Act {
  return { kind: 'change', id, changes, seen };
}

function restore(task: Task): Act {
  return { kind: 'restore', id: task.id, task };
}

function titles(tasks: readonly Task[]): string[] {
  return tasks.map((task) => task.title);
}
