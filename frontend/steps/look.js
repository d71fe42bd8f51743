/** The chosen look before anything is drawn: no flash of light for whoever chose the dark. `src/settings.svelte.ts` keeps it. */
try {
  const { theme, density } = JSON.parse(localStorage.getItem('todo-settings'));
  Object.assign(document.documentElement.dataset, { theme, density });
} catch {
  // Nothing was chosen, or this browser keeps nothing: the page begins with the look of the system.
}
