/** The beginning of the list as it was last shown, in what answers at once: to be seen until the disk is open. */

import { inOrder } from '../domain/order.ts';
import type { Task } from '../domain/task.ts';
import { browser } from '../storage.ts';

/** More rows than most windows show. */
const MOST = 60;
const VERSION = 1;
/** Milliseconds after a change: not in the frame that shows it. */
const AFTER = 200;

/** `count` is of the whole list. */
export type Glimpse = { tasks: readonly Task[]; count: number };

export class Glimpses {
  #kept: Glimpse | null = null;
  #next: (() => void) | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  of(owner: string): Glimpse | null {
    try {
      const found = JSON.parse(browser.getItem(placeOf(owner)) ?? 'null') as (Glimpse & { version: number }) | null;
      return found?.version === VERSION && found.tasks.length > 0 ? found : null;
    } catch {
      return null;
    }
  }

  /** Soon, or when `flush` says so. */
  keep(owner: string, all: readonly Task[]): void {
    this.#next = () => this.#write(owner, all);
    this.#timer ??= setTimeout(() => this.flush(), AFTER);
  }

  /** Now: the page may be gone in a moment. */
  flush(): void {
    this.#next?.();
    this.#cancel();
  }

  forget(owner: string): void {
    this.#cancel();
    this.#kept = null;
    browser.removeItem(placeOf(owner));
  }

  #cancel(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#next = null;
  }

  /** Only what differs from the last time. */
  #write(owner: string, all: readonly Task[]): void {
    const tasks = inOrder(all, 'number').slice(0, MOST);
    const kept = this.#kept;
    if (kept?.count === all.length && kept.tasks.length === tasks.length && kept.tasks.every((task, place) => task === tasks[place])) return;
    this.#kept = { tasks, count: all.length };
    // By their ids: the next visit does not know the keys of this one.
    const named = tasks.map((task) => ({ ...task, key: task.id }));
    browser.setItem(placeOf(owner), JSON.stringify({ version: VERSION, tasks: named, count: all.length }));
  }
}

function placeOf(owner: string): string {
  return `todo-glimpse ${owner}`;
}
