/** The tasks of the person who is signed in, for the components: a thin face of the engine. */

import { counted, type Counts } from '../domain/filter.ts';
import type { Changes, Task } from '../domain/task.ts';
import { dispatch } from './dispatch.ts';
import { Engine } from './engine.ts';
import { openKeep, type Keep } from './keep.ts';
import { listTasks } from './list.ts';
import { notices } from './notices.svelte.ts';
import type { Conflict } from './replica.ts';
import type { Returned } from './settling.ts';
import { joinTabs } from './tabs.ts';
import { turnFor } from './turn.ts';

/** Answers come in bursts; a person's own change shows at once. */
const GATHERED_FOR = 40;

class Tasks {
  all: readonly Task[] = $state.raw([]);
  counts: Counts = $derived(counted(this.all));
  loaded: 'nothing' | 'cache' | 'server' = $state('nothing');
  online = $state(true);
  waiting = $state(0);
  conflict: Conflict | null = $state.raw(null);
  undoable: string | null = $state(null);
  returned: readonly Returned[] = $state.raw([]);
  #engine: Engine | null = null;
  #keep: Keep | null = null;
  #owner: string | null = null;
  #ready = false;
  /** What was typed before the tasks of an earlier visit were there. */
  #early: string[][] = [];
  #gathering: ReturnType<typeof setTimeout> | undefined;
  #byNumber = $derived(new Map(this.all.map((task) => [task.number, task])));

  add(titles: string[]): void {
    if (this.#ready) this.#engine?.hands.add(titles);
    else this.#early.push(titles);
  }

  complete(ids: string[], completed: boolean): void {
    this.#engine?.hands.complete(ids, completed);
  }

  edit(id: string, changes: Changes): void {
    this.#engine?.hands.edit(id, changes);
  }

  remove(ids: string[]): void {
    this.#engine?.hands.remove(ids);
  }

  clearCompleted(): void {
    this.#engine?.hands.clearCompleted();
  }

  restore(task: Task): void {
    this.#engine?.hands.restore(task);
  }

  undo(): void {
    this.#engine?.hands.undoLast();
  }

  resolve(which: 'mine' | 'theirs'): void {
    this.#engine?.resolve(which);
  }

  takeBack(returned: Returned): void {
    this.#engine?.takeBack(returned);
  }

  byNumber(number: number): Task | undefined {
    return this.#byNumber.get(number);
  }

  /** By the id that the task has or had. */
  byId(id: string): Task | undefined {
    void this.all;
    return this.#engine?.replica.get(id);
  }

  async refresh(): Promise<void> {
    await this.#engine?.refresh();
  }

  /** Shows what an earlier visit left here; `wake` goes to the server. */
  async open(userId: string): Promise<void> {
    if (this.#owner === userId) return;
    void this.close();
    this.#owner = userId;
    const { keep, database } = await openKeep(userId);
    if (this.#owner !== userId) return;
    this.#keep = keep;
    this.#engine = new Engine({
      keep,
      turn: turnFor(userId, database),
      tabs: (hear) => joinTabs(userId, hear),
      dispatch,
      list: listTasks,
      changed: (now) => this.#changed(now),
      say: (sentence, kind, undo) => notices.say(sentence, kind, undo),
      later(milliseconds, work) {
        const timer = setTimeout(work, milliseconds);
        return () => clearTimeout(timer);
      },
    });
    await this.#engine.open();
    if (this.#owner !== userId) return;
    this.#ready = true;
    for (const titles of this.#early.splice(0)) this.add(titles);
  }

  wake(): void {
    this.#engine?.wake();
  }

  /** The browser says that there is no network. */
  offline(): void {
    this.#engine?.offline();
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
    if (this.#owner) this.#early = [];
    this.#engine = this.#keep = this.#owner = null;
    this.#ready = false;
    this.#publish();
    if (wipe) await keep?.wipe();
  }

  #left(): number {
    return this.#engine?.replica.edits.length ?? 0;
  }

  #changed(now: boolean): void {
    if (now) this.#publish();
    else this.#gathering ??= setTimeout(() => this.#publish(), GATHERED_FOR);
  }

  #publish(): void {
    clearTimeout(this.#gathering);
    this.#gathering = undefined;
    const engine = this.#engine;
    this.all = engine?.replica.tasks() ?? [];
    this.loaded = engine?.loaded ?? 'nothing';
    this.online = engine?.online ?? true;
    this.waiting = this.#left();
    this.conflict = engine?.replica.conflict ?? null;
    this.undoable = engine?.hands.undo.undoable ?? null;
    this.returned = engine?.returned ?? [];
  }
}

export const tasks = new Tasks();
