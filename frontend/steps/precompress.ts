/** Writes a .br and a .gz beside every built text file, so that the server never compresses. */

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

const TEXT = /\.(html|js|css|svg|json|webmanifest|txt)$/;
const WORTH_IT = 0.95;

export function precompress(): Plugin {
  let folder = '';
  return {
    name: 'precompress',
    apply: 'build',
    configResolved(config) {
      folder = config.build.outDir;
    },
    writeBundle() {
      const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
      for (const file of files.filter((name) => TEXT.test(name))) {
        const path = join(folder, file);
        const content = readFileSync(path);
        const size = { [constants.BROTLI_PARAM_SIZE_HINT]: content.length };
        writeIfSmaller(`${path}.br`, brotliCompressSync(content, { params: size }), content);
        writeIfSmaller(`${path}.gz`, gzipSync(content, { level: 9 }), content);
      }
    },
  };
}

function writeIfSmaller(path: string, compressed: Buffer, content: Buffer): void {
  if (compressed.length < content.length * WORTH_IT) writeFileSync(path, compressed);
}
