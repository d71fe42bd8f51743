/** The server's limits in the server's words (todo/rules.py), so that a text too long stays where it was typed. */
import { length, strip } from '../domain/text.ts';

const TITLE_MAX = 100;
const DESCRIPTION_MAX = 500;

export const titleFault = (title: string): string => tooLong('Title', strip(title), TITLE_MAX);
/** Of a title that is to be kept; while it is typed, it may be empty. */
export const keptTitleFault = (title: string): string => (strip(title) ? titleFault(title) : 'Title cannot be empty.');
export const descriptionFault = (description: string): string => tooLong('Description', description, DESCRIPTION_MAX);

function tooLong(name: string, text: string, most: number): string {
  if (text.length <= most) return '';
  const count = length(text);
  return count > most ? `${name} cannot be longer than ${most} characters; this one has ${count}.` : '';
}
