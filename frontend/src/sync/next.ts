/** Which edits are sent next, and which at the same time. */

import { isHeld } from './conflict.ts';
import { idsOf, type Edit } from './edit.ts';

/** So many requests are under way at the same time at most: as many as a browser opens connections. */
const AT_ONCE = 6;

/**
 * The oldest that no held edit of the same task stands before, alone, for a later one may build on it. Restorations build on
 * nothing, and taking back a clearing makes a thousand: they go together.
 */
export function nextOf(edits: readonly Edit[]): Edit[] {
  const held = new Set(edits.filter(isHeld).flatMap((edit) => idsOf(edit.act)));
  const free = held.size > 0 ? edits.filter((edit) => !idsOf(edit.act).some((id) => held.has(id))) : edits;
  const several: Edit[] = [];
  for (const edit of free) {
    if (edit.act.kind !== 'restore' || several.length === AT_ONCE) break;
    several.push(edit);
  }
  return several.length > 0 ? several : free.slice(0, 1);
}
