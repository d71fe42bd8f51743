/** Texts that lost their place while they were being typed. */
import type { Task } from '../domain/task';
import { strip } from '../domain/text';
import { notices } from '../sync/notices.svelte';
import { tasks } from '../sync/tasks.svelte';
import { titleFault } from './titles';

type Texts = Partial<Pick<Task, 'title' | 'description'>>;

/** Gives back what was typed for a task that went, where it differs from the task as it was last seen. */
export function lost(typed: Texts, { title = '', description }: Texts): void {
  const texts: Texts = {
    ...(typed.title && typed.title !== title ? { title: typed.title } : {}),
    ...(typed.description && typed.description !== description ? { description: typed.description } : {}),
  };
  if (Object.keys(texts).length === 0) return;
  const sentence = `“${title}” was deleted while this was being typed.`;
  tasks.returns?.put([{ ...texts, sentence }]);
  notices.say(sentence, 'refused');
}

/** Sets new tasks aside, each by itself, until there is room for it in the line. */
export function aside(titles: readonly string[]): void {
  const texts = titles.filter(strip).map((title) => ({ title, sentence: titleFault(title) || 'This is not added yet.' }));
  if (texts.length > 0) tasks.returns?.put(texts);
}
