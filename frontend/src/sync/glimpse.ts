/** The beginning of the list as it was last shown, in what answers at once: to be seen until the disk is open. */

import { inOrder } from '../domain/order.ts';
import type { Task } from '../domain/task.ts';
import { browser } from '../storage.ts';

/** More rows than most windows show. */
const MOST = 60;
const VERSION = 1;

/** `count` is of the whole list. */
export type Glimpse = { tasks: readonly Task[]; count: number };

export class Glimpses {
  #kept: Glimpse | null = null;

  of(owner: string): Glimpse | null {
    try {
      const found = JSON.parse(browser.getItem(placeOf(owner)) ?? 'null') as (Glimpse & { version: number }) | null;
      return found?.version === VERSION && found.tasks.length > 0 ? found : null;
    } catch {
      return null;
    }
  }

  /** Writes only what differs from the last time. */
  keep(owner: string, all: readonly Task[]): void {
    const tasks = inOrder(all, 'number').slice(0, MOST);
    const kept = this.#kept;
    if (kept?.count === all.length && kept.tasks.length === tasks.length && kept.tasks.every((task, place) => task === tasks[place])) return;
    this.#kept = { tasks, count: all.length };
    // By their ids: the next visit does not know the keys of this one.
    const named = tasks.map((task) => ({ ...task, key: task.id }));
    browser.setItem(placeOf(owner), JSON.stringify({ version: VERSION, tasks: named, count: all.length }));
  }

  forget(owner: string): void {
    this.#kept = null;
    browser.removeItem(placeOf(owner));
  }
}

function placeOf(owner: string): string {
  return `todo-glimpse ${owner}`;
}
