/** What the key is called here that `keyOf` calls Ctrl. */
export const CONTROL = /Mac|iPhone|iPad/.test(navigator.userAgent) ? '⌘' : 'Ctrl';
