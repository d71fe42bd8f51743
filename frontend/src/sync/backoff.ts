/** How long to wait before the next try: exponential with full jitter, or what the server asks for if that is more. */

const FIRST = 500;
const LONGEST = 30_000;

/** Milliseconds. `tries` failed so far; `asked` is the server's Retry-After in seconds; `chance` is in [0, 1). */
export function waitBefore(tries: number, asked: number | null, chance: number): number {
  const most = Math.min(LONGEST, FIRST * 2 ** Math.min(tries, 10));
  return Math.max((asked ?? 0) * 1000, FIRST / 2 + chance * most);
}
