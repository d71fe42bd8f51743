/** What the components see of the tasks. */

import { counted, type Counts } from '../domain/filter.ts';
import type { Task } from '../domain/task.ts';
import type { Conflict } from './conflict.ts';
import type { Engine } from './engine.ts';
import type { Glimpse } from './glimpse.ts';
import type { Added } from './hands.ts';
import type { Replica } from './replica.ts';
import type { Returned } from './settling.ts';

export class Shown {
  all: readonly Task[] = $state.raw([]);
  counts: Counts = $derived(counted(this.all));
  loaded: 'nothing' | 'cache' | 'server' = $state('nothing');
  /** What can be seen before `all` is there. */
  glimpse: Glimpse | null = $state.raw(null);
  online = $state(true);
  waiting = $state(0);
  conflict: Conflict | null = $state.raw(null);
  undoable: string | null = $state(null);
  returned: readonly Returned[] = $state.raw([]);
  added: Added | null = $state.raw(null);
  #replica: Replica | null = null;
  #byNumber = $derived(new Map(this.all.map((task) => [task.number, task])));

  byNumber(number: number): Task | undefined {
    return this.#byNumber.get(number);
  }

  /** By the id that the task has or had. */
  byId(id: string): Task | undefined {
    void this.all;
    return this.#replica?.get(id);
  }

  protected show(engine: Engine | null, waiting: number): void {
    this.#replica = engine?.replica ?? null;
    this.all = engine?.replica.tasks() ?? [];
    this.loaded = engine?.loaded ?? 'nothing';
    this.online = engine?.online ?? true;
    this.waiting = waiting;
    this.conflict = engine?.replica.conflict ?? null;
    this.undoable = engine?.hands.undo.undoable ?? null;
    this.returned = engine?.returns.list ?? [];
    this.added = engine?.hands.added ?? null;
  }
}
