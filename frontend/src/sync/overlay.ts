/** The server's state with the edits on top that it has not answered yet. */

import { moment, type Task } from '../domain/task.ts';
import { strip } from '../domain/text.ts';
import { idsOf, type Edit } from './edit.ts';
import type { ServerState } from './server_state.ts';

export class Overlay {
  tasks = new Map<string, Task>();
  #server: ServerState;
  /** Ids of the tasks that edits were laid on. */
  #laid = new Set<string>();

  constructor(server: ServerState) {
    this.#server = server;
  }

  lay(edit: Edit): void {
    const { real } = this.#server;
    for (const id of idsOf(edit.act)) this.#laid.add(id).add(real.get(id) ?? id);
    lay(edit, this.tasks, real);
  }

  /** As the server said, under these edits. Goes through the few tasks that it told of or that edits were laid on, if it can. */
  renew(edits: readonly Edit[]): void {
    const said = this.#server.tasks;
    const moved = this.#server.moved();
    if (moved === null) this.tasks = new Map(said);
    else {
      for (const id of [...moved, ...this.#laid]) {
        const task = said.get(id);
        if (task) this.tasks.set(id, task);
        else this.tasks.delete(id);
      }
    }
    this.#laid.clear();
    for (const edit of edits) this.lay(edit);
  }
}

/** Changes `tasks` as the server will when it gets the edit. `ids` are those that it is known to have given. */
function lay(edit: Edit, tasks: Map<string, Task>, ids: ReadonlyMap<string, string>): void {
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
