/** The commands that every page offers to people who are signed in. */
import { leaving } from '../parts/leaving.svelte';
import { go } from '../router';
import { settings } from '../settings.svelte';
import { tasks } from '../sync/tasks.svelte';
import { palette, queued, type Command } from './commands.svelte';

export const everywhere: Command[] = [
  { name: 'Commands', group: 'Page', keys: ['Ctrl+k'], inPlace: true, run: () => palette.show('commands') },
  { name: 'Undo the last change', group: 'Page', keys: ['Ctrl+z'], run: () => tasks.undo() },
  { name: 'Keyboard help', group: 'Page', keys: ['?'], run: () => palette.show('help') },
  { name: 'Add a task', group: 'Tasks', keys: ['n', 'q'], run: () => onTasks('add') },
  { name: 'Search', group: 'List', keys: ['/'], run: () => onTasks('search') },
  { name: 'Tasks', group: 'Go to', run: () => go('/tasks') },
  { name: 'Bin', group: 'Go to', run: () => go('/bin') },
  { name: 'Settings', group: 'Go to', run: () => go('/settings') },
  { name: 'Use the light theme', group: 'Page', run: () => (settings.theme = 'light') },
  { name: 'Use the dark theme', group: 'Page', run: () => (settings.theme = 'dark') },
  { name: 'Use the theme of the system', group: 'Page', run: () => (settings.theme = 'system') },
  { name: 'Use compact rows', group: 'Page', run: () => (settings.density = 'compact') },
  { name: 'Use comfortable rows', group: 'Page', run: () => (settings.density = 'comfortable') },
  { name: 'Sign out', group: 'Page', run: () => void leaving.leave() },
];

function onTasks(what: 'add' | 'search') {
  queued.put(what);
  go('/tasks');
}
