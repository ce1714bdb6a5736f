/** Networks of the user's: denoising and picking with them. */
import { beforeAll, expect, test } from 'vitest';
import { FormatError } from '../../../src/core/errors.ts';
import { GpuContext } from '../../../src/gpu/context.ts';
import { createGpuProvider, withGpu } from '../../../src/jobs/gpu.ts';
import { conv, leakyRelu, pool, upsample } from '../../../src/nn/build.ts';
import type { Layer } from '../../../src/nn/layers.ts';
import { loadPlane } from '../../../src/pipelines/load.ts';
import { type DenoiseResume, denoiseWithNetwork } from '../../../src/pipelines/models/denoise.ts';
import type { ModelTensor, OpenedModel } from '../../../src/pipelines/models/open.ts';
import { pickerOf } from '../../../src/pipelines/picking/model.ts';
import { pickParticles } from '../../../src/pipelines/picking/pick.ts';
import { describeGpu } from '../../support/gpu.ts';
import { weightsFor } from '../../unit/nn/weights.ts';
import { discs, micrographOf, noise, openContext } from '../micrographs.ts';

function model(layers: readonly Layer[], tensors?: ReadonlyMap<string, ModelTensor>): OpenedModel {
  const graph = { name: 'test', channels: 1, layers };
  const file = { format: 'ONNX', file: 'm.onnx', name: 'test', task: 'either', hash: '00' } as const;
  return { ...file, graph, settings: {}, tensors: tensors ?? weightsFor(graph, 5) };
}

/** Its grid repeats every 2 px, and it wants even sides. */
const halving = model([
  conv('a', 'input', 1, 1, 3, { padding: 1, activation: leakyRelu(0.1) }),
  pool('maxPool', 'p', 'a', 2),
  upsample('u', 'p', 2),
  conv('c', 'u', 1, 1, 3, { padding: 1 }),
]);

const [width, height] = [53, 38];
const data = noise(width * height, 2).map((value) => 7 + 3 * value);

async function denoised(context: GpuContext, options: Parameters<typeof denoiseWithNetwork>[3]) {
  const loaded = await loadPlane(context, micrographOf(width, height, data), 0);
  try {
    const plane = await denoiseWithNetwork(context, loaded, halving, options);
    try {
      expect(plane).toMatchObject({ width, height });
      return new Float32Array(await context.read(plane.buffer, width * height * 4));
    } finally {
      context.free(plane.buffer);
    }
  } finally {
    context.free(loaded.plane.buffer);
  }
}

describeGpu('denoising by a network', (gpu) => {
  // One for all: software GPUs take their time to compile kernels.
  let context: GpuContext;
  beforeAll(() => {
    context = new GpuContext(gpu.device, 'test');
  });

  test('gives the same bits in tiles of any size, for odd sides too', async () => {
    const whole = await denoised(context, {});
    expect(new Set(whole).size).toBeGreaterThan(1000);
    const stages: string[] = [];
    const tiled = await denoised(context, {
      longestTile: 16,
      onProgress: ({ stage, done, total }) => stages.push(`${stage} ${done}/${total}`),
    });
    expect(tiled).toEqual(whole);
    expect([stages[0], stages.at(-1)]).toEqual(['Denoising 0/12', 'Denoising 12/12']);
    expect(context.memory().bytes).toBe(0);
  });

  test('stops where it is told to, and refuses what is no denoiser; nothing stays behind', async () => {
    const controller = new AbortController();
    const onProgress = ({ done }: { done: number }): void => {
      if (done === 2) controller.abort();
    };
    const stopped = denoised(context, { longestTile: 16, signal: controller.signal, onProgress });
    await expect(stopped).rejects.toMatchObject({ name: 'AbortError' });
    const loaded = await loadPlane(context, micrographOf(width, height, data), 0);
    const half = model([pool('averagePool', 'p', 'input', 2)]);
    await expect(denoiseWithNetwork(context, loaded, half)).rejects.toThrow(FormatError);
    context.free(loaded.plane.buffer);
    expect(context.memory().bytes).toBe(0);
  });
});

describeGpu('a device lost in the middle of denoising', () => {
  test('the job goes on with a new one: the same picture, no tile twice, and none at all the third time', async () => {
    class Counted extends Map<string, Float32Array<ArrayBuffer>> {
      times = 0;
      override set(key: string, tile: Float32Array<ArrayBuffer>): this {
        this.times++;
        return super.set(key, tile);
      }
    }
    const provider = createGpuProvider(openContext);
    const undisturbed = await withGpu(provider, (context) => denoised(context, { longestTile: 20 }));
    const resume: DenoiseResume & { times: number } = new Counted();
    let lost = 0;
    const run = () =>
      withGpu(
        provider,
        (context) =>
          denoised(context, {
            longestTile: 20,
            resume,
            onProgress: ({ done }) => {
              if (done === 3 && lost === 0) context.device.destroy();
            },
          }),
        () => lost++,
      );
    expect(await run()).toEqual(undisturbed);
    expect([lost, resume.times]).toEqual([1, resume.size]);
    expect(await run()).toEqual(undisturbed);
    expect(resume.times).toBe(resume.size);
    const last = await provider.acquire();
    expect(last.memory().bytes).toBe(0);
    provider.dispose();
    await last.device.lost;
  });
});

/** The mean of the middle of its field, less that of the rim: high on dark discs. */
function discFinder(stride: number, padding: number): OpenedModel {
  const side = 9;
  const inside = (i: number): boolean => Math.hypot((i % side) - 4, Math.floor(i / side) - 4) < 3.3;
  const field = Float32Array.from({ length: side * side }, (_, i) => (inside(i) ? -1 : 0.7));
  const tensors = new Map([
    ['c.weight', { shape: [1, 1, side, side], data: field.map((value) => value / 10) }],
    ['c.bias', { shape: [1], data: Float32Array.of(-2) }],
  ]);
  return model([conv('c', 'input', 1, 1, side, { stride, padding })], tensors);
}

describeGpu('picking by a network that scores every pixel', (gpu) => {
  // One for all: software GPUs take their time to compile kernels.
  let context: GpuContext;
  beforeAll(() => {
    context = new GpuContext(gpu.device, 'test');
  });

  const centres = [
    { x: 50.3, y: 40.7 },
    { x: 120.5, y: 44 },
    { x: 187.8, y: 60.2 },
    { x: 60, y: 120.4 },
    { x: 140.2, y: 130.9 },
  ];
  // Of small factors: another length would take more kernels, and this is no test of them.
  const size = { width: 240, height: 180 };
  const request = {
    method: 'cnn',
    pixelSizeAngstrom: 2,
    diameterAngstrom: 44,
    brightParticles: false,
  } as const;

  test.each([
    ['at a scale', 3.3, 1, 4, false],
    ['of bright particles', 3, 1, 4, true],
    ['in strides', 3, 2, 4, false],
    ['without padding, in strides', 3, 2, 0, false],
  ])('finds discs where they are: %s', async (_, scale, stride, padding, brightParticles) => {
    const values = discs(size.width, size.height, 22, centres).map((v) => (brightParticles ? -v : v));
    const loaded = await loadPlane(context, micrographOf(size.width, size.height, values), 0);
    const picker = pickerOf(discFinder(stride, padding));
    const before = context.bytesRead;
    const outcome = await pickParticles(
      context,
      loaded,
      size,
      { ...request, scale, brightParticles },
      picker,
    );
    expect([outcome.scale, outcome.suggestedThreshold]).toEqual([scale, 0.5]);
    const found = outcome.picks.filter(({ score }) => score >= 0.5);
    expect(found).toHaveLength(centres.length);
    for (const centre of centres) {
      const distance = Math.min(...found.map(({ x, y }) => Math.hypot(x - centre.x, y - centre.y)));
      // Half a cell along both axes.
      expect(distance).toBeLessThan(scale * stride * Math.SQRT1_2 + 0.5);
    }
    // The picks, two moments, and counts of rounds.
    expect(context.bytesRead - before - 12 * outcome.picks.length).toBeLessThan(100);
    context.free(loaded.plane.buffer);
    expect(context.memory().bytes).toBe(0);
  });

  test.each(['cnn', 'log'] as const)('%s: picks are no nearer than is wanted', async (method) => {
    const loaded = await loadPlane(
      context,
      micrographOf(size.width, size.height, discs(size.width, size.height, 22, centres)),
      0,
    );
    const picker = pickerOf(discFinder(1, 4));
    const counts: number[] = [];
    for (const separationDiameters of [0.3, undefined, 2]) {
      const wanted = { ...request, method, separationDiameters, ...(method === 'cnn' && { scale: 3 }) };
      const found = await pickParticles(context, loaded, size, wanted, picker);
      expect(found.separationDiameters).toBe(separationDiameters ?? 0.7);
      const best = found.picks.slice(0, 200);
      const gaps = best.map((a, i) =>
        Math.min(...best.slice(0, i).map((b) => Math.hypot(a.x - b.x, a.y - b.y))),
      );
      // A cell has 3 pixels, and a radius is rounded to whole ones.
      expect(Math.min(...gaps)).toBeGreaterThanOrEqual(
        22 * found.separationDiameters - (method === 'cnn' ? 1.5 : 0),
      );
      counts.push(found.picks.length);
    }
    const [most = 0, usual = 0, least = 0] = counts;
    expect([most > usual, usual > least]).toEqual([true, true]);
    context.free(loaded.plane.buffer);
    expect(context.memory().bytes).toBe(0);
  });

  test('a scale that leaves nothing of a particle is refused, and one for what has its own', async () => {
    const flat = new Float32Array(size.width * size.height).fill(3);
    const loaded = await loadPlane(context, micrographOf(size.width, size.height, flat), 0);
    const picker = pickerOf(discFinder(1, 4));
    const pick = (changed: object) =>
      pickParticles(context, loaded, size, { ...request, ...changed }, picker);
    await expect(pick({ scale: 8 })).rejects.toThrow('A scale of 8 does not suit a particle of 22 pixels');
    await expect(pick({ scale: 2, method: 'log' })).rejects.toThrow('A scale can be given for networks');
    await expect(pick({ separationDiameters: 0 })).rejects.toThrow(
      'A separation of 0 diameters makes no sense',
    );
    // Of a picture without any contrast every score is the bias; nothing is certain.
    expect((await pick({})).picks.filter(({ score }) => score >= 0.5)).toEqual([]);
    context.free(loaded.plane.buffer);
    expect(context.memory().bytes).toBe(0);
  });
});

describeGpu('a device lost in the middle of picking by such a network', () => {
  test('the whole is done again on a new one, with the same picks', async () => {
    const [side, centre] = [120, { x: 61, y: 57 }];
    const picture = micrographOf(side, side, discs(side, side, 7, [centre]));
    // At its own size, which takes no transforms.
    const request = {
      method: 'cnn',
      pixelSizeAngstrom: 2,
      diameterAngstrom: 14,
      brightParticles: false,
      scale: 1,
    } as const;
    const picker = pickerOf(discFinder(1, 4));
    const provider = createGpuProvider(openContext);
    let lost = 0;
    const pick = (isDisturbed: boolean) =>
      withGpu(
        provider,
        async (context) => {
          const loaded = await loadPlane(context, picture, 0);
          const onProgress = ({ stage }: { stage: string }): void => {
            if (isDisturbed && lost === 0 && stage === 'Picking particles') context.device.destroy();
          };
          const size = { width: side, height: side };
          return await pickParticles(context, loaded, size, request, picker, { onProgress });
        },
        () => lost++,
      );
    const undisturbed = await pick(false);
    expect(undisturbed.picks[0]?.score).toBeGreaterThan(0.9);
    expect(await pick(true)).toEqual(undisturbed);
    expect(lost).toBe(1);
    const last = await provider.acquire();
    provider.dispose();
    await last.device.lost;
  });
});
