/** A task as the page holds it, and as the server tells it. */

export type Task = {
  /** The server's UUID, or `new-…` until it gave one. */
  id: string;
  /** Stays the same while `id` turns from `new-…` into the server's: what rows are keyed by. */
  key: string;
  /** Null until the server gave one. */
  number: number | null;
  title: string;
  description: string;
  completed: boolean;
  created_at: string;
  updated_at: string;
  /** Not on the server yet. */
  waiting: boolean;
};

export type DeletedTask = Task & { deleted_at: string };

/** A task in the server's words. */
export type TaskRead = {
  id: string;
  number: number;
  title: string;
  description: string;
  completed: boolean;
  created_at: string;
  updated_at: string;
};

export type Changes = { title?: string; description?: string; completed?: boolean };

export function taskOf(read: TaskRead, key: string = read.id): Task {
  const { id, number, title, description, completed, created_at, updated_at } = read;
  return { id, key, number, title, description, completed, created_at, updated_at, waiting: false };
}

/** Now, in RFC 3339 with six fraction digits as the server writes it, so that times compare as texts. */
export function moment(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace('Z', '000Z');
}
