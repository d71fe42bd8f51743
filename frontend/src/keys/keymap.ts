/** What a key press is called, and when it belongs to somebody who is typing. */

/** "n", "?", "ArrowDown", "Ctrl+k": Ctrl stands for the Mac's command key too; letters as printed on a Latin keyboard. */
export function keyOf(event: Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>): string {
  if (event.altKey) return '';
  const letter = /^Key([A-Z])$/.exec(event.code)?.[1];
  const key = event.key.length === 1 && letter && event.key > '\x7f' ? letter : event.key;
  // Without Ctrl, what Shift makes of a key has a name of its own.
  const held = event.ctrlKey || event.metaKey ? `Ctrl+${event.shiftKey ? 'Shift+' : ''}` : '';
  return held + (key.length === 1 ? key.toLowerCase() : key);
}

/** Works while shortcuts are off too: only a single character comes about when somebody dictates. */
export const lasting = (key: string): boolean => key.length > 1;

/** Whether a key goes into a text where it was pressed. In a line for new tasks that is empty there is nothing to undo. */
export function typing(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof HTMLElement) || key === 'Ctrl+k') return false;
  if (key === 'Ctrl+z' && target.matches('[data-new]:placeholder-shown')) return false;
  if (target instanceof HTMLInputElement) return !['checkbox', 'radio', 'button', 'submit'].includes(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement || target.isContentEditable;
}

const names: Record<string, string> = { ArrowDown: '↓', ArrowUp: '↑', Delete: 'Del', Escape: 'Esc' };

/** "Ctrl+k" as it is drawn on keys. */
export function caps(key: string): string[] {
  return key.split('+').map((part) => names[part] ?? (key.includes('+') && part.length === 1 ? part.toUpperCase() : part));
}
