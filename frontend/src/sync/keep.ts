/** What stays on this device between visits: the tasks as a cache, the edits until the server answered them. */

import type { Task } from '../domain/task.ts';
import { Blocks } from './blocks.ts';
import { byTime, EDIT_VERSION, type Edit } from './edit.ts';
import { open, read, readAll, remove, write, type Write } from './idb.ts';
import type { Returned } from './settling.ts';

/** Older ones nobody can be writing with any more. */
const MOST_IDS = 2000;

/** The edits, and the ids that the server gave to tasks that some of them still name `new-…`. */
export type Stored = { edits: Edit[]; ids: [string, string][] };

/** What of the edits is to be written to the disk, and what to be taken from it; `returned` takes a refused edit's place. */
export type Difference = { changed: readonly Edit[]; dropped: readonly string[]; returned?: readonly Returned[] };

export interface Keep {
  tasks(): Promise<Task[] | null>;
  keepTasks(tasks: Task[]): Promise<void>;
  /** Null if nothing is kept here, so that memory is all there is. */
  edits(): Promise<Stored | null>;
  /** Writes some and removes others, all or none; `ids` where there are new ones. */
  keepEdits(difference: Difference, ids?: ReadonlyMap<string, string>): Promise<void>;
  returned(): Promise<Returned[]>;
  forgetReturned(key: string): Promise<void>;
  wipe(): Promise<void>;
}

/** Works without IndexedDB, and with a full or broken disk: then a reload forgets what was not sent. */
export async function openKeep(userId: string): Promise<{ keep: Keep; database: IDBDatabase | null }> {
  const database = await open(`todo-${userId}`);
  return { keep: database ? onDisk(database) : nowhere, database };
}

const nowhere: Keep = {
  tasks: async () => null,
  keepTasks: async () => {},
  edits: async () => null,
  keepEdits: async () => {},
  returned: async () => [],
  forgetReturned: async () => {},
  wipe: async () => {},
};

function onDisk(database: IDBDatabase): Keep {
  const blocks = new Blocks();
  return {
    async tasks() {
      return blocks.read(await readAll(database, 'kept', Blocks.prefix).catch(() => []));
    },
    async keepTasks(tasks) {
      const writes = blocks.differing(tasks);
      if (writes.length > 0) await forgiving(write(database, writes), () => blocks.forget());
    },
    async edits() {
      const [found, ids] = await Promise.all([
        readAll(database, 'edits').catch(() => null),
        read(database, 'kept', 'ids').catch(() => undefined),
      ]);
      const edits = found?.filter(isEdit).toSorted(byTime);
      return edits ? { edits, ids: ids instanceof Map ? [...ids] : [] } : null;
    },
    keepEdits({ changed, dropped, returned = [] }, ids) {
      const puts = changed.map((edit): Write => ({ store: 'edits', key: edit.key, put: edit }));
      const removals = dropped.map((key): Write => ({ store: 'edits', key }));
      // A tab that has not heard of them yet may be writing an edit with the old ones just now.
      const given: Write[] = ids ? [{ store: 'kept', key: 'ids', put: new Map([...ids].slice(-MOST_IDS)) }] : [];
      const back = returned.map((one): Write => ({ store: 'returned', key: one.key, put: one }));
      return forgiving(write(database, [...puts, ...removals, ...given, ...back]));
    },
    returned: () => readAll(database, 'returned').then((all) => all.filter(isReturned), () => []),
    forgetReturned: (key) => forgiving(write(database, [{ store: 'returned', key }])),
    wipe: () => forgiving(remove(database)),
  };
}

async function forgiving(work: Promise<void>, failed = (): void => {}): Promise<void> {
  await work.catch((problem: unknown) => {
    failed();
    console.warn('Nothing can be kept on this device:', problem);
  });
}

/** One of another version stays on the disk for the page that can read it. */
function isEdit(value: unknown): value is Edit {
  return typeof value === 'object' && value !== null && 'version' in value && value.version === EDIT_VERSION;
}

function isReturned(value: unknown): value is Returned {
  return typeof value === 'object' && value !== null && 'key' in value && 'sentence' in value;
}
