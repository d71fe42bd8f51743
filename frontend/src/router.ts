/** Which page an address means, and how people get there: the History API and one import() per page. */
import type { Component } from 'svelte';
import { createSubscriber } from 'svelte/reactivity';

/** `who` may see it: people signed in, strangers only, or everybody. */
export type Page = {
  readonly name: string;
  readonly who: 'members' | 'strangers' | 'all';
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- each page takes its own props
  readonly load: () => Promise<{ default: Component<any> }>;
};

const pages: Record<string, Page> = {
  '/': { name: 'landing', who: 'strangers', load: () => import('./pages/Landing.svelte') },
  '/register': { name: 'register', who: 'strangers', load: () => import('./pages/Register.svelte') },
  '/sign-in': { name: 'sign-in', who: 'strangers', load: () => import('./pages/SignIn.svelte') },
  '/tasks': { name: 'tasks', who: 'members', load: () => import('./pages/Tasks.svelte') },
  '/bin': { name: 'bin', who: 'members', load: () => import('./pages/Bin.svelte') },
  '/settings': { name: 'settings', who: 'members', load: () => import('./pages/Settings.svelte') },
  '/status': { name: 'status', who: 'members', load: () => import('./pages/Status.svelte') },
};
const one: Page = { name: 'task', who: 'members', load: () => import('./pages/OneTask.svelte') };
const missing: Page = { name: 'missing', who: 'all', load: () => import('./pages/Missing.svelte') };

/** The page at a path, and the task's number where the path names one. */
export function match(path: string): { page: Page; number: number } {
  const plain = path.length > 1 ? path.replace(/\/$/, '') : path;
  const number = /^\/tasks\/([1-9]\d{0,14})$/.exec(plain)?.[1];
  return { page: number ? one : (pages[plain] ?? missing), number: Number(number ?? 0) };
}

let moved = () => {};
const follow = createSubscriber((update) => {
  moved = update;
  addEventListener('popstate', update);
  return () => removeEventListener('popstate', update);
});

/** Where the person is; whoever reads it runs again when that changes. */
export const address = {
  get path() {
    follow();
    return location.pathname;
  },
  get returnTo() {
    follow();
    return safe(new URLSearchParams(location.search).get('return-to'));
  },
};

export function go(to: string, replace = false): void {
  if (to === location.pathname + location.search) return;
  history[replace ? 'replaceState' : 'pushState'](null, '', to);
  moved();
}

/** The sign-in page that leads back to `path`. */
export const signInFor = (path: string) => `/sign-in?return-to=${encodeURIComponent(path)}`;

/** A page for strangers that goes on leading where this one leads. */
export const onTheWay = (path: string) => (address.returnTo === '/tasks' ? path : `${path}?return-to=${encodeURIComponent(address.returnTo)}`);

/** Only a page of ours that needs signing in: nobody is led elsewhere by a link. */
function safe(path: string | null): string {
  return path && path.startsWith('/') && match(path).page.who === 'members' ? path : '/tasks';
}

/** Follows a click on a link of ours without loading the page anew. */
export function followLink(event: MouseEvent): void {
  if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const link = (event.target as Element).closest?.('a');
  if (!link || link.origin !== location.origin || link.target || link.hasAttribute('download') || link.rel === 'external') return;
  if (link.hash && link.pathname === location.pathname) return;
  event.preventDefault();
  go(link.pathname + link.search);
}
