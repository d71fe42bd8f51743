/** What was typed and could not be done: kept on this device, in sight of every tab, until the person has it back. */

import type { Keep } from './keep.ts';
import { randomName } from './random.ts';
import type { Returned } from './settling.ts';
import type { Tabs } from './tabs.ts';

/** What somebody typed, and why it is given back. */
export type Text = Pick<Returned, 'title' | 'description' | 'sentence'>;

export class Returns {
  list: readonly Returned[] = [];
  #keep: Keep;
  #tabs: Tabs;
  #changed: () => void;

  constructor(keep: Keep, tabs: Tabs, changed: () => void) {
    this.#keep = keep;
    this.#tabs = tabs;
    this.#changed = changed;
  }

  async open(): Promise<void> {
    this.given(await this.#keep.returned());
  }

  /** The outbox writes them where it takes the refused edit out. */
  given(more: readonly Returned[]): void {
    const all = new Map([...this.list, ...more].map((one) => [one.key, one]));
    this.list = [...all.values()].toSorted((one, other) => one.at - other.at);
  }

  /** Texts that never were edits, to stand in this order. */
  put(texts: readonly Text[]): void {
    const at = Date.now();
    const returned = texts.map((text, place) => ({ ...text, key: randomName(), at: at + place / 10_000, id: null }));
    this.given(returned);
    this.#changed();
    void this.#keep.keepEdits({ changed: [], dropped: [], returned });
    this.#tabs.tell({ say: 'put back', returned });
  }

  /** It has been put where the person can go on with it, or is not wanted. */
  takeBack({ key }: Returned): void {
    this.heard(key);
    this.#changed();
    void this.#keep.forgetReturned(key);
    this.#tabs.tell({ say: 'taken back', key });
  }

  /** Another tab did. */
  heard(key: string): void {
    this.list = this.list.filter((one) => one.key !== key);
  }
}
