/**
 * One's tasks as a file. The JSON is an array of records as the console app keeps them: it is the file that `todo push`,
 * `todo import` and `todo-server import-json` read, and the value of "tasks" in `POST /api/v1/tasks/import`.
 */

import type { Task } from './task.ts';

const FIELDS = ['id', 'title', 'description', 'completed', 'created_at', 'updated_at'] as const;
/** What a spreadsheet would run. The console app knows the same, and its import takes the apostrophe away again. */
const FORMULA = /^'*[=+\-@\t\r]/;
/** Without it Excel takes the text for one of its old character sets. */
const BYTE_ORDER_MARK = '\ufeff';

/** Only tasks that have a number: the others are not on the server yet, and nobody could name them. */
function records(tasks: readonly Task[]): Record<(typeof FIELDS)[number], string | number | boolean>[] {
  return tasks.flatMap(({ number, title, description, completed, created_at, updated_at }) =>
    number === null ? [] : [{ id: number, title, description, completed, created_at, updated_at }],
  );
}

export function asJson(tasks: readonly Task[]): string {
  return JSON.stringify(records(tasks), null, 2) + '\n';
}

/** RFC 4180, in UTF-8 that spreadsheets recognise, with an apostrophe before what they would run. */
export function asCsv(tasks: readonly Task[]): string {
  const rows = records(tasks).map((record) => FIELDS.map((field) => cell(String(record[field]))).join(','));
  return BYTE_ORDER_MARK + [FIELDS.join(','), ...rows, ''].join('\r\n');
}

function cell(text: string): string {
  const tame = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(tame) ? `"${tame.replaceAll('"', '""')}"` : tame;
}
