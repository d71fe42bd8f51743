/** Where the focus goes when what had it is gone. */
import { tick } from 'svelte';

/** To the page's content, instead of falling back to the beginning of everything. */
export async function keepFocus(): Promise<void> {
  await tick();
  if (document.activeElement === document.body) document.querySelector('main')?.focus({ preventScroll: true });
}
