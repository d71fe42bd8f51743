/** Timers by name: of each name the last one set counts. */

export type Later = (milliseconds: number, work: () => void) => () => void;

export class Timers {
  #later: Later;
  #set = new Map<string, () => void>();
  #closed = false;

  /** `later` returns how to call it off. */
  constructor(later: Later) {
    this.#later = later;
  }

  soon(name: string, milliseconds: number, work: () => void): void {
    if (this.#closed) return;
    this.#set.get(name)?.();
    this.#set.set(name, this.#later(milliseconds, work));
  }

  close(): void {
    this.#closed = true;
    for (const cancel of this.#set.values()) cancel();
  }
}
