/** One tab sends at a time: whose turn it is, for as long as the work takes. */

import { exchangeValue } from './idb.ts';
import { randomName } from './random.ts';

export type Turn = (work: () => Promise<void>) => Promise<void>;

const LEASE = 6000;
const RENEWAL = 2000;
const POLL = 500;

/** By the browser's locks; by a lease in IndexedDB where the page came over plain http; else by the server's idempotency alone. */
export function turnFor(userId: string, database: IDBDatabase | null): Turn {
  const locks = (globalThis.navigator as Navigator | undefined)?.locks;
  if (locks) return async (work) => await locks.request(`todo-sender-${userId}`, work);
  if (database) return (work) => leased(database, work);
  return (work) => work();
}

async function leased(database: IDBDatabase, work: () => Promise<void>): Promise<void> {
  const holder = randomName();
  while (!(await claim(database, holder))) await new Promise((resolve) => setTimeout(resolve, POLL));
  const renewal = setInterval(() => void claim(database, holder), RENEWAL);
  try {
    await work();
  } finally {
    clearInterval(renewal);
    const end = (now: unknown): unknown => (isLease(now) && now.holder === holder ? { holder, until: 0 } : undefined);
    await exchangeValue(database, 'lease', end).catch(() => false);
  }
}

/** A disk that fails gives nobody the turn for ever, so it counts as given. */
function claim(database: IDBDatabase, holder: string): Promise<boolean> {
  const next = (now: unknown): unknown =>
    isLease(now) && now.holder !== holder && now.until > Date.now() ? undefined : { holder, until: Date.now() + LEASE };
  return exchangeValue(database, 'lease', next).catch(() => true);
}

function isLease(value: unknown): value is { holder: string; until: number } {
  return typeof value === 'object' && value !== null && 'holder' in value && 'until' in value;
}
