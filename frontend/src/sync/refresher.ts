/** Reads the server's list, and reads it again when that failed or came at the wrong moment. */

import { Refusal, Unreachable } from '../api/refusal.ts';
import type { TaskRead } from '../domain/task.ts';
import { waitBefore } from './backoff.ts';
import type { Replica } from './replica.ts';
import type { Timers } from './timers.ts';

export type Refreshing = {
  replica: Replica;
  timers: Timers;
  list(): Promise<TaskRead[]>;
  /** The list has been taken. */
  taken(): void;
  reached(whether: boolean): void;
  /** The list must wait for what is being sent. */
  send(): void;
};

export class Refresher {
  /** A list has been asked for and was not taken yet. */
  wanted = false;
  #by: Refreshing;
  #running: Promise<void> | null = null;
  #tries = 0;

  constructor(by: Refreshing) {
    this.#by = by;
  }

  /** Never throws: what cannot be reached now is tried again. */
  refresh(): Promise<void> {
    this.#running ??= this.#refresh().finally(() => (this.#running = null));
    return this.#running;
  }

  async #refresh(): Promise<void> {
    const { replica, list, reached, send, taken } = this.#by;
    this.wanted = true;
    if (replica.uncertain) return send();
    const { elsewhere } = replica;
    replica.server.asking();
    try {
      const read = await list();
      this.#tries = 0;
      reached(true);
      if (replica.uncertain) return;
      replica.listed(read, elsewhere);
      this.wanted = false;
      taken();
    } catch (problem) {
      this.#missed(problem);
    }
  }

  #missed(problem: unknown): void {
    if (problem instanceof Refusal && problem.status === 401) return;
    if (!(problem instanceof Refusal || problem instanceof Unreachable)) throw problem;
    this.#by.reached(problem instanceof Refusal);
    const asked = problem instanceof Refusal ? problem.retryAfter : null;
    this.#by.timers.soon('refresh', waitBefore(this.#tries++, asked, Math.random()), () => void this.refresh());
  }
}
