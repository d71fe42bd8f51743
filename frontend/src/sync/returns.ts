/** What was typed and the server refused: kept on this device, in sight of every tab, until the person has it back. */

import type { Keep } from './keep.ts';
import type { Returned } from './settling.ts';
import type { Tabs } from './tabs.ts';

export class Returns {
  list: readonly Returned[] = [];
  #keep: Keep;
  #tabs: Tabs;

  constructor(keep: Keep, tabs: Tabs) {
    this.#keep = keep;
    this.#tabs = tabs;
  }

  async open(): Promise<void> {
    this.given(await this.#keep.returned());
  }

  /** The outbox writes them where it takes the refused edit out. */
  given(more: readonly Returned[]): void {
    const all = new Map([...this.list, ...more].map((one) => [one.key, one]));
    this.list = [...all.values()].toSorted((one, other) => one.at - other.at);
  }

  /** It has been put where the person can go on with it, or is not wanted. */
  takeBack({ key }: Returned): void {
    this.heard(key);
    void this.#keep.forgetReturned(key);
    this.#tabs.tell({ say: 'taken back', key });
  }

  /** Another tab did. */
  heard(key: string): void {
    this.list = this.list.filter((one) => one.key !== key);
  }
}
