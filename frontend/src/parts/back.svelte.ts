/** What could not be read is asked for again when the server can be reached again. */
import { untrack } from 'svelte';
import { session } from '../session.svelte';
import { tasks } from '../sync/tasks.svelte';

/** Called while a component begins; `again` runs each time that the way to the server has opened again. */
export function whenBack(again: () => void): void {
  let away = false;
  $effect(() => {
    const reached = tasks.online && session.state !== 'unreachable';
    if (reached && away) untrack(again);
    away = !reached;
  });
}
