/** What was deleted in the last thirty days. */

import { call } from '../api/call.ts';
import type { DeletedTask } from '../domain/task.ts';
import { listBin } from './list.ts';
import { tasks } from './current.svelte.ts';

/** Milliseconds that deletions on their way are waited for, so that the bin shows them. */
const PATIENCE = 3000;

class Bin {
  tasks: readonly DeletedTask[] = $state.raw([]);
  /** An answer from before the last of them is out of date. */
  #changes = 0;
  #owner: string | null = null;

  /** What has come back is not listed, even if the server does not know it yet. */
  async load(): Promise<void> {
    const change = ++this.#changes;
    await tasks.sent(PATIENCE);
    const found = await listBin();
    if (change === this.#changes) this.tasks = found.filter(({ id }) => !tasks.byId(id));
  }

  async restore(id: string): Promise<void> {
    const found = this.tasks.find((task) => task.id === id);
    if (!found) return;
    this.#changes++;
    const { deleted_at: _, ...task } = found;
    this.tasks = this.tasks.filter((other) => other !== found);
    tasks.restore(task);
  }

  /** Whose it is now: they see nothing of another's, nor of an answer that is under way for another. */
  of(owner: string | null): void {
    if (owner === this.#owner) return;
    this.#owner = owner;
    this.#changes++;
    this.tasks = [];
  }

  /** For good. */
  async empty(): Promise<void> {
    await tasks.sent(PATIENCE);
    await call('delete', '/api/v1/tasks/deleted');
    this.#changes++;
    this.tasks = [];
  }
}

export const bin = new Bin();
