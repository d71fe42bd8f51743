/** One's tasks as a file. The JSON is a list of records that `POST /api/v1/tasks/import` and the console app read. */

import type { Task } from './task.ts';

const FIELDS = ['id', 'title', 'description', 'completed', 'created_at', 'updated_at'] as const;

/** Only tasks that have a number: the others are not on the server yet, and nobody could name them. */
function records(tasks: readonly Task[]): Record<(typeof FIELDS)[number], string | number | boolean>[] {
  return tasks.flatMap(({ number, title, description, completed, created_at, updated_at }) =>
    number === null ? [] : [{ id: number, title, description, completed, created_at, updated_at }],
  );
}

export function asJson(tasks: readonly Task[]): string {
  return JSON.stringify(records(tasks), null, 2) + '\n';
}

/** RFC 4180. */
export function asCsv(tasks: readonly Task[]): string {
  const rows = records(tasks).map((record) => FIELDS.map((field) => cell(String(record[field]))).join(','));
  return [FIELDS.join(','), ...rows, ''].join('\r\n');
}

function cell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
