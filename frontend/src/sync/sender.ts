/** Sends the edits in their order, and tries again what did not get through. */

import { waitBefore } from './backoff.ts';
import type { Edit } from './edit.ts';
import type { Outcome, Settled, Unsettled } from './outcome.ts';
import type { Turn } from './turn.ts';

export type Sending = {
  turn: Turn;
  /** The edits as they stand on disk now: another tab may have sent some. */
  reread(): Promise<void>;
  /** What is to be sent now, at the same time; none if nothing is. */
  next(): Edit[];
  /** Resolves when it is on disk that they are being sent. */
  marked(edits: readonly Edit[]): Promise<void>;
  dispatch(edit: Edit): Promise<Outcome>;
  settled(key: string, settled: Settled): Promise<void>;
  reached(whether: boolean): void;
  later(milliseconds: number, work: () => void): () => void;
};

export class Sender {
  #by: Sending;
  #running = false;
  #again = false;
  #tries = 0;
  #stopped = false;
  #cancel = (): void => {};

  constructor(by: Sending) {
    this.#by = by;
  }

  /** There is something to send, or a reason to try now. */
  kick(): void {
    this.#cancel();
    if (this.#stopped) return;
    if (this.#running) {
      this.#again = true;
      return;
    }
    this.#running = true;
    void this.#run();
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel();
  }

  async #run(): Promise<void> {
    let wait: number | null = null;
    try {
      await this.#by.turn(async () => {
        await this.#by.reread();
        wait = await this.#drain();
      });
    } catch (problem) {
      // A lock that was broken, or a fault of ours: the edits are kept, and must not stand still for it.
      console.error(problem);
      wait = waitBefore(this.#tries++, null, Math.random());
    }
    this.#running = false;
    const again = this.#again;
    this.#again = false;
    if (this.#stopped) return;
    if (wait !== null) this.#cancel = this.#by.later(wait, () => this.kick());
    else if (again) this.kick();
  }

  /** Milliseconds until the next try; null when there is nothing to wait for. */
  async #drain(): Promise<number | null> {
    for (let edits = this.#by.next(); edits.length > 0 && !this.#stopped; edits = this.#by.next()) {
      await this.#by.marked(edits);
      // Somebody else may have signed in while it was written.
      if (this.#stopped) return null;
      let stop: Unsettled | null = null;
      const sent = edits.map(async (edit) => [edit, await this.#by.dispatch(edit)] as const);
      for (const [edit, outcome] of await Promise.all(sent)) {
        if (outcome.is === 'signed out' || outcome.is === 'again') stop = outcome;
        else await this.#by.settled(edit.key, outcome);
      }
      if (stop?.is === 'signed out') return null;
      this.#by.reached(stop?.reached ?? true);
      if (stop) return waitBefore(this.#tries++, stop.after, Math.random());
      this.#tries = 0;
    }
    return null;
  }
}
