/** How the page is built, and how `make dev` serves it while it is written. */

import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';
import { first } from './steps/first.ts';
import { offline } from './steps/offline.ts';
import { precompress } from './steps/precompress.ts';

/** The running server that answers what the page asks for. */
const server = process.env['TODO_SERVER'] ?? 'http://127.0.0.1:8000';

/** One file brings the first tasks, with all that these modules import; every other page comes when it is asked for. */
const START = /src\/(main\.ts|App\.svelte|pages\/Tasks\.svelte)/;

export default defineConfig({
  plugins: [svelte(), first(), offline(), precompress()],
  build: {
    manifest: true, // by which tests/page weighs what a page loads
    sourcemap: false,
    assetsInlineLimit: 0, // a data: picture is more than the page's policy allows
    modulePreload: { polyfill: false }, // what a page imports comes beside it, not after it
    cssCodeSplit: false, // all styles are smaller in one file than the first page's in six
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'start', test: START }] } } },
    reportCompressedSize: false,
  },
  server: {
    // The Host header stays, so that the server sees calls of its own origin.
    proxy: Object.fromEntries(['/api', '/docs', '/openapi.json', '/health'].map((path) => [path, { target: server }])),
  },
});
