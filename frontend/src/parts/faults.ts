/** How a form tells its fields what was wrong with them. */
import { getContext, setContext } from 'svelte';

export type Faults = { fields: Record<string, string> };

const KEY = Symbol('faults');

export const setFaults = (faults: Faults): Faults => setContext(KEY, faults);
export const getFaults = (): Faults | undefined => getContext(KEY);
