/** Which drawn row shows which task: a row whose task left shows another one, for less than a new row costs. */
export class Slots {
  #given = new Map<string, number>();
  #next = 0;

  /** To these tasks, by their keys. The row of `own`, where the person is, goes with its task and takes the focus along. */
  give(keys: readonly string[], own: string | null): void {
    const drawn = new Set(keys);
    const free = [...this.#given].filter(([key]) => !drawn.has(key) && key !== own).map(([, slot]) => slot);
    this.#given = new Map(keys.map((key) => [key, this.#given.get(key) ?? free.shift() ?? this.#next++]));
  }

  /** The row of one task shows another from now on, which is drawn too: what has the focus there keeps it. */
  hand(from: string, to: string): boolean {
    const own = this.#given.get(from);
    const other = this.#given.get(to);
    if (own === undefined || other === undefined) return false;
    this.#given.set(to, own).set(from, other);
    return true;
  }

  of(key: string): number | undefined {
    return this.#given.get(key);
  }
}
