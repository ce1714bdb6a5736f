import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import type { Plugin } from 'vite';

const name = 'virtual:embedded-files';

/**
 * Files of `public/` inside the program: `import files from 'virtual:embedded-files'` gives by path their bytes,
 * deflated (raw) and in base64, which is a third more than the bytes and needs no escape in any text.
 */
export function embeddedFiles(paths: readonly string[]): Plugin {
  return {
    name: 'cryolite-embedded-files',
    resolveId: (id) => (id === name ? `\0${name}` : undefined),
    load: (id) => {
      if (id !== `\0${name}`) return undefined;
      const files = paths.map((path) => [path, packed(readFileSync(join('public', path)))]);
      return `export default ${JSON.stringify(Object.fromEntries(files))};`;
    },
  };
}

function packed(bytes: Buffer): string {
  return deflateRawSync(bytes, { level: 9 }).toString('base64');
}
