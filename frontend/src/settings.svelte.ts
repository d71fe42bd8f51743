/** What a person chose about the look of the page; kept in this browser. */
import { browser } from './storage.ts';

export type Theme = 'system' | 'light' | 'dark';
export type Density = 'comfortable' | 'compact';

const PLACE = 'todo-settings';

class Settings {
  theme = $state<Theme>('system');
  density = $state<Density>('comfortable');
  shortcuts = $state(true);
}

export const settings = new Settings();

/** Takes what was kept, shows it, and keeps every change from now on. */
export function keepSettings(): void {
  take(browser.getItem(PLACE));
  addEventListener('storage', (event) => event.key === PLACE && take(event.newValue));
  $effect.root(() => {
    $effect.pre(() => {
      const { theme, density, shortcuts } = settings;
      Object.assign(document.documentElement.dataset, { theme, density });
      browser.setItem(PLACE, JSON.stringify({ theme, density, shortcuts }));
    });
  });
}

function take(kept: string | null): void {
  let found: Partial<Settings>;
  try {
    found = JSON.parse(kept ?? '{}') ?? {};
  } catch {
    return;
  }
  if (found.theme === 'light' || found.theme === 'dark' || found.theme === 'system') settings.theme = found.theme;
  if (found.density === 'compact' || found.density === 'comfortable') settings.density = found.density;
  if (typeof found.shortcuts === 'boolean') settings.shortcuts = found.shortcuts;
}
