/** What the server refused, sorted for a form: sentences at their fields, and one for all of it. */
import { Refusal, Unreachable } from '../api/call';

export type Explained = { sentence: string; fields: Record<string, string> };

const AWAY = 'The server cannot be reached at the moment.';

/** `known` are the names of the form's fields; what belongs to none of them joins the sentence. */
export function explain(problem: unknown, known: readonly string[]): Explained {
  if (problem instanceof Unreachable) return { sentence: `${AWAY} Nothing you typed is lost: try again.`, fields: {} };
  if (!(problem instanceof Refusal)) throw problem;
  const fields: Record<string, string> = {};
  const rest: string[] = [];
  for (const { field, message } of problem.errors) {
    if (known.includes(field)) fields[field] ??= message;
    else rest.push(message);
  }
  if (problem.errors.length === 0) rest.push(problem.sentence);
  return { sentence: rest.join(' '), fields };
}

/** The same where nothing was typed. */
export const sentenceOf = (problem: unknown): string => (problem instanceof Unreachable ? AWAY : explain(problem, []).sentence);
