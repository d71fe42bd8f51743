/** What the components import: the tasks, the bin, and both kinds of file. */

import { asCsv, asJson } from '../domain/export.ts';
import { inOrder } from '../domain/order.ts';
import { tasks } from './current.svelte.ts';

export { bin } from './bin.svelte.ts';
export { tasks };

export function exportJson(): Blob {
  return new Blob([asJson(inOrder(tasks.all, 'number'))], { type: 'application/json' });
}

export function exportCsv(): Blob {
  return new Blob([asCsv(inOrder(tasks.all, 'number'))], { type: 'text/csv;charset=utf-8' });
}
