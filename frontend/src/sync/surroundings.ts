/** What the tasks of one person have around them: a disk, other tabs, the server, somebody who looks. */

import type { TaskRead } from '../domain/task.ts';
import { dispatch } from './dispatch.ts';
import type { Edit } from './edit.ts';
import { openKeep, type Keep } from './keep.ts';
import { listTasks } from './list.ts';
import { notices } from './notices.svelte.ts';
import type { Outcome } from './outcome.ts';
import { joinTabs, type Message, type Tabs } from './tabs.ts';
import type { Later } from './timers.ts';
import { turnFor, type Turn } from './turn.ts';

export type Surroundings = {
  keep: Keep;
  turn: Turn;
  tabs(hear: (message: Message) => void): Tabs;
  /** `known` are the tasks that the server has told of. */
  dispatch(edit: Edit, known: ReadonlyMap<string, unknown>): Promise<Outcome>;
  /** `begun`, if given, is told the first of many. */
  list(begun?: (first: readonly TaskRead[]) => void): Promise<TaskRead[]>;
  /** `now`: by the person, who wants to see it in the next frame. */
  changed(now: boolean): void;
  say(sentence: string, kind: 'done' | 'refused', undo: boolean): void;
  later: Later;
};

/** Those of a tab in a browser. */
export async function aroundTab(userId: string, changed: (now: boolean) => void): Promise<Surroundings> {
  const { keep, database } = await openKeep(userId);
  return {
    keep,
    turn: turnFor(userId, database),
    tabs: (hear) => joinTabs(userId, hear),
    dispatch,
    list: listTasks,
    changed,
    say: (sentence, kind, undo) => notices.say(sentence, kind, undo),
    later(milliseconds, work) {
      const timer = setTimeout(work, milliseconds);
      return () => clearTimeout(timer);
    },
  };
}
