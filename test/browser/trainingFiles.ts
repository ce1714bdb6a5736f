/** What is trained on in the tests of the page: faint particles in noise, and a network small enough for a software GPU. */
import { writeFileSync } from 'node:fs';
import { memorySink } from '../../src/core/bytes.ts';
import { createRandom } from '../../src/core/random.ts';
import { writeMrc } from '../../src/formats/mrc/write.ts';
import { conv, leakyRelu, pool } from '../../src/nn/build.ts';
import type { Graph } from '../../src/nn/layers.ts';
import { blankNetwork } from '../../src/pipelines/training/initial.ts';
import { pickerModelBytes } from '../../src/pipelines/training/modelFile.ts';
import type { Place } from '../support/user.ts';
import { randomTensors } from '../unit/nn/train/graphs.ts';

export const pixelSizeAngstrom = 2;
export const diameterPx = 40;
export const diameterAngstrom = diameterPx * pixelSizeAngstrom;
const pitchPx = 70;

export interface Field {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array<ArrayBuffer>;
  /** Of the particles, px. */
  readonly centres: readonly Place[];
  /** Of what is none, px. */
  readonly junk: readonly Place[];
}

/**
 * Faint dark discs of noise's own size, on a grid that is a little out of order.
 * @param junkEvery every so many places there is a small dark speck instead, as strong as a particle in all
 */
export function particlesInNoise(columns: number, rows: number, seed: number, junkEvery = Infinity): Field {
  const random = createRandom(seed);
  const [width, height] = [pitchPx * columns + 22, pitchPx * rows + 28];
  const data = Float32Array.from({ length: width * height }, () => random.normal());
  const darken = (centre: Place, radius: number, depth: number): void => {
    for (let y = Math.max(0, Math.ceil(centre.y - radius)); y < Math.min(height, centre.y + radius); y++) {
      for (let x = Math.max(0, Math.ceil(centre.x - radius)); x < Math.min(width, centre.x + radius); x++) {
        const at = y * width + x;
        if (Math.hypot(x - centre.x, y - centre.y) < radius) data[at] = (data[at] ?? 0) - depth;
      }
    }
  };
  const centres: Place[] = [];
  const junk: Place[] = [];
  for (let i = 0; i < rows * columns; i++) {
    const place = {
      x: 34 + pitchPx * (i % columns) + random.between(0, 14),
      y: 32 + pitchPx * Math.floor(i / columns) + random.between(0, 14),
    };
    const isJunk = i % junkEvery === junkEvery - 1;
    darken(place, isJunk ? 9 : 18, isJunk ? 2.4 : 0.6);
    (isJunk ? junk : centres).push(place);
  }
  return { width, height, data, centres, junk };
}

export async function writeField(path: string, { width, height, data }: Field): Promise<void> {
  const sink = memorySink();
  await writeMrc(sink, { width, height, pixelSizeAngstrom }, [data]);
  writeFileSync(path, sink.bytes());
}

/** A picker of few channels that knows nothing yet. */
export function smallPicker(): Uint8Array<ArrayBuffer> {
  const graph: Graph = {
    name: 'small',
    channels: 1,
    layers: [
      conv('a', 'input', 1, 3, 3, { padding: 'same', activation: leakyRelu(0.1) }),
      pool('maxPool', 'half', 'a', 2),
      conv('logit', 'half', 3, 1, 3, { padding: 'same' }),
    ],
  };
  const picker = {
    network: blankNetwork(graph, randomTensors(graph, 1), 1),
    settings: { workingDiameterPx: 24, highpassDiameters: 4, clip: 6 },
    separationDiameters: 0.5,
    threshold: 0.5,
  };
  return pickerModelBytes('small', picker, {
    program: '',
    seed: 0,
    steps: 0,
    labels: 0,
    micrographs: [],
    startedFrom: undefined,
    labelsHash: '',
    diameterAngstrom,
  });
}
