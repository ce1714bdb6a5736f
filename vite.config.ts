import { readFileSync } from 'node:fs';
import { defineConfig, type UserConfig } from 'vite';
import solid from 'vite-plugin-solid';

const { version } = JSON.parse(readFileSync(new URL('./package.json', import.meta.url), 'utf8')) as {
  version: string;
};
const define = { __CRYOLITE_VERSION__: JSON.stringify(version) };

/** `vite build` makes the static site; `vite build --mode cli` makes the one-file Node program. */
export default defineConfig(({ mode }): UserConfig => {
  if (mode === 'cli') {
    return {
      define,
      publicDir: false,
      build: {
        ssr: 'src/cli/main.ts',
        outDir: 'dist-cli',
        target: 'node20',
        sourcemap: true,
        rollupOptions: {
          external: ['webgpu'],
          output: { entryFileNames: 'cryolite.mjs', format: 'es', banner: '#!/usr/bin/env node' },
        },
      },
      ssr: { noExternal: ['commander', 'comlink'] },
    };
  }
  return {
    define,
    base: './',
    plugins: [solid()],
    worker: { format: 'es' },
    build: {
      target: 'es2023',
      outDir: 'dist',
      chunkSizeWarningLimit: 700,
      modulePreload: { polyfill: false },
    },
    server: { host: '127.0.0.1' },
    preview: { host: '127.0.0.1' },
  };
});
