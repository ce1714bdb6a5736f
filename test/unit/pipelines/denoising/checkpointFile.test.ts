import { expect, test } from 'vitest';
import { type GpuSource, Trainer } from '../../../../src/nn/train/trainer.ts';
import { denoiserGraph, initialDenoiser } from '../../../../src/pipelines/denoising/network/graph.ts';
import { usualRefiner } from '../../../../src/pipelines/denoising/network/settings.ts';
import {
  denoiserCheckpointBytes,
  denoiserHash,
  readDenoiserCheckpoint,
} from '../../../../src/pipelines/denoising/training/checkpointFile.ts';
import {
  type DenoiserCheckpoint,
  DenoiserTraining,
} from '../../../../src/pipelines/denoising/training/denoiserTraining.ts';
import { ownTraining, trainerSettings } from '../../../../src/pipelines/denoising/training/settings.ts';

const tensor = (...values: number[]) => ({ shape: [values.length], data: Float32Array.from(values) });
const checkpoint: DenoiserCheckpoint = {
  trainer: {
    tensors: new Map([['a.weight', { dtype: 'F32', ...tensor(1, 2) }]]),
    metadata: new Map([['cryolite.training', '{"step":40}']]),
  },
  best: { step: 20, gain: 0.5, tensors: new Map([['a.weight', tensor(3, 4)]]) },
  looks: [
    { step: 0, gainDecibels: 0 },
    { step: 20, gainDecibels: 0.5 },
    { step: 40, gainDecibels: 0.25 },
  ],
};
const of = (seed: number) =>
  denoiserHash({ pictures: ['m.mrc'] }, { ...ownTraining, seed }, usualRefiner, undefined);

test('what was best, and all looks, go on with the training', async () => {
  const back = readDenoiserCheckpoint('c', denoiserCheckpointBytes(checkpoint, await of(1)), await of(1));
  expect(back.best).toEqual(checkpoint.best);
  expect(back.looks).toEqual(checkpoint.looks);
  expect(back.trainer.tensors).toEqual(checkpoint.trainer.tensors);
});

test('no training goes on with the checkpoint of another, or a damaged one', async () => {
  const bytes = denoiserCheckpointBytes(checkpoint, await of(1));
  const other = await of(2);
  expect(() => readDenoiserCheckpoint('c', bytes, other)).toThrow(
    'c is of other pictures or settings: give those that it began with, or train anew.',
  );
  const broken = { ...checkpoint, looks: [{ step: 1 }] } as unknown as DenoiserCheckpoint;
  expect(() => readDenoiserCheckpoint('c', denoiserCheckpointBytes(broken, 'h'), 'h')).toThrow('is damaged');
});

test('a training that goes on still knows what was best, and has not to look anew', () => {
  const graph = denoiserGraph([4, 4]);
  const start = { graph, tensors: initialDenoiser(graph, 1) };
  // Nothing is computed until it runs.
  const gpu = {} as unknown as GpuSource;
  const trainer = Trainer.begin(graph, start.tensors, trainerSettings(ownTraining), gpu, 1n).checkpoint();
  const batches = () => {
    throw new Error('Nothing is learnt here.');
  };
  const begun = DenoiserTraining.begin(gpu, start, ownTraining, batches, []);
  expect([begun.history, begun.bestStep, begun.tensors]).toEqual([[], 0, start.tensors]);
  const resumed = DenoiserTraining.begin(gpu, start, ownTraining, batches, [], { ...checkpoint, trainer });
  expect(resumed.history).toEqual(checkpoint.looks);
  expect(resumed.bestStep).toBe(20);
  expect(resumed.tensors).toBe(checkpoint.best.tensors);
});
