import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { memorySource } from '../../../src/core/bytes.ts';
import { openMicrograph } from '../../../src/dataset/open.ts';
import { denoiserGraph, initialDenoiser } from '../../../src/pipelines/denoising/network/graph.ts';
import { usualRefiner } from '../../../src/pipelines/denoising/network/settings.ts';
import { areaVariance } from '../../../src/pipelines/denoising/score.ts';
import { denoiserModelBytes } from '../../../src/pipelines/denoising/training/modelFile.ts';
import { loadPixels } from '../../../src/pipelines/load.ts';
import { describeGpu, sparesSwiftShader } from '../../support/gpu.ts';
import { run } from '../../unit/cli/run.ts';

const root = mkdtempSync(join(tmpdir(), 'cryolite-train-denoiser-'));
afterAll(() => rmSync(root, { recursive: true }));
const path = (...parts: string[]): string => join(root, ...parts);

async function pixels(file: string): Promise<Float32Array> {
  const micrograph = await openMicrograph(memorySource(file, new Uint8Array(readFileSync(file))));
  return (await loadPixels(micrograph, 0)).data;
}

describeGpu('cryolite train-denoiser', (_gpu) => {
  // Few channels: software GPUs take half a minute to compile the kernels of the usual ones.
  const graph = denoiserGraph([4, 4]);
  const start = path('start.safetensors');
  writeFileSync(
    start,
    denoiserModelBytes('start', { graph, tensors: initialDenoiser(graph, 1) }, usualRefiner, {}),
  );
  const scene = [
    '--size',
    '144',
    '--pixel-size',
    '8',
    '--particles',
    '30',
    '--diameter',
    '150',
    '--dose',
    '2',
  ];
  const good = async (...words: string[]) => {
    const { code, stdout, stderr } = await run([...words, '--json']);
    expect([stderr, code]).toEqual(['', 0]);
    return JSON.parse(stdout);
  };

  test.skipIf(sparesSwiftShader)(
    'learns from the halves of a movie and from one micrograph, for denoise --method unet',
    async () => {
      await good('simulate', path('movie.mrcs'), ...scene, '--frames', '4', '--seed', '3');
      await good('simulate', path('still.mrc'), ...scene, '--dose', '40', '--seed', '4');
      const from = ['--init', start, '--steps', '3', '--overwrite', '-o', path('own.safetensors')];
      for (const [file, how] of [
        ['movie.mrcs', 'even and odd frames'],
        ['still.mrc', 'one picture, recorrupted'],
      ] as const) {
        const made = await good('train-denoiser', path(file), ...from);
        expect(made.losses).toHaveLength(3);
        expect(made.losses.every(Number.isFinite)).toBe(true);
        expect(made.pictures).toEqual([{ file, from: how }]);
        expect(made.heldOut.map(({ step }: { step: number }) => step)).toEqual([0, 3]);
        expect(JSON.parse(readFileSync(path('own.json'), 'utf8')).sha256).toBe(made.sha256);
      }
      const shares = ['--start-share', '0.5', '--correction', '0'];
      const half = await good('train-denoiser', path('still.mrc'), ...from, ...shares);
      expect([half.startShare, half.correction]).toEqual([0.5, 0]);
      // Without any correction it is the Wiener filter.
      expect(half.written.gainDecibels).toBe(0);
      expect(half.heldOut[1].gainDecibels).not.toBe(0);
      await good('train-denoiser', path('still.mrc'), ...from, '--correction', '0.5');
      await good(
        'denoise',
        path('still.mrc'),
        '--method',
        'unet',
        '--model',
        path('own.safetensors'),
        '-o',
        path('out'),
      );
      const denoised = await pixels(path('out', 'still.mrc'));
      expect(denoised).toHaveLength(144 * 144);
      expect(areaVariance(denoised, new Uint8Array(denoised.length).fill(1))).toBeGreaterThan(0);
    },
  );

  test('refuses what it can’t learn from', async () => {
    const output = ['-o', path('no.safetensors')];
    for (const [words, sentence] of [
      [[], 'Give movies or micrographs to learn from, or --simulated'],
      [[path('still.mrc'), '--simulated'], 'one of the two'],
      [[path('still.mrc'), '--second-exposures'], '--second-exposures is about simulations'],
      [['--simulated', '--pairs', path('frame.mrc')], '1 files are no pairs'],
      [[path('still.mrc'), '--pairs', path('a.mrc'), path('b.mrc')], '--pairs come on top of simulations'],
      [['--simulated', '--start-share', '0.5'], 'start from a network, with --init'],
      [['--simulated', '--keep-pairs', path('a.mrc'), path('b.mrc')], 'give those, too'],
    ] as const) {
      const { code, stderr } = await run(['train-denoiser', ...words, ...output]);
      expect(code).not.toBe(0);
      expect(stderr).toContain(sentence);
    }
  });
});
