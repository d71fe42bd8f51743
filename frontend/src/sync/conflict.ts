/** An edit that waits for the person, because the same place of its task was changed elsewhere. */

import type { Changes, Task } from '../domain/task.ts';
import { seenOf, type Edit } from './edit.ts';
import { following } from './settling.ts';

export type Conflict = { mine: Changes; theirs: Task; key: string };

export function isHeld(edit: Edit): boolean {
  return edit.act.kind === 'change' && edit.act.theirs !== undefined;
}

/** The first; `mine` with all that is changed in the task after it. */
export function conflictIn(edits: readonly Edit[]): Conflict | null {
  const held = edits.find(isHeld);
  if (held?.act.kind !== 'change' || !held.act.theirs) return null;
  const { id, theirs } = held.act;
  const mine: Changes = {};
  for (const { act } of edits) if (act.kind === 'change' && act.id === id) Object.assign(mine, act.changes);
  return { mine, theirs, key: held.key };
}

/** The edits after the person chose; the same ones if this one does not wait. `ids` are those that the server is known to have given. */
export function resolved(edits: readonly Edit[], key: string, which: 'mine' | 'theirs', ids: ReadonlyMap<string, string>): readonly Edit[] {
  const held = edits.find((edit) => edit.key === key);
  if (held?.act.kind !== 'change' || !held.act.theirs) return edits;
  const { id, theirs, changes } = held.act;
  if (which === 'mine') {
    const own: Edit = { ...held, act: { kind: 'change', id, changes, seen: seenOf(theirs) } };
    return edits.map((edit) => (edit === held ? own : edit));
  }
  const others = edits.filter(({ act }) => act.kind !== 'change' || act.id !== id);
  return following(others, ids, new Map([[id, seenOf(theirs)]]));
}
