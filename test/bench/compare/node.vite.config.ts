/** The comparison in Node. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const { version } = JSON.parse(readFileSync(at('../../../package.json'), 'utf8')) as { version: string };

export default defineConfig({
  publicDir: false,
  define: { __CRYOLITE_VERSION__: JSON.stringify(version) },
  build: {
    ssr: at('node.ts'),
    outDir: at('dist/node'),
    emptyOutDir: true,
    target: 'node20',
    rollupOptions: { external: ['webgpu'], output: { entryFileNames: 'node.mjs', format: 'es' } },
  },
  ssr: { noExternal: true, external: ['webgpu'] },
});
