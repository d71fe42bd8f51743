/** Numbers of the status page as people read them. */

export type Values = readonly (number | null)[];
export const UNKNOWN = '–';

const few = new Intl.NumberFormat(undefined, { maximumSignificantDigits: 3 });
const whole = new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 });

export const count = (value: number | null): string => (value === null ? UNKNOWN : whole.format(value));
export const rate = (value: number | null): string => (value === null ? UNKNOWN : `${few.format(value)} /s`);
export const share = (value: number | null): string => (value === null ? UNKNOWN : `${few.format(value * 100)} %`);

/** Seconds, in the unit that fits. */
export function seconds(value: number | null): string {
  if (value === null) return UNKNOWN;
  if (value > 0 && value < 0.001) return `${few.format(value * 1e6)} µs`;
  return value < 1 ? `${few.format(value * 1000)} ms` : `${few.format(value)} s`;
}

/** How long ago or how long something took, in words. */
export function span(value: number): string {
  const [size, unit] = ([[86_400, 'days'], [3_600, 'hours'], [60, 'minutes']] as const).find(([size]) => value >= 2 * size) ?? [1, 'seconds'];
  return `${whole.format(value / size)} ${unit}`;
}

export function bytes(value: number | null): string {
  if (value === null) return UNKNOWN;
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.abs(value) || 1) / 3)));
  return `${few.format(value / 1000 ** power)} ${units[power]}`;
}

/** The last that is known. */
export const newest = (values: Values): number | null => values.findLast((value) => value !== null) ?? null;

/** The largest, and at least `least`: a line at the bottom shall mean little. */
export function top(lines: readonly Values[], least: number): number {
  return lines.flat().reduce<number>((most, value) => Math.max(most, value ?? 0), least);
}

/** An SVG path through the values, in a box of `width` by `height`; it breaks where nothing is known. */
export function path(values: Values, most: number, width: number, height: number): string {
  const step = width / Math.max(1, values.length - 1);
  let pen = 'M';
  let drawn = '';
  values.forEach((value, place) => {
    if (value === null) {
      pen = 'M';
      return;
    }
    const y = height - (Math.min(value, most) / most) * height;
    drawn += `${pen}${(place * step).toFixed(1)} ${y.toFixed(1)}`;
    // A single known value between unknown ones is a dot, not nothing.
    if (pen === 'M' && (values[place + 1] ?? null) === null) drawn += 'h.01';
    pen = 'L';
  });
  return drawn;
}
