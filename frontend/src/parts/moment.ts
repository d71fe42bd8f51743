/** Times in words. The server's are RFC 3339 in UTC; people see their own zone and language. */

const near = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' });
const day = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'medium' });

const steps: [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

/** "3 hours ago" within a week, then the date. */
export function spoken(at: string, now: number = Date.now()): string {
  const seconds = (Date.parse(at) - now) / 1000;
  if (Math.abs(seconds) >= 7 * 86_400) return day.format(new Date(at));
  const step = steps.find(([, size]) => Math.abs(seconds) >= size);
  return step ? near.format(Math.trunc(seconds / step[1]), step[0]) : 'just now';
}

export const exact = (at: string): string => full.format(new Date(at));
