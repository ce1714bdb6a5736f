import { readFileSync } from 'node:fs';
import { defineConfig, type UserConfig } from 'vite';
import { VitePWA } from 'vite-plugin-pwa';
import solid from 'vite-plugin-solid';
import { embeddedFiles } from './scripts/vite/embeddedFiles.ts';
import { singleFile, standIns } from './scripts/vite/singleFile.ts';
import { webApp } from './scripts/vite/webApp.ts';

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

/** What the site and the single file have in common. */
const page: UserConfig = {
  define,
  base: './',
  worker: { format: 'es' },
  build: {
    target: 'es2023',
    chunkSizeWarningLimit: 1500,
    modulePreload: { polyfill: false },
    // The site is a copy of the libraries in it, whose licences want to come along.
    license: { fileName: 'licences.md' },
  },
  server: { host: '127.0.0.1' },
  preview: { host: '127.0.0.1' },
};

const networks = ['models/particle-picker.safetensors', 'models/denoiser.safetensors'];

/** The page as one file that opens from a disk: no second file is asked for, not even by the worker. */
const single: UserConfig = {
  ...page,
  publicDir: false,
  plugins: [solid(), standIns(), singleFile('cryolite.html')],
  worker: {
    // A classic script: browsers refuse modules as workers of a page that was opened from a disk.
    format: 'iife',
    plugins: () => [standIns(), embeddedFiles(networks)],
    rollupOptions: { output: { codeSplitting: false } },
  },
  build: {
    ...page.build,
    outDir: 'dist-single',
    cssCodeSplit: false,
    assetsInlineLimit: Number.MAX_SAFE_INTEGER,
    chunkSizeWarningLimit: 10_000,
    rollupOptions: { output: { codeSplitting: false } },
  },
};

/**
 * `vite build` makes the static site, `--mode single` the page in one file, `--mode cli` the command line,
 * `--mode bench` the benchmark.
 */
export default defineConfig(({ mode }): UserConfig => {
  if (mode === 'cli') return nodeProgram('src/cli/main.ts', 'dist-cli', 'cryolite.mjs');
  if (mode === 'bench') return nodeProgram('test/bench/main.ts', 'dist-bench', 'bench.mjs');
  if (mode === 'single') return single;
  return { ...page, plugins: [solid(), VitePWA(webApp)] };
});
