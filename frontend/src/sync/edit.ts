/** A change that a person made and that the server has not answered yet. Plain data: it is kept in IndexedDB. */

import type { Changes, Task } from '../domain/task.ts';

/** What the server last said of a task when it was edited: If-Match is made of it, and a conflict shows by it. */
export type Seen = { title: string; description: string; completed: boolean; updated_at: string };

export type Draft = { id: string; title: string; description: string; completed: boolean };

/** `seen` is null where an earlier edit of the same task is on its way: its answer fills it in. */
export type Act =
  | { kind: 'create'; drafts: Draft[] }
  | { kind: 'change'; id: string; changes: Changes; seen: Seen | null; theirs?: Task }
  | { kind: 'remove'; id: string; title: string; seen: Seen | null }
  | { kind: 'restore'; id: string; task: Task }
  | { kind: 'clear'; ids: string[] };

export type Edit = {
  /** The Idempotency-Key, made with the edit. */
  key: string;
  /** Milliseconds, later than every edit known then: the order in which edits are sent. */
  at: number;
  /** Of this shape of record. */
  version: typeof EDIT_VERSION;
  /** Whether it was ever sent: what was done with it is then uncertain until an answer comes. */
  sent: boolean;
  act: Act;
};

export const EDIT_VERSION = 1;

/** The tasks that an act is about. */
export function idsOf(act: Act): string[] {
  if (act.kind === 'create') return act.drafts.map((draft) => draft.id);
  return act.kind === 'clear' ? act.ids : [act.id];
}

export function byTime(one: Edit, other: Edit): number {
  return one.at - other.at;
}

export function seenOf({ title, description, completed, updated_at }: Task): Seen {
  return { title, description, completed, updated_at };
}

/** The act where some tasks have got their real ids, and `seen` where it was left open; the same object if nothing is new. */
export function renamed(act: Act, ids: ReadonlyMap<string, string>, seen: ReadonlyMap<string, Seen>): Act {
  if (act.kind === 'create') return act;
  if (act.kind === 'clear') return act.ids.some((id) => ids.has(id)) ? { ...act, ids: act.ids.map((id) => ids.get(id) ?? id) } : act;
  const id = ids.get(act.id) ?? act.id;
  if (act.kind === 'restore') return id === act.id ? act : { ...act, id, task: { ...act.task, id } };
  const now = act.seen ?? seen.get(id) ?? null;
  return id === act.id && now === act.seen ? act : { ...act, id, seen: now };
}
