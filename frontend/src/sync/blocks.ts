/** The cached tasks in blocks by their numbers, so that a change writes one block and not ten thousand tasks. */

import type { Task } from '../domain/task.ts';
import type { Write } from './idb.ts';

/** Of the records; another one on the disk is dropped, but for the first, which was all tasks under `WHOLE`. */
const VERSION = 2;
const WHOLE = 'tasks';
/** Numbers in a block. */
const SIZE = 500;

type Block = { version: number; block: number; tasks: Task[] };

export class Blocks {
  /** As they stand on the disk, as far as this tab wrote or read them. */
  #kept = new Map<number, readonly Task[]>();

  /** Every record of the cache has a key that begins so. */
  static readonly prefix = WHOLE;

  /** Null where the records hold no tasks that can be read. */
  read(records: readonly unknown[]): Task[] | null {
    const blocks = records.filter(isBlock);
    for (const { block, tasks } of blocks) this.#kept.set(block, tasks);
    if (blocks.length > 0) return blocks.flatMap(({ tasks }) => tasks);
    return records.find((record) => isWhole(record))?.tasks ?? null;
  }

  /** What is to be written so that these are on the disk. Counts as written; `forget` where that failed. */
  differing(all: readonly Task[]): Write[] {
    const now = new Map<number, Task[]>([[0, []]]); // an empty list is one, too
    for (const task of all) {
      const block = Math.floor((task.number ?? 0) / SIZE);
      const tasks = now.get(block);
      if (tasks) tasks.push(task);
      else now.set(block, [task]);
    }
    const changed = [...now].filter(([block, tasks]) => !same(this.#kept.get(block), tasks));
    const gone = [...this.#kept.keys()].filter((block) => !now.has(block));
    this.#kept = now;
    const puts = changed.map(([block, tasks]) => ({ store: 'kept', key: keyOf(block), put: { version: VERSION, block, tasks } }) as const);
    const removals = [...gone.map(keyOf), ...(puts.length > 0 ? [WHOLE] : [])].map((key) => ({ store: 'kept', key }) as const);
    return [...puts, ...removals];
  }

  forget(): void {
    this.#kept.clear();
  }
}

function keyOf(block: number): string {
  return `${WHOLE} ${String(block).padStart(13, '0')}`;
}

/** A task that changes is another object. */
function same(one: readonly Task[] | undefined, other: readonly Task[]): boolean {
  return one?.length === other.length && one.every((task, place) => task === other[place]);
}

function isBlock(value: unknown): value is Block {
  return isWhole(value, VERSION) && 'block' in value && typeof value.block === 'number';
}

function isWhole(value: unknown, version = 1): value is { tasks: Task[] } {
  return typeof value === 'object' && value !== null && 'version' in value && value.version === version && 'tasks' in value;
}
