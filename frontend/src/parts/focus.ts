/** Where the focus goes when what had it is gone. */
import { tick } from 'svelte';

/** To the page's content, instead of falling back to the beginning of everything. */
export async function keepFocus(): Promise<void> {
  await tick();
  if (document.activeElement === document.body) document.querySelector('main')?.focus({ preventScroll: true });
}

/** Whether somebody can type at once: elsewhere a keyboard on the screen would cover what they have not read yet. */
export const keyboardIsThere = (): boolean => matchMedia('(hover: hover) and (pointer: fine)').matches;
