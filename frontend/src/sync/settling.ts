/** What an answer does to the server's state and to the edits that still wait. */

import { taskOf } from '../domain/task.ts';
import { idsOf, renamed, seenOf, type Act, type Edit, type Seen } from './edit.ts';
import type { Settled } from './outcome.ts';
import type { ServerState } from './server_state.ts';

/** What was typed for an edit that the server refused. `id` is null for a task that was not made. `key` and `at` come from the edit. */
export type Returned = { key: string; at: number; id: string | null; title?: string; description?: string; sentence: string };

export type Settling = {
  /** All that wait now. */
  edits: Edit[];
  /** Drafts that will never be tasks. */
  lost: string[];
  returned: readonly Returned[];
  refused: string | null;
};

export function settle(edits: readonly Edit[], edit: Edit, settled: Settled, server: ServerState): Settling {
  const others = edits.filter((other) => other !== edit);
  const settling: Settling = { edits: others, lost: [], returned: [], refused: null };
  const seen = new Map<string, Seen>();
  switch (settled.is) {
    case 'done':
      done(edit.act, settled, server, seen);
      break;
    case 'refused':
      refused(edit, settled, server, seen, settling);
      break;
    case 'split':
      settling.edits = edits.flatMap((other) => (other === edit ? parts(edit, settled.acts) : [other]));
      break;
    case 'conflict':
    case 'behind':
      server.is(settled.theirs);
      settling.edits = edits.map((other) => (other === edit ? waiting(edit, settled) : other));
  }
  settling.edits = following(settling.edits, server.real, seen);
  return settling;
}

/** The edits where ids and versions have become known; the same objects where nothing is new. */
export function following(edits: readonly Edit[], ids: ReadonlyMap<string, string>, seen: ReadonlyMap<string, Seen>): Edit[] {
  const left = new Map(seen);
  return edits.map((edit) => {
    const act = renamed(edit.act, ids, left);
    // Only the next edit of a task stands on this version: the one after it stands on that one's answer.
    for (const id of idsOf(edit.act)) left.delete(ids.get(id) ?? id);
    return act === edit.act ? edit : { ...edit, act };
  });
}

function done(act: Act, { tasks }: Settled & { is: 'done' }, server: ServerState, seen: Map<string, Seen>): void {
  if (act.kind === 'create') {
    for (const [place, draft] of act.drafts.entries()) {
      const made = tasks[place];
      if (made) server.made(draft.id, made.id);
    }
  }
  if (act.kind === 'remove' || act.kind === 'clear') for (const id of idsOf(act)) server.gone(id);
  for (const read of tasks) seen.set(read.id, seenOf(server.is(read)));
}

function refused(edit: Edit, answer: Settled & { is: 'refused' }, server: ServerState, seen: Map<string, Seen>, settling: Settling): void {
  const { act, key, at } = edit;
  const { sentence, gone, theirs } = answer;
  settling.refused = sentence;
  if (theirs) server.is(theirs);
  if (act.kind === 'create') {
    settling.lost = idsOf(act);
    settling.returned = act.drafts.map(({ id, title, description }) => ({ key: `${key} ${id}`, at, id: null, title, description, sentence }));
    const lost = new Set(settling.lost);
    settling.edits = settling.edits.filter((other) => other.act.kind === 'clear' || !idsOf(other.act).some((id) => lost.has(id)));
  }
  if (act.kind === 'change') {
    const { title, description } = act.changes;
    const typed = { ...(title === undefined ? {} : { title }), ...(description === undefined ? {} : { description }) };
    if (Object.keys(typed).length > 0) settling.returned = [{ key, at, id: act.id, ...typed, sentence }];
  }
  // It is in no bin any more: what is known of it here is all that there is.
  if (act.kind === 'restore' && gone) {
    const { title, description } = act.task;
    settling.returned = [{ key, at, id: null, title, description, sentence }];
  }
  if (gone && (act.kind === 'change' || act.kind === 'remove')) server.gone(act.id);
  // The next edit of the task was made on top of this one, and takes over what it had seen.
  if ((act.kind === 'change' || act.kind === 'remove') && act.seen) seen.set(act.id, theirs ? seenOf(taskOf(theirs)) : act.seen);
}

/** Keys that every tab makes alike, and that no request has carried yet; all before whatever came after the whole. */
function parts(edit: Edit, acts: readonly Act[]): Edit[] {
  return acts.map((act, place) => ({ ...edit, key: `${edit.key}-${place}`, at: edit.at + place / 10_000, sent: false, act }));
}

function waiting(edit: Edit, settled: Settled & { is: 'conflict' | 'behind' }): Edit {
  const { act } = edit;
  if (act.kind === 'change' && settled.is === 'conflict') return { ...edit, act: { ...act, theirs: taskOf(settled.theirs) } };
  if (act.kind === 'change' && settled.is === 'behind') return { ...edit, act: { ...act, seen: settled.seen } };
  return act.kind === 'remove' && settled.is === 'behind' ? { ...edit, act: { ...act, seen: settled.seen } } : edit;
}
