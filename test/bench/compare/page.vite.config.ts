/** The page in which runtimes are compared. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const { version } = JSON.parse(readFileSync(at('../../../package.json'), 'utf8')) as { version: string };

export default defineConfig({
  root: at('page'),
  base: './',
  publicDir: false,
  define: { __CRYOLITE_VERSION__: JSON.stringify(version) },
  build: { target: 'es2023', outDir: at('dist/page'), emptyOutDir: true, chunkSizeWarningLimit: 5000 },
});
