/** Puts look.js into the head of index.html, as a file that the page waits for: its policy allows no inline scripts. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';

export function first(): Plugin {
  return {
    name: 'first',
    apply: 'build',
    buildStart() {
      const source = readFileSync(join('steps', 'look.js'), 'utf8').replace(/^ *\/[/*].*\n/gm, '');
      this.emitFile({ type: 'asset', name: 'look.js', source });
    },
    transformIndexHtml: {
      order: 'post',
      handler(_html, { bundle }) {
        const file = Object.keys(bundle ?? {}).find((name) => name.startsWith('assets/look-'));
        if (!file) throw new Error('look.js was not built');
        return [{ tag: 'script', attrs: { src: `/${file}` }, injectTo: 'head-prepend' }];
      },
    },
  };
}
