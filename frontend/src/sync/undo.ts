/** The last things done, and how each is taken back. */

import { idsOf, type Act } from './edit.ts';

/** One edit's way back: `key` is the edit's, so that what was refused is not undone. */
export type Reverse = { key: string; act: Act };
type Deed = { sentence: string; reverses: Reverse[] };

const DEEPEST = 50;

export class Undo {
  #deeds: Deed[] = [];

  done(sentence: string, reverses: Reverse[]): void {
    if (reverses.length === 0) return;
    this.#deeds = [...this.#deeds, { sentence, reverses }].slice(-DEEPEST);
  }

  get undoable(): string | null {
    return this.#deeds.at(-1)?.sentence ?? null;
  }

  /** Takes the last deed away. What was done last is taken back first. */
  take(): Deed | null {
    const deed = this.#deeds.at(-1);
    if (!deed) return null;
    this.#deeds = this.#deeds.slice(0, -1);
    return { ...deed, reverses: deed.reverses.toReversed() };
  }

  /** The edit did not happen, so there is nothing to take back; nor is there for drafts that were `lost`. */
  refused(key: string, lost: readonly string[]): void {
    const stands = ({ key: done, act }: Reverse): boolean => done !== key && !idsOf(act).some((id) => lost.includes(id));
    this.#deeds = this.#deeds
      .map((deed) => ({ ...deed, reverses: deed.reverses.filter(stands) }))
      .filter((deed) => deed.reverses.length > 0);
  }
}
