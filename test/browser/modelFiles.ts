/** A small micrograph and small networks of our own, as files to be opened in the page. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { memorySink } from '../../src/core/bytes.ts';
import { createRandom } from '../../src/core/random.ts';
import { writeMrc } from '../../src/formats/mrc/write.ts';
import { writeSafetensors } from '../../src/formats/weights/safetensors.ts';
import { conv } from '../../src/nn/build.ts';
import { graphToJson } from '../../src/nn/parse.ts';
import { attribute, floats, modelOf, node, packedIntegers, port } from '../fixtures/onnx.ts';

export const pixelSizeAngstrom = 2;
export const diameterAngstrom = 60;
/** Of the particles, px. */
export const centres = [
  { x: 60, y: 52 },
  { x: 190, y: 71 },
  { x: 118, y: 140 },
  { x: 201, y: 199 },
];
const [width, height] = [260, 240];

/** Dark discs on noise. */
export async function writeMicrograph(folder: string): Promise<string> {
  const random = createRandom(7);
  const radius = diameterAngstrom / pixelSizeAngstrom / 2;
  const data = Float32Array.from({ length: width * height }, (_, i) => {
    const x = i % width;
    const y = Math.floor(i / width);
    const isInside = centres.some((centre) => Math.hypot(x - centre.x, y - centre.y) <= radius);
    return 100 + 2 * random.normal() - (isInside ? 8 : 0);
  });
  const sink = memorySink();
  await writeMrc(sink, { width, height, pixelSizeAngstrom }, [data]);
  const path = join(folder, 'discs.mrc');
  writeFileSync(path, sink.bytes());
  return path;
}

/** A picker of one layer: how much darker a disc is than the ring round it. It sees 31 px. */
export function writePicker(folder: string): string {
  const side = 31;
  const middle = (side - 1) / 2;
  // As large as a particle of 30 px in a picture two times smaller: a larger disc would fit at many places.
  const edge = diameterAngstrom / pixelSizeAngstrom / 2 / 2;
  const parts = Array.from({ length: side * side }, (_, i) => {
    const distance = Math.hypot((i % side) - middle, Math.floor(i / side) - middle);
    return distance <= edge ? 'disc' : distance <= 2 * edge ? 'ring' : 'rest';
  });
  const count = (wanted: string): number => parts.filter((part) => part === wanted).length;
  const steepness = 4;
  const numbers = { disc: -steepness / count('disc'), ring: steepness / count('ring'), rest: 0 };
  const graph = {
    name: 'disc-and-ring',
    channels: 1,
    layers: [conv('score', 'input', 1, 1, side, { padding: middle })],
  };
  const tensors = new Map([
    [
      'score.weight',
      {
        dtype: 'F32' as const,
        shape: [1, 1, side, side],
        data: Float32Array.from(parts, (part) => numbers[part]),
      },
    ],
    ['score.bias', { dtype: 'F32' as const, shape: [1], data: Float32Array.of(-steepness) }],
  ]);
  const metadata = new Map([['cryolite.graph', JSON.stringify({ ...graphToJson(graph), task: 'pick' })]]);
  const path = join(folder, 'disc-and-ring.safetensors');
  writeFileSync(path, writeSafetensors(tensors, metadata));
  return path;
}

/** A mean over 5 × 5 pixels, which may be taken for a denoiser or for a picker. */
export function writeDenoiser(folder: string): string {
  const model = modelOf({
    nodes: [
      node(
        'Conv',
        ['image', 'w'],
        ['out'],
        attribute('kernel_shape', 7, packedIntegers(8, [5, 5])),
        attribute('pads', 7, packedIntegers(8, [2, 2, 2, 2])),
      ),
    ],
    tensors: [floats('w', [1, 1, 5, 5], new Array(25).fill(1 / 25))],
    inputs: [port('image', [1, 1, 'height', 'width'])],
    outputs: [port('out', [1, 1, 'height', 'width'])],
  });
  const path = join(folder, 'mean.onnx');
  writeFileSync(path, model);
  return path;
}

/** What only claims to be a network of Topaz. */
export function writeBadModel(folder: string): string {
  const path = join(folder, 'broken.sav');
  writeFileSync(path, 'not a pickle at all');
  return path;
}
