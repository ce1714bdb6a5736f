/** The trace in shared/reference/training, as it lies there. */
import { readSafetensors } from '../../../../src/formats/weights/safetensors.ts';
import { concat, conv, leakyRelu, pool, upsample } from '../../../../src/nn/build.ts';
import type { Graph } from '../../../../src/nn/layers.ts';
import { adam, type TrainingSettings } from '../../../../src/nn/train/settings.ts';
import { sharedBytes, sharedText } from '../../formats/sharedData.ts';

export const traceFolder = 'reference/training';

const activation = leakyRelu(0.1);

export const traceGraph: Graph = {
  name: 'trace',
  channels: 1,
  layers: [
    conv('conv1', 'input', 1, 8, 5, { padding: 2, activation }),
    pool('maxPool', 'pooled', 'conv1', 2),
    conv('conv2', 'pooled', 8, 16, 3, { padding: 1, activation }),
    conv('conv3', 'conv2', 16, 16, 3, { padding: 2, dilation: 2, activation }),
    upsample('up', 'conv3', 2),
    concat('joined', ['up', 'conv1']),
    conv('conv4', 'joined', 24, 8, 3, { padding: 1, activation }),
    conv('conv5', 'conv4', 8, 1, 1),
  ],
};

export interface Run {
  readonly name: 'l2_adam' | 'bce_adamw_clip';
  readonly target: 'target_l2' | 'target_bce';
  readonly settings: TrainingSettings;
}

export const runs: readonly Run[] = [
  {
    name: 'l2_adam',
    target: 'target_l2',
    settings: { loss: { kind: 'l2' }, optimiser: adam(1e-3), schedule: { kind: 'constant' } },
  },
  {
    name: 'bce_adamw_clip',
    target: 'target_bce',
    settings: {
      loss: { kind: 'bce' },
      optimiser: adam(2e-3, 1e-2),
      schedule: { kind: 'constant' },
      clipNorm: 0.5,
    },
  },
];

export function traceTensors(name: string) {
  return readSafetensors(name, sharedBytes(`${traceFolder}/${name}.safetensors`)).tensors;
}

export function traceData(name: string): Float32Array<ArrayBuffer> {
  const data = traceTensors('data').get(name)?.data ?? new Float32Array();
  return Float32Array.from(data);
}

export interface Losses {
  readonly losses: readonly number[];
  readonly gradient_norms_before_clip: readonly number[];
}

export function traceLosses(run: Run): Losses {
  const all = JSON.parse(sharedText(`${traceFolder}/losses.json`)) as Record<Run['name'], Losses>;
  return all[run.name];
}
