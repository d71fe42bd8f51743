/** New tasks that were typed before the tasks of an earlier visit were there: kept at once, in what answers at once. */

import { browser, tab } from '../storage.ts';
import { adding } from './deeds.ts';
import { forgetDeferred } from './deferred.ts';
import { byTime, EDIT_VERSION, type Edit } from './edit.ts';
import { randomName } from './random.ts';

/** While nobody knows yet who is here, in this tab alone: another person must not get it. */
type Owner = string | null;

export class Early {
  #held: { owner: Owner; edit: Edit }[] = [];

  hold(owner: Owner, titles: readonly string[]): void {
    for (const act of adding(titles).acts) {
      const at = Math.max(Date.now(), (this.#held.at(-1)?.edit.at ?? 0) + 1);
      const edit: Edit = { key: randomName(), at, version: EDIT_VERSION, sent: false, act };
      this.#held.push({ owner, edit });
      placeOf(owner).setItem(nameOf(owner) + edit.key, JSON.stringify(edit));
    }
  }

  /** How many this tab holds of this person, or of whoever is here. */
  count(owner: Owner): number {
    return this.#of(owner).length;
  }

  /** This person's, of this visit and of earlier ones that ended too soon. */
  of(owner: string): Edit[] {
    const all = [...stored(owner), ...stored(null), ...this.#of(owner)];
    return [...new Map(all.map((edit) => [edit.key, edit])).values()].toSorted(byTime);
  }

  /** They are kept elsewhere now, or given up. */
  forget(owner: string, edits: readonly Edit[]): void {
    const keys = new Set(edits.map((edit) => edit.key));
    this.#held = this.#held.filter(({ edit }) => !keys.has(edit.key));
    for (const key of keys) for (const whose of [owner, null]) placeOf(whose).removeItem(nameOf(whose) + key);
  }

  /** All that was done too soon. */
  giveUp(owner: string): void {
    this.forget(owner, this.of(owner));
    forgetDeferred(owner);
  }

  #of(owner: Owner): Edit[] {
    return this.#held.filter((one) => one.owner === null || one.owner === owner).map((one) => one.edit);
  }
}

function placeOf(owner: Owner): typeof browser {
  return owner === null ? tab : browser;
}

function nameOf(owner: Owner): string {
  return `todo-early ${owner ?? ''} `;
}

function stored(owner: Owner): Edit[] {
  const place = placeOf(owner);
  const names = place.keys().filter((name) => name.startsWith(nameOf(owner)));
  return names.flatMap((name) => read(place.getItem(name)) ?? []);
}

function read(text: string | null): Edit | null {
  try {
    const edit = JSON.parse(text ?? 'null') as Edit | null;
    return edit?.version === EDIT_VERSION ? edit : null;
  } catch {
    return null;
  }
}
