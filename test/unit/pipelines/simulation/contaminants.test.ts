import { describe, expect, test } from 'vitest';
import { createRandom } from '../../../../src/core/random.ts';
import { drawContaminants } from '../../../../src/pipelines/simulation/contaminantMaps.ts';
import { type ContaminantKind, contaminantKinds } from '../../../../src/pipelines/simulation/contaminants.ts';
import { emptySpecimen, type Specimen } from '../../../../src/pipelines/simulation/specimen.ts';

const [width, height, pixel] = [150, 120, 6];

function drawn(kind: ContaminantKind, count: number, seed = 1, pixelSize = pixel): Specimen {
  const scale = pixel / pixelSize;
  const specimen = emptySpecimen(width * scale, height * scale, pixelSize);
  const sizes = { smallestAngstrom: 150, largestAngstrom: 400 };
  drawContaminants(createRandom(seed), specimen, { [kind]: count }, sizes);
  return specimen;
}

const part = (mask: Uint8Array): number => mask.reduce((sum, bit) => sum + bit, 0) / mask.length;

describe.each(contaminantKinds)('%s', (kind) => {
  // A small thing may lie beyond the picture.
  const specimen = drawn(kind, kind === 'carbon' || kind === 'hexagonal' ? 1 : 6);

  test('takes intensity away, is finite, and lies in its mask with the fringe', () => {
    for (const map of [specimen.potential, specimen.loss, specimen.carbon, specimen.crystal])
      expect(map.every((value) => Number.isFinite(value) && value >= 0)).toBe(true);
    expect(Math.max(...specimen.loss)).toBeGreaterThan(0.01);
    for (const [i, loss] of specimen.loss.entries())
      if (loss > 0.003 || (specimen.carbon[i] ?? 0) > 0.1) expect(specimen.contamination[i]).toBe(1);
    expect(part(specimen.contamination)).toBeGreaterThan(0.005);
    expect(part(specimen.contamination)).toBeLessThan(1);
  });

  test('is the same for the same seed, another for another, and at half the pixel size', () => {
    const count = kind === 'carbon' || kind === 'hexagonal' ? 1 : 6;
    expect(drawn(kind, count)).toEqual(specimen);
    expect(drawn(kind, count, 2).loss).not.toEqual(specimen.loss);
    const fine = drawn(kind, count, 1, pixel / 2);
    const [loss, fineLoss] = [specimen, fine].map((one) => one.loss.reduce((a, b) => a + b, 0));
    // What is small is sampled differently.
    expect(Math.abs((fineLoss ?? 0) / 4 / (loss ?? 1) - 1)).toBeLessThan(0.1);
    expect(part(fine.contamination)).toBeCloseTo(part(specimen.contamination), 1);
  });
});

test('a gold bead is as thick as its chords, so the loss adds up to its volume', () => {
  const specimen = emptySpecimen(400, 400, 2);
  const random = {
    ...createRandom(1),
    between: (low: number, high: number) => (low + high) / 2,
    integer: () => 1,
  };
  drawContaminants(random, specimen, { gold: 1 });
  const volume = specimen.loss.reduce((sum, loss) => sum + loss * 80 * 4, 0);
  // 10 nm in diameter.
  expect(Math.abs(volume / ((4 / 3) * Math.PI * 50 ** 3) - 1)).toBeLessThan(0.03);
  expect(specimen.loss[200 * 400 + 200]).toBeCloseTo(100 / 80, 2);
});

test('carbon has an edge: some of the picture is film, some is hole', () => {
  for (const seed of [1, 2, 3, 4]) {
    const { carbon } = drawn('carbon', 1, seed);
    const film = carbon.reduce((sum, value) => sum + value, 0) / carbon.length;
    expect(film).toBeGreaterThan(0.02);
    expect(film).toBeLessThan(0.75);
  }
});
