/** What comes in, from the server to this tab and from the other tabs, and what it changes here. */

import type { Cache } from './cache.ts';
import type { Hands } from './hands.ts';
import type { Difference } from './keep.ts';
import type { Outbox } from './outbox.ts';
import type { Settled } from './outcome.ts';
import type { Refresher } from './refresher.ts';
import type { Replica } from './replica.ts';
import type { Returns } from './returns.ts';
import type { Message } from './tabs.ts';
import type { Timers } from './timers.ts';

/** Milliseconds. Another tab's edit that still waits after this is sent by this one: that tab may be gone. */
const STEP_IN_AFTER = 5000;

export type Receiving = {
  replica: Replica;
  hands: Hands;
  outbox: Outbox;
  returns: Returns;
  cache: Cache;
  refresher: Refresher;
  timers: Timers;
  changed(now: boolean): void;
  say(sentence: string, kind: 'done' | 'refused', undo: boolean): void;
  send(): void;
};

export class Incoming {
  #by: Receiving;

  constructor(by: Receiving) {
    this.#by = by;
  }

  /** An edit's answer. What is to be written of it. */
  answered(key: string, settled: Settled): Difference {
    const { replica, hands, returns, refresher } = this.#by;
    const settling = replica.settle(key, settled);
    if (!settling) return { changed: [], dropped: [] };
    if (settling.refused !== null) {
      hands.undo.refused(key, settling.lost);
      returns.given(settling.returned);
      this.#by.say(settling.refused, 'refused', false);
      refresher.wanted = true;
    }
    this.#by.changed(false);
    this.#by.cache.changed();
    if (refresher.wanted && !replica.uncertain) void refresher.refresh();
    return settling;
  }

  /** The disk tells which edits other tabs made and sent. */
  async reread(): Promise<void> {
    const { outbox, replica, timers, refresher } = this.#by;
    await outbox.reread();
    // If the other tab's word does not come, the server's list says what it would have said.
    if (replica.elsewhere.size > 0) timers.soon('elsewhere', STEP_IN_AFTER, () => void refresher.refresh());
  }

  heard(message: Message): void {
    const { outbox, replica, returns, timers, send } = this.#by;
    if (message.say === 'edited') {
      outbox.heard(message.edits);
      timers.soon('step in', STEP_IN_AFTER, send);
    } else if (message.say === 'sent') replica.marked(message.key);
    else if (message.say === 'settled') this.answered(message.key, message.settled);
    else if (message.say === 'put back') returns.given(message.returned);
    else if (message.say === 'taken back') returns.heard(message.key);
    else replica.resolve(message.key, message.which);
    this.#by.changed(false);
  }
}
