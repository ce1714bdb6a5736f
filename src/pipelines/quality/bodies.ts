import { betweenGaussians, deviationOf } from './bands.ts';
import type { Preview } from './preview.ts';

/** What lies on a micrograph that is no particle: ice balls, dirt, cracks. */
export interface ForeignBodies {
  readonly count: number;
  /** Part of the picture, 0 to 1. */
  readonly part: number;
}

/** Samples: finer than this is noise and particles, coarser is illumination. */
const [fine, coarse] = [4, 32];
/** Blocks along each side, of which the quietest fifth tells what is usual. */
const blocks = 8;
const quiet = 0.2;
/** Deviations of what is usual. */
const least = 5;
/** Samples that belong together at least: specks and most particles are smaller. */
const usualLeastArea = 80;
/** A disc of so many particle diameters is more than one of them. */
const leastDiameters = 1.5;

/**
 * Patches of a preview that stand out of what is usual in its quietest parts, on either side.
 * @param diameterSamples of a particle, where it is known: what is not larger is none.
 */
export function findForeignBodies(preview: Preview, diameterSamples = 0): ForeignBodies {
  const leastArea = Math.max(usualLeastArea, (Math.PI / 4) * (leastDiameters * diameterSamples) ** 2);
  const { width, height } = preview;
  const picture = betweenGaussians(preview, fine, coarse);
  const usual = quietDeviation(picture, width, height);
  const isOut = Uint8Array.from(picture, (value) => (Math.abs(value) > least * usual ? 1 : 0));
  let [count, covered] = [0, 0];
  const stack: number[] = [];
  for (let start = 0; start < isOut.length; start++) {
    if (isOut[start] !== 1) continue;
    isOut[start] = 0;
    stack.push(start);
    let area = 0;
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      area++;
      const x = at % width;
      for (const next of [x > 0 ? at - 1 : -1, x < width - 1 ? at + 1 : -1, at - width, at + width]) {
        if (isOut[next] !== 1) continue;
        isOut[next] = 0;
        stack.push(next);
      }
    }
    if (area < leastArea) continue;
    count++;
    covered += area;
  }
  return { count, part: covered / isOut.length };
}

function quietDeviation(picture: Float64Array, width: number, height: number): number {
  const deviations: number[] = [];
  const edge = (i: number, length: number): number => Math.floor((i * length) / blocks);
  for (let row = 0; row < blocks; row++) {
    for (let column = 0; column < blocks; column++) {
      const values: number[] = [];
      for (let y = edge(row, height); y < edge(row + 1, height); y++) {
        for (let x = edge(column, width); x < edge(column + 1, width); x++)
          values.push(picture[y * width + x] ?? 0);
      }
      deviations.push(deviationOf(values));
    }
  }
  deviations.sort((a, b) => a - b);
  return deviations[Math.floor(quiet * deviations.length)] ?? 0;
}
