/** The tasks of one person in this tab: memory, disk, other tabs and server kept together. */

import type { TaskRead } from '../domain/task.ts';
import type { Edit } from './edit.ts';
import { Hands } from './hands.ts';
import type { Keep } from './keep.ts';
import type { Outcome, Settled } from './outcome.ts';
import { Outbox } from './outbox.ts';
import { Refresher } from './refresher.ts';
import { Replica, type Difference } from './replica.ts';
import { Sender } from './sender.ts';
import type { Returned } from './settling.ts';
import type { Message, Tabs } from './tabs.ts';
import { Timers, type Later } from './timers.ts';
import type { Turn } from './turn.ts';

export type Surroundings = {
  keep: Keep;
  turn: Turn;
  tabs(hear: (message: Message) => void): Tabs;
  dispatch(edit: Edit): Promise<Outcome>;
  list(): Promise<TaskRead[]>;
  /** `now`: by the person, who wants to see it in the next frame. */
  changed(now: boolean): void;
  say(sentence: string, kind: 'done' | 'refused', undo: boolean): void;
  later: Later;
};

/** Milliseconds after a change until the cache is written. */
const CACHE_AFTER = 1000;
/** Another tab's edit that still waits after this is sent by this one: that tab may be gone. */
const STEP_IN_AFTER = 5000;

export class Engine {
  readonly replica = new Replica();
  readonly hands: Hands;
  loaded: 'nothing' | 'cache' | 'server' = 'nothing';
  online = true;
  returned: readonly Returned[] = [];
  #by: Surroundings;
  #tabs: Tabs;
  #timers: Timers;
  #outbox: Outbox;
  #sender: Sender;
  #refresher: Refresher;

  constructor(by: Surroundings) {
    this.#by = by;
    this.hands = new Hands({ replica: this.replica, say: by.say, edited: (edits) => this.#edited(edits) });
    this.#tabs = by.tabs((message) => this.#hear(message));
    this.#timers = new Timers(by.later);
    this.#outbox = new Outbox(this.replica, by.keep, this.#tabs);
    const reached = (whether: boolean): void => this.#reached(whether);
    this.#sender = new Sender({
      turn: by.turn,
      reread: () => this.#reread(),
      next: () => this.replica.next(),
      marked: (edit) => this.#outbox.marked(edit),
      dispatch: by.dispatch,
      settled: (key, settled) => this.#outbox.settled(key, settled, this.#apply(key, settled)),
      reached,
      later: by.later,
    });
    this.#refresher = new Refresher({
      replica: this.replica,
      timers: this.#timers,
      list: by.list,
      taken: () => this.#listed(),
      reached,
      send: () => this.#sender.kick(),
    });
  }

  /** Shows what an earlier visit left here. */
  async open(): Promise<void> {
    const [tasks] = await Promise.all([this.#by.keep.tasks(), this.#outbox.open()]);
    if (tasks && this.loaded === 'nothing') {
      this.replica.cached(tasks);
      this.loaded = 'cache';
    }
    this.#by.changed(true);
  }

  /** The way to the server is open, perhaps again. */
  wake(): void {
    this.#sender.kick();
    void this.refresh();
  }

  /** The browser says that there is no network, before a try fails. */
  offline(): void {
    this.#reached(false);
  }

  refresh(): Promise<void> {
    return this.#refresher.refresh();
  }

  resolve(which: 'mine' | 'theirs'): void {
    const key = this.replica.conflict?.key;
    if (key === undefined) return;
    void this.#outbox.resolved(this.replica.resolve(key, which)).then(() => this.#sender.kick());
    this.#by.changed(true);
    this.#tabs.tell({ say: 'resolved', key, which });
  }

  /** What was given back has been put where the person can go on with it. */
  takeBack(returned: Returned): void {
    this.returned = this.returned.filter((one) => one !== returned);
    this.#by.changed(true);
  }

  close(): void {
    this.#sender.stop();
    this.#tabs.close();
    this.#timers.close();
  }

  #edited(edits: Edit[]): void {
    this.#by.changed(true);
    void this.#outbox.added(edits).then(() => this.#sender.kick());
  }

  async #reread(): Promise<void> {
    await this.#outbox.reread();
    // If the other tab's word does not come, the server's list says what it would have said.
    if (this.replica.elsewhere.size > 0) this.#timers.soon('elsewhere', STEP_IN_AFTER, () => void this.refresh());
  }

  #apply(key: string, settled: Settled): Difference {
    const settling = this.replica.settle(key, settled);
    if (!settling) return { changed: [], dropped: [] };
    if (settling.refused !== null) {
      this.hands.undo.refused(key, settling.lost);
      this.returned = [...this.returned, ...settling.returned];
      this.#by.say(settling.refused, 'refused', false);
      this.#refresher.wanted = true;
    }
    this.#by.changed(false);
    this.#cacheSoon();
    if (this.#refresher.wanted && !this.replica.uncertain) void this.refresh();
    return settling;
  }

  #listed(): void {
    this.loaded = 'server';
    this.#by.changed(false);
    this.#cacheSoon();
  }

  #reached(whether: boolean): void {
    if (whether === this.online) return;
    this.online = whether;
    this.#by.changed(false);
    // What is waiting for its turn to be tried again need not wait any longer.
    if (whether) this.wake();
  }

  #hear(message: Message): void {
    if (message.say === 'edited') {
      this.#outbox.heard(message.edits);
      this.#timers.soon('step in', STEP_IN_AFTER, () => this.#sender.kick());
    } else if (message.say === 'sent') this.replica.marked(message.key);
    else if (message.say === 'settled') this.#apply(message.key, message.settled);
    else this.replica.resolve(message.key, message.which);
    this.#by.changed(false);
  }

  #cacheSoon(): void {
    this.#timers.soon('cache', CACHE_AFTER, () => {
      if (this.loaded === 'server') void this.#by.keep.keepTasks([...this.replica.server.tasks.values()]);
    });
  }
}
