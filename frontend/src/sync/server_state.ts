/** What the server said last of each task, and which ids it gave. */

import { taskOf, type Task, type TaskRead } from '../domain/task.ts';

export class ServerState {
  tasks = new Map<string, Task>();
  /** From `new-…` to the server's id, and back. */
  readonly real = new Map<string, string>();
  /** Ids of tasks that were changed one by one; null where all may have. */
  #moved: Set<string> | null = null;
  #keys = new Map<string, string>();
  /** What answers said since the last list was asked for, which may be older than they are. */
  #answers = new Map<string, Task | null>();

  /** Which tasks changed since this was asked last; null for all. */
  moved(): ReadonlySet<string> | null {
    const moved = this.#moved;
    this.#moved = new Set();
    return moved;
  }

  /** Lists that are asked for from now on know the answers until now. */
  asking(): void {
    this.#answers.clear();
  }

  /** The server's list. Tasks that did not change stay the same objects. */
  listed(list: readonly TaskRead[]): void {
    const tasks = new Map(list.map((read) => [read.id, this.#task(read)]));
    for (const [id, task] of this.#answers) {
      const listed = tasks.get(id);
      if (task === null) tasks.delete(id);
      else if (!listed || listed.updated_at < task.updated_at) tasks.set(id, task);
    }
    this.tasks = tasks;
    this.#moved = null;
  }

  /** The list of an earlier visit. */
  cached(tasks: readonly Task[]): void {
    this.tasks = new Map(tasks.map((task) => [task.id, task.key === task.id ? task : { ...task, key: task.id }]));
    this.#moved = null;
  }

  /** An answer tells how a task is. */
  is(read: TaskRead): Task {
    const task = this.#task(read);
    this.#answers.set(task.id, task);
    this.tasks.set(task.id, task);
    this.#moved?.add(task.id);
    return task;
  }

  /** An answer tells that a task is gone. */
  gone(id: string): void {
    this.#answers.set(id, null);
    this.tasks.delete(id);
    this.#moved?.add(id);
  }

  made(draftId: string, id: string): void {
    this.real.set(draftId, id);
    this.#keys.set(id, draftId);
  }

  /** Ids that another tab, or an earlier visit, was given. */
  learn(ids: Iterable<[string, string]>): void {
    for (const [draftId, id] of ids) if (!this.real.has(draftId)) this.made(draftId, id);
  }

  #task(read: TaskRead): Task {
    const known = this.tasks.get(read.id);
    const same = known && known.updated_at === read.updated_at && known.number === read.number;
    return same ? known : taskOf(read, this.#keys.get(read.id));
  }
}
