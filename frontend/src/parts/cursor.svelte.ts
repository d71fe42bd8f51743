/** What the list shows, and where the person is in it; it outlives the page, so that coming back finds it as it was. */
import type { View } from '../domain/filter';

class Cursor {
  /** The key of the task that arrows and letters act on. */
  key = $state<string | null>(null);
  /** The key of the task whose title is being typed anew, and the text so far. */
  renaming = $state<string | null>(null);
  text = $state('');
  /** As it was before. */
  was = '';
  scroll = 0;

  rename(key: string, title: string): void {
    this.key = key;
    this.text = this.was = title;
    this.renaming = key;
  }
}

export const cursor = new Cursor();
export const view: View = $state({ show: 'all', search: '', sort: 'number' });
