/** Times in words. The server's are RFC 3339 in UTC; people see their own zone and language. */

// Made when first used: it takes as long as drawing a page.
let near: Intl.RelativeTimeFormat | undefined;
let day: Intl.DateTimeFormat | undefined;
let full: Intl.DateTimeFormat | undefined;

const steps: [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

/** "3 hours ago" within a week, then the date. */
export function spoken(at: string, now: number = Date.now()): string {
  const seconds = (Date.parse(at) - now) / 1000;
  if (Math.abs(seconds) >= 7 * 86_400) return (day ??= new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' })).format(new Date(at));
  const step = steps.find(([, size]) => Math.abs(seconds) >= size);
  if (!step) return 'just now';
  return (near ??= new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' })).format(Math.trunc(seconds / step[1]), step[0]);
}

export function exact(at: string): string {
  return (full ??= new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'medium' })).format(new Date(at));
}
