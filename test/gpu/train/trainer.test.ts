import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { DeviceLostError, GpuLimitError, isAbort } from '../../../src/core/errors.ts';
import { readSafetensors, writeSafetensors } from '../../../src/formats/weights/safetensors.ts';
import { GpuContext } from '../../../src/gpu/context.ts';
import { batchNorm, concat, conv, leakyRelu, pool, upsample } from '../../../src/nn/build.ts';
import type { Graph } from '../../../src/nn/layers.ts';
import type { Batch } from '../../../src/nn/train/batch.ts';
import { DivergedError, TrainingError } from '../../../src/nn/train/errors.ts';
import type { TrainingRandom } from '../../../src/nn/train/random.ts';
import { adam, type TrainingSettings } from '../../../src/nn/train/settings.ts';
import {
  type BatchSource,
  type RunOptions,
  type StepReport,
  Trainer,
} from '../../../src/nn/train/trainer.ts';
import { describeGpu, sparesSwiftShader } from '../../support/gpu.ts';
import { randomTensors } from '../../unit/nn/train/graphs.ts';
import { openContext, SmallContext } from '../micrographs.ts';

/** Of few channels, so that SwiftShader, which takes seconds for each, has but two products to compile. */
const graph: Graph = {
  name: 'small',
  channels: 1,
  layers: [
    conv('a', 'input', 1, 3, 3, { padding: 'same', activation: leakyRelu(0.1) }),
    pool('maxPool', 'small', 'a', 2),
    conv('b', 'small', 3, 3, 3, { padding: 'same', bias: false }),
    batchNorm('norm', 'b', 3, { activation: leakyRelu(0.1) }),
    upsample('large', 'norm', 'a'),
    concat('both', ['large', 'a']),
    conv('c', 'both', 6, 1, 3, { padding: 'same' }),
  ],
};
const tensors = randomTensors(graph, 1);
const settings: TrainingSettings = {
  loss: { kind: 'bce' },
  optimiser: adam(0.01, 0.01),
  schedule: { kind: 'cosine', warmUpSteps: 2, steps: 8, final: 0.1 },
  clipNorm: 1,
  averageDecay: 0.9,
};
const width = 10;
const height = 7;

/** Blobs in noise, drawn from the training's own random source. */
const batches: BatchSource = (random) => draw(random, 3);

function draw(random: TrainingRandom, batch: number): Batch {
  const images = new Float32Array(batch * width * height);
  const target = new Float32Array(images.length);
  for (let n = 0; n < batch; n++) {
    const centre = { x: random.between(0, width), y: random.between(0, height) };
    for (let i = 0; i < width * height; i++) {
      const distance = Math.hypot((i % width) - centre.x, Math.floor(i / width) - centre.y);
      images[n * width * height + i] = Math.exp(-((distance / 2) ** 2)) + 0.3 * random.normal();
      target[n * width * height + i] = distance < 2 ? 1 : 0;
    }
  }
  return { batch, width, height, images, target };
}

/** All that a training is, as the bytes of its file. */
const bytesOf = (trainer: Trainer): Uint8Array<ArrayBuffer> => {
  const { tensors: named, metadata } = trainer.checkpoint();
  return writeSafetensors(named, metadata);
};

describeGpu('a training', (gpu) => {
  let context: GpuContext;
  /** What eight undisturbed steps give. */
  let expected: { readonly bytes: Uint8Array; readonly reports: readonly StepReport[] };
  const source = { acquire: async () => context };
  const begin = (changes: Partial<TrainingSettings> = {}): Trainer =>
    Trainer.begin(graph, tensors, { ...settings, ...changes }, source, 7n);

  beforeAll(async () => {
    context = new GpuContext(gpu.device, 'test');
    const trainer = begin();
    const reports: StepReport[] = [];
    await trainer.run({ until: 8, batches, onStep: (report) => reports.push(report) });
    trainer.dispose();
    expected = { bytes: bytesOf(trainer), reports };
  });
  afterEach(() => expect(context.memory().bytes).toBe(0));
  afterAll(() => context.destroy());

  test('learns, and reports every step', () => {
    const { reports } = expected;
    expect(reports.map(({ step }) => step)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(reports[7]?.loss).toBeLessThan(0.9 * (reports[0]?.loss ?? 0));
    expect(reports[0]?.learningRate).toBeCloseTo(0.005, 12);
    expect(reports[1]?.learningRate).toBe(0.01);
  });

  test('gives the same bits again', async () => {
    const trainer = begin();
    const reports: StepReport[] = [];
    await trainer.run({ until: 8, batches, checkpointEvery: 1, onStep: (report) => reports.push(report) });
    expect(bytesOf(trainer)).toEqual(expected.bytes);
    expect(reports).toEqual(expected.reports);
    trainer.dispose();
  });

  test('goes on from a file to the same bits', async () => {
    const first = begin();
    await first.run({ until: 3, batches });
    first.dispose();
    const file = readSafetensors('half.safetensors', bytesOf(first));
    const second = Trainer.resume('half.safetensors', file, source);
    expect(second.step).toBe(3);
    expect(second.settings).toEqual(settings);
    await second.run({ until: 5, batches });
    await second.run({ until: 8, batches });
    second.dispose();
    expect(bytesOf(second)).toEqual(expected.bytes);
  });

  test.skipIf(sparesSwiftShader)('survives devices that are lost in the middle of a step', async () => {
    const contexts: GpuContext[] = [];
    const lossy = {
      acquire: async () => {
        const last = contexts.at(-1);
        if (last && !last.isLost) return last;
        contexts.push(await openContext());
        return contexts.at(-1) ?? context;
      },
    };
    const trainer = Trainer.begin(graph, tensors, settings, lossy, 7n);
    const reports: StepReport[] = [];
    const asked: number[] = [];
    await trainer.run({
      until: 8,
      checkpointEvery: 3,
      onStep: (report) => reports.push(report),
      batches: (random, step) => {
        asked.push(step);
        // While the step before is on its way.
        if (asked.length === 2 || asked.length === 8) contexts.at(-1)?.device.destroy();
        return batches(random, step);
      },
    });
    trainer.dispose();
    expect(contexts.length).toBe(3);
    expect(asked).toEqual([0, 1, 0, 1, 2, 3, 4, 5, 3, 4, 5, 6, 7]);
    expect(reports).toEqual(expected.reports);
    expect(bytesOf(trainer)).toEqual(expected.bytes);
    expect(contexts.at(-1)?.memory().bytes).toBe(0);
    for (const one of contexts) one.destroy();
  });

  test('gives up when every device is lost', async () => {
    let opened = 0;
    const hopeless = {
      acquire: async () => {
        opened++;
        const doomed = await openContext();
        doomed.device.destroy();
        await doomed.device.lost;
        return doomed;
      },
    };
    const trainer = Trainer.begin(graph, tensors, settings, hopeless, 7n);
    await expect(trainer.run({ until: 8, batches })).rejects.toThrow(DeviceLostError);
    expect(opened).toBe(3);
    expect(trainer.step).toBe(0);
  });

  describe('that diverges', () => {
    const spoilt = (spoil: (batch: Batch) => Batch): BatchSource => {
      return (random, step) => (step === 5 ? spoil(draw(random, 3)) : draw(random, 3));
    };
    const run = async (trainer: Trainer, options: Pick<RunOptions, 'batches'>): Promise<unknown> =>
      await trainer.run({ until: 8, checkpointEvery: 2, ...options }).catch((error: unknown) => error);

    test('says so, keeps its last checkpoint, and can go on from there', async () => {
      const trainer = begin();
      const error = await run(trainer, {
        batches: spoilt((batch) => ({ ...batch, images: batch.images.map((x) => x * 1e30) })),
      });
      expect(error).toBeInstanceOf(DivergedError);
      expect(String(error)).toMatch(/The training diverged at step 5: .*Go back to the last checkpoint/);
      expect(trainer.step).toBe(4);
      expect(await run(trainer, { batches })).toBeUndefined();
      expect(bytesOf(trainer)).toEqual(expected.bytes);
      trainer.dispose();
    });

    test('is told so by its data, if that is the reason', async () => {
      const trainer = begin();
      const nan = spoilt((batch) => ({
        ...batch,
        images: batch.images.map((x, i) => (i === 9 ? Number.NaN : x)),
      }));
      const error = await run(trainer, { batches: nan });
      expect(error).toBeInstanceOf(TrainingError);
      expect(String(error)).toContain(
        "The batch of step 5 can't be learnt from: its images hold NaN at element 9.",
      );
      const short = spoilt((batch) => ({ ...batch, target: batch.target.slice(1) }));
      expect(String(await run(trainer, { batches: short }))).toContain(
        'its targets have 209 numbers where 210 are wanted',
      );
      expect(trainer.step).toBe(4);
      expect(await run(trainer, { batches })).toBeUndefined();
      expect(bytesOf(trainer)).toEqual(expected.bytes);
      trainer.dispose();
    });
  });

  test('stops where it is told to, with a checkpoint', async () => {
    const trainer = begin();
    const controller = new AbortController();
    const onStep = ({ step }: StepReport): void => {
      if (step === 4) controller.abort();
    };
    const error = await trainer
      .run({ until: 8, batches, onStep, signal: controller.signal })
      .catch((reason: unknown) => reason);
    expect(isAbort(error)).toBe(true);
    expect(trainer.step).toBe(5);
    await trainer.run({ until: 8, batches });
    expect(bytesOf(trainer)).toEqual(expected.bytes);
    trainer.dispose();
  });

  test('keeps a moving average', async () => {
    const trainer = begin();
    const average = new Map(
      [...trainer.tensors()].map(([name, { data }]) => [name, Float64Array.from(data)]),
    );
    await trainer.run({
      until: 4,
      batches,
      checkpointEvery: 1,
      onCheckpoint: () => {
        for (const [name, numbers] of average) {
          const now = trainer.tensors().get(name)?.data ?? new Float32Array();
          numbers.forEach((kept, i) => {
            numbers[i] = 0.9 * kept + 0.1 * (now[i] ?? 0);
          });
        }
      },
    });
    for (const [name, { data }] of trainer.tensors(true)) {
      // The running statistics are an average already.
      const wanted = name.includes('running') ? trainer.tensors().get(name)?.data : average.get(name);
      for (const [i, value] of data.entries()) expect(value).toBeCloseTo(wanted?.[i] ?? Number.NaN, 5);
    }
    trainer.dispose();
  });

  test('leaves frozen tensors alone', async () => {
    const frozen = ['a.weight', 'a.bias', 'norm.weight'];
    const trainer = begin({ frozen });
    await trainer.run({ until: 2, batches });
    for (const [name, { data }] of trainer.tensors()) {
      if (frozen.includes(name)) expect(data, name).toEqual(tensors.get(name)?.data);
      else expect(data, name).not.toEqual(tensors.get(name)?.data);
    }
    expect([...trainer.checkpoint().tensors.keys()]).not.toContain('optimiser.first/a.weight');
    trainer.dispose();
  });

  test('is looked at without learning', async () => {
    const plain: Graph = { ...graph, layers: graph.layers.filter(({ name }) => name !== 'norm') };
    const layers = plain.layers.map((layer) => (layer.name === 'large' ? { ...layer, input: 'b' } : layer));
    const trainer = Trainer.begin({ ...plain, layers }, tensors, settings, source, 7n);
    const losses: number[] = [];
    let random: TrainingRandom | undefined;
    await trainer.run({
      until: 3,
      batches: (own, step) => {
        random ??= own.fork();
        return draw(own, step + 1);
      },
      onStep: ({ loss }) => losses.push(loss),
    });
    if (!random) throw new Error('No batch was asked for.');
    const before = bytesOf(trainer);
    const batch = draw(random, 2);
    const first = await trainer.evaluate(batch);
    expect(await trainer.evaluate(batch)).toEqual(first);
    expect(first.prediction.length).toBe(batch.target.length);
    expect((await trainer.evaluate(batch, true)).loss).not.toBe(first.loss);
    expect(bytesOf(trainer)).toEqual(before);
    let next = 0;
    await trainer.run({ until: 4, batches: () => batch, onStep: ({ loss }) => (next = loss) });
    expect(next).toBe(first.loss);
    trainer.dispose();
  });

  test('says when a batch is too large for the GPU, and leaks nothing', async () => {
    const small = new SmallContext(gpu.device, 20000);
    const trainer = Trainer.begin(graph, tensors, settings, { acquire: async () => small }, 7n);
    const error = await trainer
      .run({ until: 1, batches: (random) => draw(random, 20) })
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(GpuLimitError);
    expect(String(error)).toMatch(
      /A batch of 20 pictures of 10 × 7 px is too large for this GPU: the .* of .* needs 32.8 KiB, .* Take fewer/,
    );
    expect(small.memory().bytes).toBe(0);
    await trainer.run({ until: 1, batches });
    expect(trainer.step).toBe(1);
    trainer.dispose();
    expect(small.memory().bytes).toBe(0);
  });
});
