/** What was typed or pasted, as titles: one a line. */

import { strip } from './text.ts';

export function titlesIn(text: string): string[] {
  return text.split(/\r\n|[\n\r\u2028\u2029]/).map(strip).filter((title) => title !== '');
}
