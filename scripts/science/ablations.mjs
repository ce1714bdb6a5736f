/** What the parts of the general picker's design are worth: short trainings on simulations alone, judged on other proteins. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cryolite } from './cryolite.mjs';

const widths = { two: 16, four: 32, eight: 48, sixteen: 64, back: 16 };
const scaled = (factor) =>
  Object.fromEntries(
    Object.entries(widths).map(([name, width]) => [name, 4 * Math.round((factor * width) / 4)]),
  );

const designs = [
  ['as it is', { widths, coarsestStride: 16 }],
  ['half as wide', { widths: scaled(0.5), coarsestStride: 16 }],
  ['half as wide again', { widths: scaled(1.5), coarsestStride: 16 }],
  ['no stride of 16: a cell sees half as far', { widths, coarsestStride: 8 }],
];

const recipe = {
  seed: 11,
  learningRate: 0.002,
  realShare: 0,
  batch: 4,
  patchPx: 144,
  signalToNoise: { low: 0.01, high: 1 },
  extents: { low: 0.75, high: 1.25 },
};

/** @param steps of each training. */
export function* ablations(folder, steps) {
  yield `${steps} steps on simulations alone, strict AP on 48 scenes of two families that no training saw:`;
  yield '';
  yield '| design | kFLOP a working pixel | with learnt offsets | parabola instead |';
  yield '| --- | --- | --- | --- |';
  for (const [i, [name, design]] of designs.entries()) {
    const file = join(folder, `ablation-${i}.json`);
    writeFileSync(file, JSON.stringify({ ...recipe, steps, design }));
    const { heldOut, flopsPerPixel } = cryolite([
      'train-general',
      file,
      '-o',
      file.replace(/json$/, 'net.safetensors'),
    ]);
    const cells = [flopsPerPixel / 1e3, heldOut.averagePrecision, heldOut.withoutOffsets];
    yield `| ${name} | ${cells.map((value, j) => value.toFixed(j === 0 ? 1 : 3)).join(' | ')} |`;
  }
}
