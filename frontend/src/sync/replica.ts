/** The tasks in memory: what the server said last, and the edits on their way to it. Knows no network and no disk. */

import type { Task, TaskRead } from '../domain/task.ts';
import { conflictIn, resolved, type Conflict } from './conflict.ts';
import { byTime, EDIT_VERSION, idsOf, renamed, seenOf, type Act, type Edit, type Seen } from './edit.ts';
import type { Settled } from './outcome.ts';
import type { Difference, Stored } from './keep.ts';
import { nextOf } from './next.ts';
import { Overlay } from './overlay.ts';
import { randomName } from './random.ts';
import { ServerState } from './server_state.ts';
import { following, settle, type Settling } from './settling.ts';

export class Replica {
  readonly server = new ServerState();
  edits: readonly Edit[] = [];
  #shown = new Overlay(this.server);
  /** What is shown was overtaken. Made anew when somebody looks: answers come faster than anybody can. */
  #overtaken = false;
  /** Every edit that was ever taken: one that is answered must not come in again. */
  #known = new Set<string>();
  /** Answered to another tab, whose word of it is under way. */
  elsewhere: ReadonlySet<string> = new Set();
  #last = 0;

  tasks(): Task[] {
    return [...this.#fresh().values()];
  }

  get(id: string): Task | undefined {
    return this.#fresh().get(this.server.real.get(id) ?? id);
  }

  get conflict(): Conflict | null {
    return conflictIn(this.edits);
  }

  /** A creation was sent and not answered: a list may hold its tasks already, and they would show twice. */
  get uncertain(): boolean {
    return this.edits.some((edit) => edit.sent && edit.act.kind === 'create' && !this.elsewhere.has(edit.key));
  }

  /** What is to be sent now. */
  next(): Edit[] {
    return nextOf(this.edits.filter((edit) => !this.elsewhere.has(edit.key)));
  }

  /** Makes and takes edits of what a person did. */
  make(acts: readonly Act[]): Edit[] {
    const pending = new Set(this.edits.flatMap((edit) => idsOf(edit.act)));
    const made = acts.map((act) => {
      const at = (this.#last = Math.max(Date.now(), this.#last + 1));
      const named = this.#named(act);
      const complete = 'seen' in named ? { ...named, seen: this.#seen(named.id, pending, named.seen) } : named;
      for (const id of idsOf(complete)) pending.add(id);
      return { key: randomName(), at, version: EDIT_VERSION, sent: false, act: complete } satisfies Edit;
    });
    this.take(made);
    return made;
  }

  /** Takes edits from here, another tab or the disk, but for those that it knows. Those that it took. */
  take(edits: readonly Edit[]): Edit[] {
    const added = edits.filter((edit) => !this.#known.has(edit.key)).map((edit) => ({ ...edit, act: this.#named(edit.act) }));
    const newest = this.edits.at(-1)?.at ?? 0;
    for (const edit of added) {
      this.#known.add(edit.key);
      this.#last = Math.max(this.#last, edit.at);
    }
    this.edits = [...this.edits, ...added].toSorted(byTime);
    if (added.some((edit) => edit.at < newest)) this.#overtaken = true;
    else if (!this.#overtaken) for (const edit of added) this.#shown.lay(edit);
    return added;
  }

  marked(key: string): void {
    this.edits = this.edits.map((edit) => (edit.key === key ? { ...edit, sent: true } : edit));
  }

  /** The server's list; `elsewhere` were answered before it was asked for. */
  listed(list: readonly TaskRead[], elsewhere: ReadonlySet<string>): void {
    this.server.listed(list);
    this.#replaced(this.edits.filter((edit) => !elsewhere.has(edit.key)));
  }

  cached(tasks: readonly Task[]): void {
    this.server.cached(tasks);
    this.#overtaken = true;
  }

  /** An edit's answer. Null if the edit is not waiting here. */
  settle(key: string, settled: Settled): (Settling & Difference) | null {
    this.#known.add(key);
    const edit = this.edits.find((one) => one.key === key);
    if (!edit) return null;
    // What was answered to another tab is over: an answer must not renew it, nor be taken for its version.
    const over = this.edits.filter((one) => one !== edit && this.elsewhere.has(one.key));
    const settling = settle(this.edits.filter((one) => !over.includes(one)), edit, settled, this.server);
    const edits = [...following(over, this.server.real, new Map()), ...settling.edits].toSorted(byTime);
    return { ...settling, ...this.#replaced(edits) };
  }

  /** The person chose between the two versions of a conflict. */
  resolve(key: string, which: 'mine' | 'theirs'): Difference {
    return this.#replaced(resolved(this.edits, key, which, this.server.real));
  }

  /** The edits as they stand on the disk, but for those not `written` yet. Those gone were answered to another tab. */
  reread({ edits: stored, ids }: Stored, written: (edit: Edit) => boolean): void {
    this.server.learn(ids);
    const byKey = new Map(stored.map((edit) => [edit.key, edit]));
    const gone = this.edits.filter((edit) => !byKey.has(edit.key) && written(edit));
    this.elsewhere = new Set(gone.map((edit) => edit.key));
    this.edits = following(this.edits.map((edit) => byKey.get(edit.key) ?? edit), this.server.real, new Map());
    this.take(stored);
    this.#overtaken = true;
  }

  #replaced(edits: readonly Edit[]): Difference {
    const before = new Set(this.edits);
    const now = new Set(edits.map((edit) => edit.key));
    const changed = edits.filter((edit) => !before.has(edit) && !this.elsewhere.has(edit.key));
    const dropped = this.edits.filter((edit) => !now.has(edit.key)).map((edit) => edit.key);
    for (const edit of changed) this.#known.add(edit.key);
    this.edits = edits;
    this.#overtaken = true;
    return { changed, dropped };
  }

  /** What the person had before them, else what the server last said of a task, unless an edit of it is on its way. */
  #seen(id: string, pending: ReadonlySet<string>, before: Seen | null): Seen | null {
    const task = this.server.tasks.get(id);
    return task && !pending.has(id) ? (before ?? seenOf(task)) : null;
  }

  #named(act: Act): Act {
    return renamed(act, this.server.real, new Map());
  }

  #fresh(): ReadonlyMap<string, Task> {
    if (this.#overtaken) this.#shown.renew(this.edits);
    this.#overtaken = false;
    return this.#shown.tasks;
  }
}
