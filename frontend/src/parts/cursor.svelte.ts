/** What the list shows, and where the person is in it; it outlives the page, so that coming back finds it as it was. */
import type { View } from '../domain/filter';
import type { Task } from '../domain/task';

class Cursor {
  /** The key of the task that arrows and letters act on. */
  key = $state<string | null>(null);
  /** The key of the task whose title is being typed anew, and the text so far. */
  renaming = $state<string | null>(null);
  text = $state('');
  /** The task as it was before. */
  from: Task | null = null;
  scroll = 0;

  rename(task: Task): void {
    this.from = task;
    this.text = task.title;
    this.key = this.renaming = task.key;
  }
}

export const cursor = new Cursor();
export const view: View = $state({ show: 'all', search: '', sort: 'number' });
