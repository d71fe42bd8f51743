/** A 412: the task changed since it was seen. By us, elsewhere in another place, or in the same? */

import type { TaskRead } from '../domain/task.ts';
import { strip } from '../domain/text.ts';
import type { Act, Seen } from './edit.ts';
import type { Settled } from './outcome.ts';

/** `sentence` is the server's. */
export function judged(act: Act & { kind: 'change' | 'remove' }, theirs: TaskRead, sentence: string): Settled {
  const seen: Seen = { title: theirs.title, description: theirs.description, completed: theirs.completed, updated_at: theirs.updated_at };
  const before = act.seen ?? seen;
  if (act.kind === 'remove') {
    // Deleting a text that nobody here has read would lose it; a task that was merely completed may go.
    const read = theirs.title === before.title && theirs.description === before.description;
    return read ? { is: 'behind', seen, theirs } : { is: 'refused', sentence, gone: false, theirs };
  }
  const { title, description, completed } = act.changes;
  const differing = [
    title !== undefined && strip(title) !== theirs.title && { moved: theirs.title !== before.title },
    description !== undefined && description !== theirs.description && { moved: theirs.description !== before.description },
    // A boolean that differs from what is wanted has not moved, or has moved back: either way the wish stands.
    completed !== undefined && completed !== theirs.completed && { moved: false },
  ].filter((field) => field !== false);
  // An answer that was lost looks like this: all is as wanted already.
  if (differing.length === 0) return { is: 'done', tasks: [theirs] };
  return differing.some((field) => field.moved) ? { is: 'conflict', theirs } : { is: 'behind', seen, theirs };
}
