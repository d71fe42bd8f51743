/** The commands of the tasks page. */
import type { Task } from '../domain/task';
import { cursor, view } from '../parts/cursor.svelte';
import { go } from '../router';
import { tasks } from '../sync/tasks.svelte';
import type { Command } from './commands.svelte';

export type ListHands = {
  visible: () => readonly Task[];
  current: () => Task | undefined;
  move: (by: number) => void;
  add: () => void;
  search: () => void;
};

export function listCommands({ current, move, add, search }: ListHands): Command[] {
  /** Runs with the task that the person stands on; without one it does nothing. */
  const withTask = (run: (task: Task) => void) => () => {
    const task = current();
    if (task) run(task);
  };
  const show = (what: typeof view.show) => () => {
    view.show = what;
  };
  return [
    { name: 'Add a task', group: 'Tasks', keys: ['n', 'q'], run: add },
    { name: 'Complete or reopen', group: 'Tasks', keys: ['x'], inPlace: true, run: withTask((task) => tasks.complete([task.id], !task.completed)) },
    { name: 'Rename', group: 'Tasks', keys: ['e'], inPlace: true, run: withTask((task) => cursor.rename(task)) },
    { name: 'Open', group: 'Tasks', keys: ['Enter'], inPlace: true, run: withTask((task) => task.number && go(`/tasks/${task.number}`)) },
    { name: 'Delete', group: 'Tasks', keys: ['Delete', '#'], inPlace: true, run: withTask((task) => tasks.remove([task.id])) },
    { name: 'Clear completed tasks', group: 'Tasks', run: () => tasks.clearCompleted() },
    { name: 'Next task', group: 'List', keys: ['j'], inPlace: true, run: () => move(1) },
    { name: 'Previous task', group: 'List', keys: ['k'], inPlace: true, run: () => move(-1) },
    { name: 'Search', group: 'List', keys: ['/'], run: search },
    { name: 'Show all tasks', group: 'List', run: show('all') },
    { name: 'Show open tasks', group: 'List', run: show('open') },
    { name: 'Show done tasks', group: 'List', run: show('done') },
  ];
}
