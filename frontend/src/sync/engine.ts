/** The tasks of one person in this tab: memory, disk, other tabs and server kept together. */

import { taskOf, type TaskRead } from '../domain/task.ts';
import type { Edit } from './edit.ts';
import { Cache } from './cache.ts';
import type { Glimpse } from './glimpse.ts';
import { Hands } from './hands.ts';
import { Incoming } from './incoming.ts';
import { Outbox } from './outbox.ts';
import { Refresher } from './refresher.ts';
import { Replica } from './replica.ts';
import { Returns } from './returns.ts';
import { Sender } from './sender.ts';
import type { Surroundings } from './surroundings.ts';
import type { Tabs } from './tabs.ts';
import { Timers } from './timers.ts';

export class Engine {
  readonly replica = new Replica();
  readonly hands: Hands;
  readonly returns: Returns;
  loaded: 'nothing' | 'cache' | 'server' = 'nothing';
  online = true;
  /** The beginning of the first list, until all of it is there. */
  begun: Glimpse | null = null;
  #by: Surroundings;
  #tabs: Tabs;
  #timers: Timers;
  #outbox: Outbox;
  #sender: Sender;
  #refresher: Refresher;
  #cache: Cache;

  constructor(by: Surroundings) {
    this.#by = by;
    const { keep, changed, say } = by;
    const { replica } = this;
    const send = (): void => this.#sender.kick();
    const reached = (whether: boolean): void => this.#reached(whether);
    const hands = (this.hands = new Hands({ replica, say, edited: (edits) => void this.#edited(edits) }));
    this.#tabs = by.tabs((message) => incoming.heard(message));
    const timers = (this.#timers = new Timers(by.later));
    const cache = (this.#cache = new Cache(replica, keep, timers));
    const returns = (this.returns = new Returns(keep, this.#tabs, () => changed(true)));
    const outbox = (this.#outbox = new Outbox(replica, keep, this.#tabs));
    const refresher = (this.#refresher = new Refresher({ replica, timers, list: () => this.#list(), taken: () => this.#listed(), reached, send }));
    const incoming = new Incoming({ replica, hands, outbox, returns, cache, refresher, timers, changed, say, send });
    this.#sender = new Sender({
      turn: by.turn,
      reread: () => incoming.reread(),
      next: () => replica.next(),
      marked: (edits) => outbox.marked(edits),
      dispatch: (edit) => by.dispatch(edit, replica.server.tasks),
      settled: (key, settled) => outbox.settled(key, settled, incoming.answered(key, settled)),
      reached,
      later: by.later,
    });
  }

  /** Shows what an earlier visit left here. */
  async open(): Promise<void> {
    const [tasks] = await Promise.all([this.#by.keep.tasks(), this.#outbox.open(), this.returns.open()]);
    if (tasks && this.loaded === 'nothing') {
      this.replica.cached(tasks);
      this.loaded = 'cache';
    }
    this.#by.changed(true);
  }

  /** Takes what was typed before this was open. Resolves when it is kept as everything else is. */
  async early(edits: readonly Edit[]): Promise<void> {
    const taken = this.hands.early(edits);
    if (taken.length > 0) await this.#edited(taken);
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

  /** The page may be gone in a moment. */
  hide(): void {
    this.#cache.write();
  }

  close(): void {
    this.#sender.stop();
    this.#tabs.close();
    this.#timers.close();
  }

  async #edited(edits: Edit[]): Promise<void> {
    this.#by.changed(true);
    await this.#outbox.added(edits);
    this.#sender.kick();
  }

  #list(): Promise<TaskRead[]> {
    if (this.loaded !== 'nothing') return this.#by.list();
    return this.#by.list((first) => {
      // It may hold what one of them made.
      if (this.replica.edits.length > 0) return;
      this.begun = { tasks: first.map((read) => taskOf(read)), count: first.length };
      this.#by.changed(true);
    });
  }

  #listed(): void {
    this.loaded = 'server';
    this.begun = null;
    this.#by.changed(false);
    this.#cache.listed();
  }

  #reached(whether: boolean): void {
    if (whether === this.online) return;
    this.online = whether;
    this.#by.changed(false);
    // What is waiting for its turn to be tried again need not wait any longer.
    if (whether) this.wake();
  }
}
