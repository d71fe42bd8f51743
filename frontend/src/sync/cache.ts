/** The tasks on this device's disk, so that the next visit shows them before the server can be asked. */

import type { Keep } from './keep.ts';
import type { Replica } from './replica.ts';
import type { Timers } from './timers.ts';

/** Milliseconds: the list is written when it has been painted; changes, which come in rows, together. */
const AFTER_LIST = 100;
const AFTER_CHANGE = 1000;

export class Cache {
  #replica: Replica;
  #keep: Keep;
  #timers: Timers;
  #overtaken = false;

  constructor(replica: Replica, keep: Keep, timers: Timers) {
    this.#replica = replica;
    this.#keep = keep;
    this.#timers = timers;
  }

  listed(): void {
    this.#soon(AFTER_LIST);
  }

  changed(): void {
    if (!this.#overtaken) this.#soon(AFTER_CHANGE);
  }

  /** At once: the page may be gone in a moment. */
  write(): void {
    if (!this.#overtaken) return;
    this.#overtaken = false;
    void this.#keep.keepTasks([...this.#replica.server.tasks.values()]);
  }

  #soon(milliseconds: number): void {
    this.#overtaken = true;
    this.#timers.soon('cache', milliseconds, () => this.write());
  }
}
