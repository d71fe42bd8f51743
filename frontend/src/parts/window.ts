/** Which rows of a long list are drawn: those in sight and a few beyond each edge. Lengths in CSS pixels. */

const BEYOND = 5;

export type Stretch = { first: number; end: number };

/** `top` is how far the list's beginning lies below the window's upper edge; negative when scrolled past it. */
export function stretch(count: number, row: number, top: number, height: number): Stretch {
  const first = Math.max(0, Math.min(count - 1, Math.floor(-top / row)) - BEYOND);
  const end = Math.min(count, Math.max(0, Math.ceil((height - top) / row)) + BEYOND);
  return { first, end: Math.max(first, end) };
}
