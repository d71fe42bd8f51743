/** What was done with tasks that were seen before they could be changed: kept at once, in what answers at once. */

import { browser } from '../storage.ts';
import type { Glimpse } from './glimpse.ts';
import type { Hands } from './hands.ts';

/** `completed` is null where they were deleted. */
export type Deferred = { ids: string[]; completed: boolean | null };

const PLACE = 'todo-deferred ';

/** This person's, of this visit and of earlier ones that ended too soon. */
export function deferred(owner: string | null): Deferred[] {
  try {
    const found: unknown = JSON.parse(browser.getItem(PLACE + owner) ?? '[]');
    return Array.isArray(found) ? found.filter(isDeferred) : [];
  } catch {
    return [];
  }
}

export function defer(owner: string | null, one: Deferred): void {
  browser.setItem(PLACE + owner, JSON.stringify([...deferred(owner), one]));
}

/** As it looks when all that was done with it is done. */
export function withDeferred(glimpse: Glimpse | null, owner: string | null): Glimpse | null {
  if (!glimpse) return null;
  let { tasks } = glimpse;
  for (const { ids, completed } of deferred(owner)) {
    if (completed === null) tasks = tasks.filter(({ id }) => !ids.includes(id));
    else tasks = tasks.map((task) => (ids.includes(task.id) ? { ...task, completed } : task));
  }
  return { tasks, count: glimpse.count - glimpse.tasks.length + tasks.length };
}

export function perform({ ids, completed }: Deferred, hands: Hands | undefined): void {
  if (completed === null) hands?.remove(ids);
  else hands?.complete(ids, completed);
}

export function performDeferred(owner: string, hands: Hands | undefined): void {
  const deeds = deferred(owner);
  forgetDeferred(owner);
  for (const deed of deeds) perform(deed, hands);
}

export function forgetDeferred(owner: string): void {
  browser.removeItem(PLACE + owner);
}

function isDeferred(value: unknown): value is Deferred {
  return typeof value === 'object' && value !== null && 'ids' in value && Array.isArray(value.ids) && 'completed' in value;
}
