/** What a key press is called, and when it belongs to somebody who is typing. */

/** "n", "?", "ArrowDown", "Ctrl+k": Ctrl stands for the Mac's command key too; letters as printed on a Latin keyboard. */
export function keyOf(event: Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'altKey'>): string {
  if (event.altKey) return '';
  const letter = /^Key([A-Z])$/.exec(event.code)?.[1];
  const key = event.key.length === 1 && letter && event.key > '\x7f' ? letter : event.key;
  return (event.ctrlKey || event.metaKey ? 'Ctrl+' : '') + (key.length === 1 ? key.toLowerCase() : key);
}

/** Whether keys go into a text where they were pressed. */
export function typing(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !['checkbox', 'radio', 'button', 'submit'].includes(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement || target.isContentEditable;
}

const names: Record<string, string> = { ArrowDown: '↓', ArrowUp: '↑', Delete: 'Del', Escape: 'Esc' };

/** "Ctrl+k" as it is drawn on keys. */
export function caps(key: string): string[] {
  return key.split('+').map((part) => names[part] ?? (key.includes('+') && part.length === 1 ? part.toUpperCase() : part));
}
