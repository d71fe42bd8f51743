/** Writes dist/sw.js: the service worker, with the names of all files that the page is made of. */

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';

export function offline(): Plugin {
  let folder = '';
  return {
    name: 'offline',
    apply: 'build',
    configResolved(config) {
      folder = config.build.outDir;
    },
    writeBundle() {
      const assets = readdirSync(join(folder, 'assets')).sort();
      const files = ['/', '/icon.svg', '/manifest.webmanifest', ...assets.map((name) => `/assets/${name}`)];
      const worker = readFileSync(join('steps', 'worker.js'), 'utf8');
      const version = createHash('sha256').update(readFileSync(join(folder, 'index.html'))).update(worker).digest('hex');
      const constants = `const FILES = ${JSON.stringify(files)};\nconst VERSION = '${version.slice(0, 12)}';\n`;
      writeFileSync(join(folder, 'sw.js'), constants + worker.replace(/^\/\*\*.*?\*\/\n/s, ''));
    },
  };
}
