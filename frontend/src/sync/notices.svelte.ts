/** What the page tells the person in passing: what was just done, and the server's own sentences. */

export type Notice = { id: number; sentence: string; kind: 'done' | 'refused'; undo: boolean };

/** More would hide the page; the oldest goes. */
const MOST = 4;

class Notices {
  list: readonly Notice[] = $state.raw([]);
  #last = 0;

  say(sentence: string, kind: Notice['kind'], undo = false): void {
    // Only the last deed can be undone from its notice; and what is said again is not said twice.
    const others = this.list.filter((notice) => !(undo && notice.undo) && !(kind === 'refused' && notice.sentence === sentence));
    this.list = [...others, { id: ++this.#last, sentence, kind, undo }].slice(-MOST);
  }

  /** What the last one offered to undo is undone. */
  undone(): void {
    this.list = this.list.filter((notice) => !notice.undo);
  }

  /** Whom they were for is gone. */
  forget(): void {
    this.list = [];
  }

  dismiss(id: number): void {
    this.list = this.list.filter((notice) => notice.id !== id);
  }
}

export const notices = new Notices();
