/** The server's state with the edits on top that it has not answered yet. */

import { moment, type Task } from '../domain/task.ts';
import { strip } from '../domain/text.ts';
import type { Edit } from './edit.ts';

/** Changes `tasks` as the server will when it gets the edit. `ids` are those that it is known to have given. */
export function lay(edit: Edit, tasks: Map<string, Task>, ids: ReadonlyMap<string, string>): void {
  const { act } = edit;
  const now = moment(edit.at);
  switch (act.kind) {
    case 'create':
      for (const { id: key, title, description, completed } of act.drafts) {
        const id = ids.get(key) ?? key;
        const times = { created_at: now, updated_at: now };
        tasks.set(id, { id, key, number: null, title: strip(title), description, completed, ...times, waiting: true });
      }
      break;
    case 'change': {
      const task = tasks.get(act.id);
      if (!task) break;
      const title = act.changes.title === undefined ? task.title : strip(act.changes.title);
      tasks.set(act.id, { ...task, ...act.changes, title, updated_at: now });
      break;
    }
    case 'remove':
      tasks.delete(act.id);
      break;
    case 'restore':
      tasks.set(act.id, { ...act.task, updated_at: now });
      break;
    case 'clear':
      for (const id of act.ids) tasks.delete(id);
  }
}
