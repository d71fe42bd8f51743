/** A browser with tabs: one disk, one lock, messages between tabs, no waiting for clocks. */

import { dispatch } from '../dispatch.ts';
import type { Edit } from '../edit.ts';
import { Engine } from '../engine.ts';
import type { Keep } from '../keep.ts';
import { listTasks } from '../list.ts';
import type { Returned } from '../settling.ts';
import type { Message } from '../tabs.ts';
import type { Task } from '../../domain/task.ts';
import type { Turn } from '../turn.ts';

export const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export class Browser {
  said: { sentence: string; kind: string }[] = [];
  cache: Task[] | null = null;
  disk = new Map<string, Edit>();
  ids: ReadonlyMap<string, string> = new Map();
  returned = new Map<string, Returned>();
  /** Between the moment the disk was read and the moment the tab hears what was found. */
  hearing: () => Promise<void> = async () => {};
  #ears = new Set<(message: Message) => void>();
  #queue: Promise<void> = Promise.resolve();
  open: Engine[] = [];

  async tab(): Promise<Engine> {
    const engine = new Engine({
      keep: this.#keep(),
      turn: this.#turn,
      dispatch,
      list: listTasks,
      changed() {},
      say: (sentence, kind) => this.said.push({ sentence, kind }),
      later(_, work) {
        const timer = setImmediate(work);
        return () => clearImmediate(timer);
      },
      tabs: (hear) => {
        this.#ears.add(hear);
        const tell = (message: Message): void => {
          if (!this.#ears.has(hear)) return;
          for (const ear of this.#ears) if (ear !== hear) setImmediate(() => this.#ears.has(ear) && ear(structuredClone(message)));
        };
        return { tell, close: () => this.#ears.delete(hear) };
      },
    });
    this.open.push(engine);
    await engine.open();
    engine.wake();
    return engine;
  }

  close(engine: Engine): void {
    engine.close();
    this.open = this.open.filter((one) => one !== engine);
  }

  closeAll(): void {
    for (const engine of this.open) this.close(engine);
  }

  /** All sent, and read again. */
  async quiet(): Promise<void> {
    for (const engine of this.open) engine.wake();
    for (let turn = 0; turn < 20_000 && this.open.some((engine) => engine.replica.edits.length > 0); turn++) await tick();
    for (const engine of this.open) await engine.refresh();
    for (let turn = 0; turn < 5; turn++) await tick();
  }

  readonly #turn: Turn = (work) => (this.#queue = this.#queue.then(work, work));

  #keep(): Keep {
    return {
      tasks: async () => structuredClone(this.cache),
      keepTasks: async (tasks) => void (this.cache = structuredClone(tasks)),
      edits: async () => {
        const edits = structuredClone([...this.disk.values()]).toSorted((one, other) => one.at - other.at);
        const ids: [string, string][] = [...this.ids];
        await this.hearing();
        return { edits, ids };
      },
      keepEdits: async ({ changed, dropped, returned = [] }, ids) => {
        await tick();
        for (const one of returned) this.returned.set(one.key, structuredClone(one));
        for (const edit of changed) this.disk.set(edit.key, structuredClone(edit));
        for (const key of dropped) this.disk.delete(key);
        if (ids) this.ids = new Map(ids);
      },
      returned: async () => [...this.returned.values()],
      forgetReturned: async (key) => void this.returned.delete(key),
      wipe: async () => this.disk.clear(),
    };
  }
}
