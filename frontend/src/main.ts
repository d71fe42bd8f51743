/** Where the page begins: the look, the session, then what the address asks for. */
import { mount } from 'svelte';
import App from './App.svelte';
import { pause } from './pause';
import { start } from './session.svelte';
import { keepSettings } from './settings.svelte';
import { tasks } from './sync/tasks.svelte';
import './style/page.css';

keepSettings();
void start();

// Rows of an earlier visit are shown without a pause before them.
if (tasks.glimpse) mount(App, { target: document.body });
else void pause().then(() => mount(App, { target: document.body }));

// To keep the page on the device takes a processor, which the list needs first: it is asked for after `load`.
const KEEP_AFTER = 2_000; // ms
const keep = (): void => void (navigator.onLine && import('./offline').catch(() => undefined));
addEventListener('load', () => setTimeout(keep, KEEP_AFTER), { once: true });
