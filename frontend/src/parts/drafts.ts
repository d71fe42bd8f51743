/** Text that somebody is typing, kept for this tab so that signing in again or a reload loses none of it. */
import { session } from '../session.svelte';
import { tab } from '../storage.ts';

const PREFIX = 'todo-draft ';

/** Each person's own: another one who signs in here sees none of it. */
const keyOf = (place: string) => `${PREFIX}${session.user?.id ?? ''} ${place}`;

export const draft = {
  read: (place: string): string => tab.getItem(keyOf(place)) ?? '',
  keep(place: string, text: string): void {
    if (text) tab.setItem(keyOf(place), text);
    else tab.removeItem(keyOf(place));
  },
};

/** Signing out leaves nothing behind. */
export function forget(): void {
  for (const key of tab.keys()) if (key.startsWith(PREFIX)) tab.removeItem(key);
}
