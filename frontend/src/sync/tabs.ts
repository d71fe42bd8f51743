/** What the tabs of one person tell each other. */

import type { Edit } from './edit.ts';
import type { Settled } from './outcome.ts';
import type { Returned } from './settling.ts';

export type Message =
  | { say: 'edited'; edits: Edit[] }
  | { say: 'sent'; key: string }
  | { say: 'settled'; key: string; settled: Settled }
  | { say: 'put back'; returned: Returned[] }
  | { say: 'taken back'; key: string }
  | { say: 'resolved'; key: string; which: 'mine' | 'theirs' };

export type Tabs = { tell(message: Message): unknown; close(): void };

export function joinTabs(userId: string, hear: (message: Message) => void): Tabs {
  const channel = new BroadcastChannel(`todo-${userId}`);
  channel.onmessage = (event: MessageEvent<Message>) => hear(event.data);
  let open = true;
  return {
    // A request may be answered after the person has left: there is nobody to tell then.
    tell: (message) => open && channel.postMessage(message),
    close() {
      open = false;
      channel.close();
    },
  };
}
