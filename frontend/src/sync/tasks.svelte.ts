/** What the components import: the tasks, the bin, and both kinds of file. */

import { asCsv, asJson } from '../domain/export.ts';
import { tasks } from './current.svelte.ts';

export { bin } from './bin.svelte.ts';
export { tasks };

export function exportJson(): Blob {
  return new Blob([asJson(tasks.all)], { type: 'application/json' });
}

export function exportCsv(): Blob {
  return new Blob([asCsv(tasks.all)], { type: 'text/csv;charset=utf-8' });
}
