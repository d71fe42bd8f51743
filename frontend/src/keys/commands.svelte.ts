/** Everything that can be done from the keyboard, said once: the keys, the palette and the help all read it here. */

import { settings } from '../settings.svelte';
import { lasting } from './keymap';

export type Command = {
  readonly name: string;
  readonly group: 'Tasks' | 'List' | 'Go to' | 'Page';
  /** As `keyOf` names them; the first one is shown. */
  readonly keys?: readonly string[];
  /** Needs a place in the list to make sense, so the palette leaves it out. */
  readonly inPlace?: boolean;
  readonly run: () => void;
};

/** The keys that work now. */
export function keysOf({ keys }: Command): readonly string[] {
  return (keys ?? []).filter((key) => settings.shortcuts || lasting(key));
}

let sets = $state.raw<readonly (readonly Command[])[]>([]);

export const commands = {
  get all(): readonly Command[] {
    return sets.flat();
  },
};

/** Offers commands until the answer is called, as a page does while it is shown; a page's own come after those of all. */
export function offer(offered: readonly Command[], onAll = false): () => void {
  sets = onAll ? [offered, ...sets] : [...sets, offered];
  return () => {
    sets = sets.filter((set) => set !== offered);
  };
}

/** What is to happen when the tasks page has come. */
let next: 'add' | 'search' | null = null;
export const queued = {
  put(what: 'add' | 'search'): void {
    next = what;
  },
  take(what: 'add' | 'search'): boolean {
    const found = next === what;
    if (found) next = null;
    return found;
  },
};

class Palette {
  open = $state<'commands' | 'help' | null>(null);
  /** Into its box, before that was there. */
  typed = '';
  show(what: 'commands' | 'help'): void {
    this.typed = '';
    this.open = what;
  }
  close = (): void => {
    this.open = null;
  };
}
export const palette = new Palette();
