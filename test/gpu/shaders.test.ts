import { afterAll, beforeAll, expect, test } from 'vitest';
import { GpuContext } from '../../src/gpu/context.ts';
import type { Defines } from '../../src/gpu/expand.ts';
import { addVariant, storedTypes } from '../../src/gpu/ops/movie.ts';
import { gemmWays } from '../../src/gpu/peak.ts';
import { shaderPaths, shaderSource } from '../../src/gpu/shaders.ts';
import { contaminantDefines } from '../../src/pipelines/simulation/sceneRecords.ts';
import { tileSize } from '../../src/tiles/pyramid.ts';
import { describeGpu } from '../support/gpu.ts';
import { fourierSnippets, fourierVariants } from './fft/variants.ts';
import { networkKernels } from './nn/variants.ts';
import { trainingVariants } from './train/variants.ts';

const movies = [
  ...storedTypes.flatMap((type) =>
    [true, false].map((isPacked): [string, Defines] => ['movie/add.wgsl', addVariant(type, isPacked)]),
  ),
  ...['noise', 'bad', 'finish'].flatMap((name) =>
    [true, false].map((GAIN): [string, Defines] => [`movie/${name}.wgsl`, { GAIN }]),
  ),
];
const variants: [string, Defines][] = [
  ...networkKernels('f32'),
  ...networkKernels('f16'),
  ...fourierVariants,
  ...trainingVariants,
  ...movies,
  ...['average', 'gather', 'polar', 'posterior', 'score', 'sum'].map((name): [string, Defines] => [
    `classes/${name}.wgsl`,
    {},
  ]),
  ['denoise/non_local_means.wgsl', { PATCH: 3, SEARCH: 10 }],
  ['fft/taper.wgsl', {}],
  ['image/count_digits.wgsl', { ABSOLUTE: false }],
  ['image/count_digits.wgsl', { ABSOLUTE: true }],
  ['image/crop.wgsl', {}],
  ['image/difference.wgsl', {}],
  ['image/dominant.wgsl', {}],
  ['image/gather.wgsl', {}],
  ['image/mean_probability.wgsl', {}],
  ['image/narrow_digits.wgsl', {}],
  ['image/pad_periodic.wgsl', {}],
  ['image/peaks.wgsl', {}],
  ['image/standardise.wgsl', {}],
  ['image/sums.wgsl', { LAST: false }],
  ['image/sums.wgsl', { LAST: true }],
  ['image/suppress.wgsl', {}],
  ['image/tile.wgsl', { TILE: tileSize }],
  ['matching/best.wgsl', {}],
  ['matching/correlate.wgsl', {}],
  ['matching/place.wgsl', {}],
  ['movie/bin.wgsl', {}],
  ['movie/moments.wgsl', {}],
  ['profile/copy.wgsl', {}],
  ...['cut', 'expose', 'finish', 'scale'].flatMap((name) =>
    [2, 3].map((PICTURES): [string, Defines] => [`simulation/${name}.wgsl`, { PICTURES }]),
  ),
  ...['powers', 'protein', 'shape', 'strength'].map((name): [string, Defines] => [
    `simulation/${name}.wgsl`,
    {},
  ]),
  ['simulation/contaminants.wgsl', contaminantDefines],
  ['template/contrast.wgsl', {}],
  ['template/score.wgsl', {}],
  ['template/pad.wgsl', {}],
  ...gemmWays.map(({ shader, defines }): [string, Defines] => [shader, defines]),
];
/** Snippets that other shaders include, and what the page draws with. */
const isKernel = (path: string): boolean =>
  !path.startsWith('lib/') && !fourierSnippets.includes(path) && !path.startsWith('image/viewer_');

describeGpu(
  'every shader, without a GPU',
  (gpu) => {
    let context: GpuContext;
    beforeAll(() => {
      context = new GpuContext(gpu.device, 'null');
    });
    afterAll(() => context.destroy());

    test('is among the variants below', () => {
      expect([...new Set(variants.map(([path]) => path))].sort()).toEqual(
        shaderPaths().filter(isKernel).sort(),
      );
    });

    test.each(variants)('%s compiles as %j', async (path, defines) => {
      await context.pipeline(path, defines);
    });

    test.each(shaderPaths().filter((path) => path.startsWith('image/viewer_')))('%s compiles', (path) => {
      gpu.device.createShaderModule({ label: path, code: shaderSource(path) });
    });

    test('is compiled once for one text', () => {
      const first = context.pipeline('image/crop.wgsl');
      expect(context.pipeline('image/crop.wgsl', { UNUSED: 1 })).toBe(first);
      expect(context.pipeline('image/tile.wgsl', { TILE: 128 })).not.toBe(
        context.pipeline('image/tile.wgsl', { TILE: 256 }),
      );
    });
  },
  { backend: 'null' },
);
