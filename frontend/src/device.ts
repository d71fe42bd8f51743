/** What this device remembers of who uses it, between visits and in all tabs. */

import type { components } from './api/schema.d.ts';
import { browser } from './storage.ts';

type User = components['schemas']['User'];

const USER = 'todo-user';
const LEFT = 'todo-left';

export const device = {
  /** Who is signed in here, as far as it is known without asking the server. */
  get user(): User | null {
    try {
      return JSON.parse(browser.getItem(USER) ?? 'null') as User | null;
    } catch {
      return null;
    }
  },
  set user(user: User | null) {
    if (user) browser.setItem(USER, JSON.stringify(user));
    else browser.removeItem(USER);
  },
  /** They signed out while the server could not be reached: their session is still to be ended. */
  get left(): boolean {
    return browser.getItem(LEFT) !== null;
  },
  set left(yes: boolean) {
    if (yes) browser.setItem(LEFT, 'yes');
    else browser.removeItem(LEFT);
  },
};
