import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { memorySink } from '../../../src/core/bytes.ts';
import { writeMrc } from '../../../src/formats/mrc/write.ts';
import { writeStarPicks } from '../../../src/formats/star/picks.ts';
import { conv, leakyRelu, pool } from '../../../src/nn/build.ts';
import type { Graph } from '../../../src/nn/layers.ts';
import { blankNetwork } from '../../../src/pipelines/training/initial.ts';
import { pickerModelBytes } from '../../../src/pipelines/training/modelFile.ts';
import { describeGpu } from '../../support/gpu.ts';
import { run } from '../../unit/cli/run.ts';
import { randomTensors } from '../../unit/nn/train/graphs.ts';
import { discs } from '../micrographs.ts';

const root = mkdtempSync(join(tmpdir(), 'cryolite-train-'));
afterAll(() => rmSync(root, { recursive: true }));
const path = (...parts: string[]): string => join(root, ...parts);
const micrograph = path('discs.mrc');
const unlabelled = path('other.mrc');
const model = path('mine.safetensors');
const small = path('small.safetensors');
/** Software GPUs compile it soon. */
const graph: Graph = {
  name: 'small',
  channels: 1,
  layers: [
    conv('a', 'input', 1, 3, 3, { padding: 'same', activation: leakyRelu(0.1) }),
    pool('maxPool', 'half', 'a', 2),
    conv('logit', 'half', 3, 1, 3, { padding: 'same' }),
  ],
};

describeGpu('cryolite train', () => {
  const train = ['train', '--micrographs', root, '--picks', path('discs.star'), path('other.star')];
  const options = [
    '--diameter',
    '40',
    '--labels',
    '9',
    '--seed',
    '2',
    '--steps',
    '0',
    '--init',
    small,
    '-o',
    model,
  ];

  test('writes a picker and its log, which "pick --model" takes and finds the others with', async () => {
    const centres = Array.from({ length: 16 }, (_, i) => ({
      x: 40 + 56 * (i % 4),
      y: 36 + 52 * Math.floor(i / 4),
    }));
    const [width, height] = [247, 231];
    for (const file of [micrograph, unlabelled]) {
      const sink = memorySink();
      await writeMrc(sink, { width, height, pixelSizeAngstrom: 1 }, [discs(width, height, 36, centres)]);
      writeFileSync(file, sink.bytes());
    }
    const start = {
      // Says nothing, so that what is found is found by what was trained.
      network: blankNetwork(graph, randomTensors(graph, 1), 1),
      settings: { workingDiameterPx: 24, highpassDiameters: 4, clip: 6 },
      separationDiameters: 0.5,
      threshold: 0.5,
    };
    const provenance = { program: '', seed: 0, steps: 0, labels: 0, micrographs: [] };
    const bytes = pickerModelBytes('small', start, {
      ...provenance,
      startedFrom: undefined,
      labelsHash: '',
      diameterAngstrom: 40,
    });
    writeFileSync(small, bytes);
    const picks = centres.map((place) => ({ ...place, score: 1, origin: 'manual' as const }));
    writeFileSync(path('discs.star'), writeStarPicks(picks, []));
    writeFileSync(path('other.star'), writeStarPicks([], []));
    const trained = await run([...train, ...options, '--json']);
    expect(trained).toMatchObject({ code: 0 });
    const json = JSON.parse(trained.stdout);
    expect(json).toMatchObject({
      command: 'train',
      output: model,
      labels: [{ micrograph: 'discs', labels: 9 }],
      bestStep: 0,
      flops: 0,
    });
    expect(JSON.parse(readFileSync(path('mine.json'), 'utf8'))).toEqual(json);
    // What it could have gone on from is not needed any more.
    expect(existsSync(path('mine.checkpoint.safetensors'))).toBe(false);
    const picked = await run([
      'pick',
      unlabelled,
      '-o',
      path('picks'),
      '--diameter',
      '40',
      '--model',
      model,
      '--json',
    ]);
    expect(picked).toMatchObject({ code: 0 });
    const [file] = JSON.parse(picked.stdout).files;
    expect(file.threshold).toBe(json.threshold);
    expect(JSON.parse(picked.stdout).model).toMatchObject({ name: 'mine', sha256: json.sha256 });
    const found = readFileSync(path('picks', 'other.star'), 'utf8');
    const places = found.split('\n').flatMap((line) => {
      const [x = Number.NaN, y = Number.NaN] = line.trim().split(/\s+/).map(Number);
      return Number.isFinite(x) && Number.isFinite(y) ? [{ x, y }] : [];
    });
    const isFound = (centre: { x: number; y: number }): boolean =>
      places.some(({ x, y }) => Math.hypot(x - centre.x, y - centre.y) < 9);
    // The suggested threshold of so few labels may miss some.
    expect(centres.filter(isFound).length).toBeGreaterThanOrEqual(12);
    expect(places.length).toBeLessThan(centres.length + 6);
  });

  test('refuses what it can’t do, before any work', async () => {
    const exists = await run([...train, ...options]);
    expect([exists.code, exists.stderr]).toEqual([
      1,
      `error: ${model} exists already: give --overwrite to replace it.\n`,
    ]);
    const other = path('other.safetensors');
    const resumed = await run([...train, ...options.slice(0, -1), other, '--resume']);
    expect([resumed.code, resumed.stderr]).toEqual([
      2,
      `error: There is no ${path('other.checkpoint.safetensors')} to go on from: train without --resume.\n`,
    ]);
    const name = await run([...train, ...options.slice(0, -1), path('model.onnx')]);
    expect([name.code, name.stderr]).toEqual([
      2,
      `error: ${path('model.onnx')} should end in .safetensors.\n`,
    ]);
  });
});
