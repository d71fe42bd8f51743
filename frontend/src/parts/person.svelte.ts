/** What this tab still holds of one person is not for the next one. */
import { untrack } from 'svelte';
import { cursor, view } from './cursor.svelte';
import { forget } from './drafts';

class Person {
  /** How often somebody went: what was drawn for them is drawn anew. */
  gone = $state(0);
  #id: string | null = null;

  /** Who is here now, or null. Who only has to sign in again finds everything as it was; who left, nothing. */
  is(id: string | null): void {
    const before = this.#id;
    this.#id = id;
    if (before === null || before === id) return;
    untrack(() => {
      this.gone++;
      Object.assign(view, { show: 'all', search: '', sort: 'number' });
      Object.assign(cursor, { key: null, renaming: null, text: '', from: null, scroll: 0 });
      if (id === null) forget();
    });
  }
}

export const person = new Person();
