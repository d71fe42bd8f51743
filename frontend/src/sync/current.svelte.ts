/** The tasks of the person who is signed in, for the components: a thin face of the engine. */

import type { Changes, Task } from '../domain/task.ts';
import { defer, deferred, perform, performDeferred, withDeferred, type Deferred } from './deferred.ts';
import { Early } from './early.ts';
import { Engine } from './engine.ts';
import { Glimpses } from './glimpse.ts';
import type { Keep } from './keep.ts';
import { notices } from './notices.svelte.ts';
import type { Returns } from './returns.ts';
import { Shown } from './shown.svelte.ts';
import { aroundTab } from './surroundings.ts';

/** Answers come in bursts; a person's own change shows at once. */
const GATHERED_FOR = 40;

class Tasks extends Shown {
  #engine: Engine | null = null;
  #keep: Keep | null = null;
  #owner: string | null = null;
  #ready = false;
  #early = new Early();
  #glimpses = new Glimpses();
  #gathering: ReturnType<typeof setTimeout> | undefined;

  add(titles: string[]): void {
    if (this.#ready) this.#engine?.hands.add(titles);
    else this.#early.hold(this.#owner, titles);
  }

  complete(ids: string[], completed: boolean): void {
    this.#whenSeen({ ids, completed });
  }

  edit(id: string, changes: Changes, from?: Task): void {
    this.#engine?.hands.edit(id, changes, from);
  }

  remove(ids: string[]): void {
    this.#whenSeen({ ids, completed: null });
  }

  clearCompleted(): void {
    this.#engine?.hands.clearCompleted();
  }

  restore(task: Task): void {
    this.#engine?.hands.restore(task);
  }

  undo(): void {
    this.#engine?.hands.undoLast();
    notices.undone();
  }

  resolve(which: 'mine' | 'theirs'): void {
    this.#engine?.resolve(which);
  }

  /** Where texts are kept in sight that have lost their place; there is none before it is known who is here. */
  get returns(): Returns | undefined {
    return this.#engine?.returns;
  }

  /** Shows what an earlier visit left here; `wake` goes to the server. */
  async open(userId: string): Promise<void> {
    if (this.#owner === userId) return;
    void this.close();
    this.#owner = userId;
    this.glimpse = withDeferred(this.#glimpses.of(userId), userId);
    const around = await aroundTab(userId, (now) => this.#changed(now));
    if (this.#owner !== userId) return;
    this.#keep = around.keep;
    this.#engine = new Engine(around);
    await this.#engine.open();
    if (this.#owner !== userId) return;
    this.#ready = true;
    this.#publish();
    const early = this.#early.of(userId);
    await this.#engine.early(early);
    this.#early.forget(userId, early);
  }

  wake(): void {
    this.#engine?.wake();
  }

  offline(): void {
    this.#engine?.offline();
  }

  /** The page is out of sight, and may be gone in a moment. */
  hide(): void {
    this.#glimpses.flush();
    this.#engine?.hide();
  }

  /** Waits until all edits are sent, at most so many milliseconds; how many are left. */
  async sent(patience: number): Promise<number> {
    const end = Date.now() + patience;
    while (this.#left() > 0 && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 50));
    return this.#left();
  }

  /** Leaves the person's tasks; `wipe` takes them off this device. */
  async close(wipe = false): Promise<void> {
    const keep = this.#keep;
    this.#engine?.close();
    if (this.#owner && wipe) this.#early.giveUp(this.#owner);
    // Here too where another tab wipes: this one might have written it just now.
    if (this.#owner) {
      this.#glimpses.forget(this.#owner);
      notices.forget();
    }
    this.#engine = this.#keep = this.#owner = this.glimpse = null;
    this.#ready = false;
    this.#publish();
    if (wipe) await keep?.wipe();
  }

  /** At once, or when the tasks of the glimpse are there. */
  #whenSeen(deed: Deferred): void {
    if (this.#ready && this.glimpse === null) return perform(deed, this.#engine?.hands);
    defer(this.#owner, deed);
    this.glimpse = withDeferred(this.glimpse, this.#owner);
  }

  #left(): number {
    return (this.#engine?.replica.edits.length ?? 0) + this.#early.count(this.#owner) + deferred(this.#owner).length;
  }

  #changed(now: boolean): void {
    if (now) this.#publish();
    else this.#gathering ??= setTimeout(() => this.#publish(), GATHERED_FOR);
  }

  #publish(): void {
    clearTimeout(this.#gathering);
    this.#gathering = undefined;
    this.show(this.#engine, this.#left());
    // The beginning of a first list is like a glimpse: what is done with its tasks waits until all are there.
    if (this.#ready) this.glimpse = withDeferred(this.#engine?.begun ?? null, this.#owner);
    if (this.#ready && this.#owner && this.loaded !== 'nothing') performDeferred(this.#owner, this.#engine?.hands);
    if (this.#owner && this.loaded !== 'nothing') this.#glimpses.keep(this.#owner, this.all);
  }
}

export const tasks = new Tasks();
