/** What became of an edit that was sent. Plain data: the other tabs are told it. */

import type { TaskRead } from '../domain/task.ts';
import type { Act, Seen } from './edit.ts';

/** The edit has left the outbox. `tasks` are in the order of the drafts for a creation. */
export type Settled =
  | { is: 'done'; tasks: TaskRead[] }
  /** `gone`: the task itself is no longer there. `theirs`: how it stands on the server. */
  | { is: 'refused'; sentence: string; gone: boolean; theirs?: TaskRead }
  /** Nothing was done; these are sent in its place. */
  | { is: 'split'; acts: Act[] }
  /** Changed elsewhere in the same place: it waits for the person. */
  | { is: 'conflict'; theirs: TaskRead }
  /** Changed elsewhere in another place: it is sent again on top of that. */
  | { is: 'behind'; seen: Seen; theirs: TaskRead };

export type Unsettled =
  /** Seconds that the server asked for, or null. `reached`: the server answered. */
  | { is: 'again'; after: number | null; reached: boolean }
  | { is: 'signed out' };

export type Outcome = Settled | Unsettled;
