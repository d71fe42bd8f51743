/** One request and its answer, as JSON. */

import { refusalIn, Unreachable } from './refusal.ts';

export type Sent = { method: string; url: string; headers: Record<string, string>; body?: unknown };

const LONGEST_WAIT = 15_000;

/** The answer's body; undefined where it has none. Throws `Refusal` or `Unreachable`. */
export async function exchange({ method, url, headers, body }: Sent): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(url, {
      method: method.toUpperCase(),
      headers: body === undefined ? headers : { ...headers, 'Content-Type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      credentials: 'same-origin',
      cache: 'no-store',
      signal: AbortSignal.timeout(LONGEST_WAIT),
    });
  } catch (cause) {
    throw new Unreachable(cause);
  }
  if (!response.ok) throw await refusalIn(response);
  if (response.status === 204) return undefined;
  try {
    return await response.json();
  } catch (cause) {
    // Cut off on the way: whether the server did its work is open, as with no answer at all.
    throw new Unreachable(cause);
  }
}
