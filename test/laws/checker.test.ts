/** The checker on small houses, each with one broken law: a law that can't fail protects nothing. */
import { describe, expect, test } from 'vitest';
import { brokenLaws, importsOfSource, MAX_LINES } from './laws.ts';

const CORE = { 'src/core/units.ts': 'export const a = 1;' };
const check = (files: Record<string, string>): string[] => brokenLaws(new Map(Object.entries(files)));

describe('a sound house', () => {
  test.each<[string, Record<string, string>]>([
    [
      'imports downwards',
      { ...CORE, 'src/gpu/tensor.ts': "import { a } from '../core/units.ts'; export { a };" },
    ],
    [
      'has globals and modules of Node in platform/node',
      {
        'src/platform/node/files.ts': "import { open } from 'node:fs'; open(process.argv[2] ?? '');",
      },
    ],
    [
      'names what is forbidden in a comment or as a property only',
      {
        'src/core/a.ts': '/** indexedDB, navigator.gpu, @compute */ export const a = { process: 1 }.process;',
      },
    ],
    [
      'uses Comlink in the client and in a worker',
      {
        'src/rpc/client.ts': "import { wrap } from 'comlink'; wrap;",
        'src/workers/compute.worker.ts': "import { expose } from 'comlink'; expose;",
      },
    ],
    [
      'lets the page draw',
      {
        'src/gpu/context.ts': 'export const a = 1;',
        'src/ui/viewer/canvas.tsx': "import { a } from '../../gpu/context.ts'; export const b = <p>{a}</p>;",
      },
    ],
    ['reads the shaders in one place', { 'src/gpu/shaders.ts': "import.meta.glob('/shaders/**/*.wgsl');" }],
  ])('%s', (_, files) => {
    expect(check(files)).toEqual([]);
  });
});

describe('a broken law is found:', () => {
  const UI = { 'src/ui/app.ts': 'export const a = 1;' };
  test.each<[string, Record<string, string>, RegExp]>([
    [
      'an upward import',
      { ...UI, 'src/core/a.ts': "\nimport { a } from '../ui/app.ts'; a;" },
      /^src\/core\/a\.ts:2 imports .*core may import nothing/,
    ],
    [
      'an upward type import',
      { ...UI, 'src/core/a.ts': "import type { A } from '../ui/app.ts'; export type B = A;" },
      /core may import nothing/,
    ],
    [
      'an upward import type expression',
      { ...UI, 'src/core/a.ts': "export type B = import('../ui/app.ts').A;" },
      /core may import nothing/,
    ],
    [
      'an upward export from',
      { ...UI, 'src/core/a.ts': "export { a } from '../ui/app.ts';" },
      /core may import nothing/,
    ],
    [
      'an upward export of all',
      { ...UI, 'src/core/a.ts': "export * from '../ui/app.ts';" },
      /core may import nothing/,
    ],
    [
      'an upward dynamic import',
      { ...UI, 'src/core/a.ts': "export const a = () => import('../ui/app.ts');" },
      /core may import nothing/,
    ],
    [
      'a worker by query',
      { 'src/workers/a.ts': '', 'src/ui/a.ts': "import W from '../workers/a.ts?worker'; W;" },
      /ui may import/,
    ],
    [
      'gpu that knows micrographs',
      { 'src/dataset/a.ts': '', 'src/gpu/a.ts': "import '../dataset/a.ts';" },
      /gpu may import core/,
    ],
    [
      'nn that knows fft',
      { 'src/fft/a.ts': '', 'src/nn/a.ts': "import '../fft/a.ts';" },
      /nn may import core, gpu/,
    ],
    [
      'a page that computes',
      { 'src/pipelines/a.ts': '', 'src/ui/a.ts': "import '../pipelines/a.ts';" },
      /ui may import/,
    ],
    [
      'a page that goes round the contract',
      { 'src/rpc/job.ts': '', 'src/ui/a.ts': "import '../rpc/job.ts';" },
      /ui may import/,
    ],
    [
      'a browser that knows Node',
      { 'src/platform/node/a.ts': '', 'src/platform/browser/a.ts': "import '../node/a.ts';" },
      /platform\/browser may import/,
    ],
    ['a file on no floor', { 'src/misc/a.ts': '' }, /stands on no floor/],
    [
      'Comlink elsewhere',
      { 'src/ui/a.ts': "import { wrap } from 'comlink'; wrap;" },
      /comlink: only rpc\/client\.ts, workers may/,
    ],
    [
      'Solid below the page',
      { 'src/rpc/a.ts': "import { render } from 'solid-js/web'; render;" },
      /only ui may/,
    ],
    [
      'a module of Node elsewhere',
      { 'src/tiles/a.ts': "import { open } from 'node:fs'; open;" },
      /node:fs: only platform\/node, cli may/,
    ],
    ['indexedDB elsewhere', { 'src/tiles/a.ts': "indexedDB.open('a');" }, /has indexedDB/],
    ['indexedDB of an object', { 'src/tiles/a.ts': "globalThis.indexedDB.open('a');" }, /has indexedDB/],
    [
      'navigator.gpu elsewhere',
      { 'src/gpu/a.ts': 'await navigator.gpu.requestAdapter();' },
      /has navigator\.gpu/,
    ],
    [
      'navigator.gpu through globalThis',
      { 'src/gpu/a.ts': 'globalThis.navigator.gpu;' },
      /has navigator\.gpu/,
    ],
    ['the process elsewhere', { 'src/core/a.ts': 'process.env.HOME;' }, /has process/],
    [
      'WGSL in a template',
      { 'src/gpu/a.ts': 'export const a = (n: number) => `@compute @workgroup_size($' + '{n})`;' },
      /has WGSL/,
    ],
    ['WGSL in a string', { 'src/gpu/a.ts': "export const a = 'var<storage, read> x: f32;';" }, /has WGSL/],
    [
      'a second reader of shaders',
      { 'src/nn/a.ts': "import.meta.glob('/shaders/**');" },
      /has import\.meta\.glob/,
    ],
    [
      'a shader imported by name',
      { 'src/gpu/a.ts': "import text from '../../shaders/a.wgsl?raw'; text;" },
      /only src\/gpu\/ reads shaders/,
    ],
    ['a file too long', { 'src/core/a.ts': '\n'.repeat(MAX_LINES) }, /has 501 lines/],
    ['a file that is not TypeScript', { 'src/core/a.ts': 'export const = ;' }, /can't be parsed/],
  ])('%s', (_, files, message) => {
    const broken = check(files);
    expect(broken).toHaveLength(1);
    expect(broken[0]).toMatch(message);
  });

  test('a cycle of imports', () => {
    const broken = check({
      'src/core/a.ts': "import './b.ts';",
      'src/core/b.ts': "export * from './c.ts';",
      'src/core/c.ts': "export const a = () => import('./a.ts');",
    });
    expect(broken).toEqual(['import cycle: src/core/a.ts → src/core/b.ts → src/core/c.ts → src/core/a.ts']);
  });

  test('a reference that uses what it judges', () => {
    const files = { 'test/reference/a.ts': "import { a } from '../../src/core/units.ts'; a;" };
    expect(importsOfSource(new Map(Object.entries(files)))).toHaveLength(1);
  });
});
