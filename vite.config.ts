import { readFileSync } from 'node:fs';
import { defineConfig, type UserConfig } from 'vite';
import solid from 'vite-plugin-solid';

const { version } = JSON.parse(readFileSync(new URL('./package.json', import.meta.url), 'utf8')) as {
  version: string;
};
const define = { __CRYOLITE_VERSION__: JSON.stringify(version) };

/** One file for Node; what is bound to the machine stays outside. */
function nodeProgram(entry: string, outDir: string, name: string): UserConfig {
  return {
    define,
    publicDir: false,
    build: {
      ssr: entry,
      outDir,
      target: 'node20',
      sourcemap: true,
      rollupOptions: {
        external: ['webgpu'],
        output: { entryFileNames: name, format: 'es', banner: '#!/usr/bin/env node' },
      },
    },
    // All libraries come along, so that the folder runs where nothing is installed but `webgpu`.
    ssr: { noExternal: true, external: ['webgpu'] },
  };
}

/** `vite build` makes the static site, `--mode cli` the command line, `--mode bench` the benchmark. */
export default defineConfig(({ mode }): UserConfig => {
  if (mode === 'cli') return nodeProgram('src/cli/main.ts', 'dist-cli', 'cryolite.mjs');
  if (mode === 'bench') return nodeProgram('test/bench/main.ts', 'dist-bench', 'bench.mjs');
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
      // The site is a copy of the libraries in it, whose licences want to come along.
      license: { fileName: 'licences.md' },
    },
    server: { host: '127.0.0.1' },
    preview: { host: '127.0.0.1' },
  };
});
