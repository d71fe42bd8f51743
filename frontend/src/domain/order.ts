/** The server's orders: by a field, ties by number, `-` in front reverses the whole. */

import type { Task } from './task.ts';
import { compareCodePoints } from './text.ts';

export type Sort =
  | 'number' | '-number'
  | 'created_at' | '-created_at'
  | 'updated_at' | '-updated_at'
  | 'title' | '-title';

const sorted = new WeakMap<readonly Task[], Map<Sort, readonly Task[]>>();

/** The tasks in order. Made once per list and order, since each keystroke of a search asks again. */
export function inOrder(tasks: readonly Task[], sort: Sort): readonly Task[] {
  let orders = sorted.get(tasks);
  if (!orders) sorted.set(tasks, (orders = new Map()));
  let found = orders.get(sort);
  if (!found) orders.set(sort, (found = arranged(tasks, sort)));
  return found;
}

function arranged(tasks: readonly Task[], sort: Sort): readonly Task[] {
  if (sort.startsWith('-')) return inOrder(tasks, sort.slice(1) as Sort).toReversed();
  return tasks.toSorted(comparison(sort));
}

function comparison(sort: Sort): (one: Task, other: Task) => number {
  if (sort === 'title') return (one, other) => compareCodePoints(one.title, other.title) || byNumber(one, other);
  if (sort === 'created_at' || sort === 'updated_at') {
    return (one, other) => compareTimes(one[sort], other[sort]) || byNumber(one, other);
  }
  return byNumber;
}

function compareTimes(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

/** A task without a number is about to get the highest. */
function byNumber(one: Task, other: Task): number {
  if (one.number === other.number) return 0;
  if (one.number === null) return 1;
  return other.number === null ? -1 : one.number - other.number;
}
