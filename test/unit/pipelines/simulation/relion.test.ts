/** RELION's motion correction as a judge of our movies: their gain, the sign of their drift, their hot pixels. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { memorySink } from '../../../../src/core/bytes.ts';
import { createRandom } from '../../../../src/core/random.ts';
import { writeSimulatedMovie, writeSimulatedMrc } from '../../../../src/pipelines/simulation/files.ts';
import { defaultMovie, simulateMovie } from '../../../../src/pipelines/simulation/movie.ts';
import { defaultSimulation, type SimulatedField } from '../../../../src/pipelines/simulation/simulate.ts';

const present = spawnSync('relion_run_motioncorr', ['--version']).error === undefined;
if (!present) {
  console.log('SKIPPED "RELION aligns a movie": relion_run_motioncorr is not installed (Debian: relion).');
}

const list = `
data_optics

loop_
_rlnOpticsGroupName #1
_rlnOpticsGroup #2
_rlnMicrographOriginalPixelSize #3
_rlnVoltage #4
_rlnSphericalAberration #5
_rlnAmplitudeContrast #6
opticsGroup1 1 1.5 300 2.7 0.1

data_movies

loop_
_rlnMicrographMovieName #1
_rlnOpticsGroup #2
movie.mrc 1

`;

/** The rows of numbers of one block of a STAR file. */
function numbersOf(star: string, block: string): number[][] {
  const text = star.split(/^(?=data_)/m).find((part) => part.startsWith(`${block}\n`)) ?? '';
  return text
    .split('\n')
    .filter((line) => /^\s*[-\d]/.test(line))
    .map((line) => line.trim().split(/\s+/).map(Number));
}

/** Dots of 20 % contrast. */
function dotted(width: number, height: number): SimulatedField {
  const random = createRandom(12);
  const contrast = new Float32Array(width * height);
  for (let dot = 0; dot < 300; dot++) {
    const [x, y] = [random.between(0, width), random.between(0, height)];
    for (let v = Math.max(0, Math.ceil(y - 12)); v < Math.min(height, y + 12); v++) {
      for (let u = Math.max(0, Math.ceil(x - 12)); u < Math.min(width, x + 12); u++) {
        const at = v * width + u;
        contrast[at] = (contrast[at] ?? 0) - 0.2 * Math.exp(-((u - x) ** 2 + (v - y) ** 2) / 18);
      }
    }
  }
  const solvent = new Float32Array(width * height);
  return { width, height, contrast, solvent, truth: [], dosePerPixel: 100, random };
}

describe.skipIf(!present)('RELION aligns a movie', { timeout: 60_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'cryolite-motion-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  test('and finds its drift, to half a pixel, and its hot pixels, with its gain reference', async () => {
    const [width, height] = [640, 512];
    const field = dotted(width, height);
    const parameters = { ...defaultSimulation, size: width, height };
    const options = { ...defaultMovie, frames: 10, driftAngstrom: 12, gain: true, hotPixels: 6 };
    const movie = simulateMovie(field, parameters, options);
    const [frames, gain] = [memorySink(), memorySink()];
    await writeSimulatedMovie(frames, movie, parameters);
    await writeSimulatedMrc(gain, movie.detector.gain ?? new Float32Array(), field, parameters);
    writeFileSync(join(folder, 'movie.mrc'), frames.bytes());
    writeFileSync(join(folder, 'gain.mrc'), gain.bytes());
    writeFileSync(join(folder, 'movies.star'), list);
    execFileSync(
      'relion_run_motioncorr',
      ['--i', 'movies.star', '--o', 'out/', '--use_own', '--j', '1', '--gainref', 'gain.mrc'].concat([
        '--bfactor',
        '150',
        '--patch_x',
        '1',
        '--patch_y',
        '1',
        '--dose_per_frame',
        '4.4',
      ]),
      { cwd: folder, stdio: 'pipe' },
    );
    const star = readFileSync(join(folder, 'out/movie.star'), 'utf8');
    // RELION tells how to move each frame onto the first.
    const shifts = numbersOf(star, 'data_global_shift');
    expect(shifts).toHaveLength(10);
    const [start] = movie.drift;
    for (const [frame, { x, y }] of movie.drift.entries()) {
      const [number, foundX = Number.NaN, foundY = Number.NaN] = shifts[frame] ?? [];
      expect(number).toBe(frame + 1);
      expect(Math.abs(foundX + x - (start?.x ?? 0))).toBeLessThan(0.5);
      expect(Math.abs(foundY + y - (start?.y ?? 0))).toBeLessThan(0.5);
    }
    const found = numbersOf(star, 'data_hot_pixels').map(([x = 0, y = 0]) => y * width + x);
    for (const pixel of movie.detector.hotPixels) expect(found).toContain(pixel);
  });
});
