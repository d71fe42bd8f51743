/** Where the page begins: the look, the session, then what the address asks for. */
import { mount } from 'svelte';
import App from './App.svelte';
import { pause } from './pause';
import { start } from './session.svelte';
import { keepSettings } from './settings.svelte';
import './style/page.css';

keepSettings();
void start();
void pause().then(() => mount(App, { target: document.body }));
