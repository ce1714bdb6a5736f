/** What learning from the user's own movie or picture gains: decibels against the truth of a simulation. */
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { root } from '../setup.mjs';
import { cryolite } from './cryolite.mjs';

const pixelSize = 1.77;
/** About a centre, as in shared/reference/baselines.md. */
const areaAngstrom = 90;
const scene = [
  '--size',
  '1024',
  '--particles',
  '60',
  '--pixel-size',
  String(pixelSize),
  '--camera',
  'perfect',
];

/** @param steps of each training. */
export function* selfTraining(folder, steps) {
  const map = join(root, '..', 'shared', 'data', 'volumes', 'betaGal.mrc');
  if (!existsSync(map)) return void (yield `Not measured: there is no ${map}.`);
  yield '| micrograph | dose | Wiener filter | U-Net that comes along | after its own training | steps kept |';
  yield '| --- | --- | --- | --- | --- | --- |';
  for (const [kind, dose, frames] of [
    ['movie of 10 frames, even against odd', 40, 10],
    ['movie of 10 frames, even against odd', 10, 10],
    ['one picture, recorrupted', 40, 0],
    ['one picture, recorrupted', 10, 0],
  ]) {
    const name = `own-${frames}-${dose}`;
    const file = join(folder, `${name}.${frames > 0 ? 'mrcs' : 'mrc'}`);
    const movie = frames > 0 ? ['--frames', String(frames), '--drift', '0'] : [];
    const beam = ['--dose', String(dose), '--seed', '7', ...movie];
    cryolite(['simulate', file, '--volume', map, '--mass', '465', ...scene, ...beam]);
    const own = join(folder, `${name}.safetensors`);
    const { bestStep } = cryolite(['train-denoiser', file, '-o', own, '--steps', String(steps)]);
    // What is looked at is the sum of all frames.
    const picture = frames > 0 ? join(folder, `${name}-sum.mrc`) : file;
    if (frames > 0) cryolite(['sum', file, '-o', picture]);
    const cells = [
      ['--method', 'wiener'],
      ['--method', 'unet'],
      ['--method', 'unet', '--model', own],
    ].map((how, i) => {
      const output = join(folder, `${name}-${i}`);
      cryolite(['denoise', picture, ...how, '-o', output]);
      return decibels(join(output, basename(picture)), join(folder, name)).toFixed(2);
    });
    yield `| ${kind} | ${dose} e/Å² | ${cells.join(' | ')} | ${bestStep} |`;
  }
}

/** −10 · log10(1 − cc²) between what was made of a picture and what is there without noise, about the particles. */
function decibels(file, base) {
  const made = floats(file);
  const clean = floats(`${base}_clean.mrc`);
  const reach = areaAngstrom / pixelSize;
  const isInside = new Uint8Array(clean.data.length);
  for (const [cx, cy] of centres(`${base}.star`))
    for (let y = Math.max(0, Math.ceil(cy - reach)); y <= Math.min(clean.height - 1, cy + reach); y++)
      for (let x = Math.max(0, Math.ceil(cx - reach)); x <= Math.min(clean.width - 1, cx + reach); x++)
        if (Math.hypot(x - cx, y - cy) <= reach) isInside[y * clean.width + x] = 1;
  let [n, a, b, aa, bb, ab] = [0, 0, 0, 0, 0, 0];
  for (const [i, inside] of isInside.entries()) {
    if (!inside) continue;
    const [p, q] = [made.data[i], clean.data[i]];
    [n, a, b, aa, bb, ab] = [n + 1, a + p, b + q, aa + p * p, bb + q * q, ab + p * q];
  }
  const correlation = (ab - (a * b) / n) / Math.sqrt((aa - (a * a) / n) * (bb - (b * b) / n));
  return -10 * Math.log10(1 - correlation ** 2);
}

/** An MRC file of one picture of 32-bit floats, as the command line writes it. */
function floats(file) {
  const bytes = readFileSync(file);
  const [width, height, , mode] = [0, 4, 8, 12].map((at) => bytes.readInt32LE(at));
  if (mode !== 2) throw new Error(`${file} is of mode ${mode}.`);
  const start = 1024 + bytes.readInt32LE(92);
  const data = new Float32Array(
    bytes.buffer.slice(bytes.byteOffset + start, bytes.byteOffset + start + 4 * width * height),
  );
  return { width, height, data };
}

function centres(star) {
  return readFileSync(star, 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .filter(([x, y]) => Number.isFinite(x) && Number.isFinite(y));
}
