/** Where the page begins: the look, the session, then what the address asks for. */
import { mount } from 'svelte';
import App from './App.svelte';
import { start } from './session.svelte';
import { keepSettings } from './settings.svelte';
import './style/page.css';

keepSettings();
void start();
mount(App, { target: document.body });
