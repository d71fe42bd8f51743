/** What the person can do to the tasks, and take back. */

import type { Changes, Task } from '../domain/task.ts';
import { added, adding, clearing, completing, editing, removing, restoring, type Deed } from './deeds.ts';
import { idsOf, type Edit } from './edit.ts';
import type { Replica } from './replica.ts';
import { Undo } from './undo.ts';

/** New tasks by their keys, and what says it. */
export type Added = { sentence: string; keys: readonly string[] };

export type Doing = {
  replica: Replica;
  /** These were made and show; they are to be sent. */
  edited(edits: Edit[]): void;
  say(sentence: string, kind: 'done' | 'refused', undo: boolean): void;
};

export class Hands {
  readonly undo = new Undo();
  /** The last ones: whoever shows the list knows whether they are in sight. */
  added: Added | null = null;
  #by: Doing;

  constructor(by: Doing) {
    this.#by = by;
  }

  add(titles: readonly string[]): void {
    if (titles.length === 0) return;
    const deed = adding(titles);
    this.#shows(deed);
    this.#do(deed, false);
  }

  /** New tasks that were edits before anything could be done with them. Those that were not known already. */
  early(edits: readonly Edit[]): Edit[] {
    const taken = this.#by.replica.take(edits);
    for (const { key, act } of taken) {
      if (act.kind !== 'create') continue;
      const deed = added(act.drafts);
      this.#shows(deed);
      this.#undoable(deed, [key]);
    }
    return taken;
  }

  complete(ids: readonly string[], completed: boolean): void {
    this.#do(completing(this.#tasks(ids), completed), true);
  }

  edit(id: string, changes: Changes, from?: Task): void {
    const task = this.#by.replica.get(id);
    if (task) this.#do(editing(task, changes, from), true);
  }

  remove(ids: readonly string[]): void {
    this.#do(removing(this.#tasks(ids)), true);
  }

  clearCompleted(): void {
    this.#do(clearing(this.#by.replica.tasks()), true);
  }

  restore(task: Task): void {
    this.#do(restoring(task), true);
  }

  undoLast(): void {
    const deed = this.undo.take();
    if (deed) this.#by.edited(this.#by.replica.make(deed.reverses.map((reverse) => reverse.act)));
  }

  #tasks(ids: readonly string[]): Task[] {
    return ids.flatMap((id) => this.#by.replica.get(id) ?? []);
  }

  /** What is added shows itself where it is in sight; all else is said. */
  #do(deed: Deed, said: boolean): void {
    if (deed.acts.length === 0) return;
    const edits = this.#by.replica.make(deed.acts);
    this.#undoable(deed, edits.map((edit) => edit.key));
    if (said) this.#by.say(deed.sentence, 'done', true);
    this.#by.edited(edits);
  }

  #shows({ acts, sentence }: Deed): void {
    this.added = { sentence, keys: acts.flatMap(idsOf) };
  }

  #undoable({ sentence, back }: Deed, keys: readonly string[]): void {
    this.undo.done(sentence, keys.flatMap((key, place) => (back[place] ?? []).map((act) => ({ key, act }))));
  }
}
