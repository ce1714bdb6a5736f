import { describe, expect, it } from 'vitest';
import {
  pickerCheckpointBytes,
  readPickerCheckpoint,
  trainingHash,
} from '../../../../src/pipelines/training/checkpointFile.ts';
import type { PickerCheckpoint } from '../../../../src/pipelines/training/pickerTraining.ts';
import { defaultSettings } from '../../../../src/pipelines/training/settings.ts';

const tensor = (...values: number[]) => ({
  dtype: 'F32' as const,
  shape: [values.length],
  data: Float32Array.from(values),
});
const checkpoint: PickerCheckpoint = {
  trainer: {
    tensors: new Map([
      ['a.weight', tensor(1, 2)],
      ['optimiser.first/a.weight', tensor(3, 4)],
    ]),
    metadata: new Map([['cryolite.training', '{"step":7}']]),
  },
  best: {
    tensors: new Map([['a.weight', { shape: [2], data: Float32Array.of(5, 6) }]]),
    step: 5,
  },
  history: [
    {
      step: 0,
      averagePrecision: 0.25,
      heldOut: 3,
      curve: [{ threshold: 1.5, recall: 0.5, precision: 0.75 }],
      logYields: [-3.1, -1.5, -4],
      isKept: true,
    },
  ],
};
const picture = { data: new Float32Array(4), width: 2, height: 2 };
const examples = [{ name: 'm', picture, labels: [{ x: 1, y: 2 }], rejected: [] }];

describe("a training's file", () => {
  it('comes back as it was', () => {
    const bytes = pickerCheckpointBytes(checkpoint, 'h');
    const back = readPickerCheckpoint('c', bytes, 'h');
    expect(back.trainer.tensors).toEqual(checkpoint.trainer.tensors);
    expect(back.trainer.metadata.get('cryolite.training')).toBe('{"step":7}');
    expect(back.best).toEqual(checkpoint.best);
    expect(back.history).toEqual(checkpoint.history);
  });

  it('does not go on with other picks, other settings, another start, or damaged', async () => {
    const hash = await trainingHash(examples, defaultSettings, 's');
    const others = await Promise.all([
      trainingHash(examples, { ...defaultSettings, steps: 7 }, 's'),
      trainingHash(examples, defaultSettings, undefined),
      trainingHash(
        examples.map((one) => ({ ...one, labels: [] })),
        defaultSettings,
        's',
      ),
      trainingHash(
        examples.map((one) => ({ ...one, rejected: [{ x: 0, y: 0 }] })),
        defaultSettings,
        's',
      ),
    ]);
    expect(new Set([hash, ...others]).size).toBe(5);
    const bytes = pickerCheckpointBytes(checkpoint, hash);
    expect(() => readPickerCheckpoint('c', bytes, others[0] ?? '')).toThrow(
      'c is of other picks or settings: give those that it began with, or train anew.',
    );
    const broken = { ...checkpoint, history: [{ step: 1 }] } as unknown as PickerCheckpoint;
    expect(() => readPickerCheckpoint('c', pickerCheckpointBytes(broken, 'h'), 'h')).toThrow(
      'c is damaged: train anew.',
    );
  });
});
