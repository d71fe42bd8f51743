/** The edits on this device's disk, in step with those in memory, and what the other tabs are told of them. */

import type { Edit } from './edit.ts';
import type { Difference, Keep } from './keep.ts';
import type { Settled } from './outcome.ts';
import type { Replica } from './replica.ts';
import type { Tabs } from './tabs.ts';

export class Outbox {
  #replica: Replica;
  #keep: Keep;
  #tabs: Tabs;
  /** Keys of those that are or were on the disk: what is missing there was answered. */
  #written = new Set<string>();

  constructor(replica: Replica, keep: Keep, tabs: Tabs) {
    this.#replica = replica;
    this.#keep = keep;
    this.#tabs = tabs;
  }

  /** What an earlier visit left. */
  async open(): Promise<void> {
    const stored = await this.#keep.edits();
    if (!stored) return;
    this.#note(stored.edits);
    this.#replica.server.learn(stored.ids);
    this.#replica.take(stored.edits);
  }

  /** Resolves when they may be sent. */
  async added(edits: Edit[]): Promise<void> {
    await this.#keep.keepEdits({ changed: edits, dropped: [] });
    this.#note(edits);
    this.#tabs.tell({ say: 'edited', edits });
  }

  /** Another tab wrote them before it told of them. */
  heard(edits: Edit[]): void {
    this.#note(edits);
    this.#replica.take(edits);
  }

  /** The edits as they stand on disk now: another tab may have sent some. */
  async reread(): Promise<void> {
    // As of now: one that is written while the disk is being read is missing in what was read.
    const written = new Set(this.#replica.edits.map((edit) => edit.key).filter((key) => this.#written.has(key)));
    const stored = await this.#keep.edits();
    if (!stored) return;
    this.#replica.reread(stored, (edit) => written.has(edit.key));
    this.#note(stored.edits);
  }

  /** On disk before it is sent: after a crash nobody could know otherwise that it may have been. */
  async marked(edits: readonly Edit[]): Promise<void> {
    const unsent = edits.filter((edit) => !edit.sent);
    if (unsent.length === 0) return;
    for (const { key, act } of unsent) {
      this.#replica.marked(key);
      if (act.kind === 'create') this.#tabs.tell({ say: 'sent', key });
    }
    await this.#keep.keepEdits({ changed: unsent.map((edit) => ({ ...edit, sent: true })), dropped: [] });
    this.#note(unsent);
  }

  async settled(key: string, settled: Settled, difference: Difference): Promise<void> {
    const ids = settled.is === 'done' && settled.tasks.length > 0 ? this.#replica.server.real : undefined;
    await this.#keep.keepEdits(difference, ids);
    this.#note(difference.changed);
    this.#tabs.tell({ say: 'settled', key, settled });
  }

  async resolved(difference: Difference): Promise<void> {
    await this.#keep.keepEdits(difference);
  }

  #note(edits: readonly Edit[]): void {
    for (const edit of edits) this.#written.add(edit.key);
  }
}
