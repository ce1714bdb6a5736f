/**
 * How far contamination reaches that a network has seen. A network that picks looks at a high-passed picture, in which the inside
 * of an ice ball or of carbon looks like nothing: it sees the rim. The unfiltered picture shows the rest, which is darker or
 * brighter than the ground.
 */
import { type MaskGrid, sampleGrid } from '../../dataset/maskGrid.ts';
import { deviationOf, smoothed } from '../quality/bands.ts';
import type { Preview } from '../quality/preview.ts';

/** Deviation of the smoothing, diameters: single particles are gone, edges hardly moved. */
const smoothingDiameters = 0.5;
/** Deviations within the quietest parts by which a body stands out of the ground. */
const leastContrast = 3;
/** Blocks along each side, of which the quietest fifth tells the deviation: elsewhere there may be edges. */
const blocks = 8;
const quiet = 0.2;
/** Rims from the outside to the middle of a body at least; narrower ones, as smeared borders are, the network sees whole. */
const leastDepthRims = 2;
/** The part of a body's rim that the network has to have seen, and how far inwards it goes. */
const leastRim = 0.5;
const rimDiameters = 1;
/** Of the contrast at the edge, which is half of the body's: within the rim it has to come from above this, to as far below. */
const steepest = 1.5;
/** Of 255: from here on a square counts as contaminated. */
const isSeenFrom = 128;

/** Whether a network sees anything at all: without, there is nothing to complete. */
export function seesContamination({ values }: MaskGrid): boolean {
  return values.some((value) => value >= isSeenFrom);
}

/**
 * A network's mask and the bodies whose rims it has seen. A body is what stands out of the ground (the median of what the network
 * calls clean) to one side, as far as half of the contrast of what the network has seen of it, and is four diameters wide or more. Where the network has not seen
 * half of a body's rim, on its inner side, or where that is not sharp, it is left alone: it may be a crowd of particles, illumination, or the clean side of an edge.
 * @param preview of the micrograph.
 * @param diameterPx of a particle, px of the micrograph.
 */
export function completeMask(grid: MaskGrid, preview: Preview, diameterPx: number): MaskGrid {
  const { width, height, pixelsPerSample } = preview;
  const diameter = diameterPx / pixelsPerSample;
  const size = { width: width * pixelsPerSample, height: height * pixelsPerSample };
  const values = sampleGrid(grid, size, pixelsPerSample);
  const isSeen = Uint8Array.from(values, (value) => (value >= isSeenFrom ? 1 : 0));
  const rimReach = Math.max(1, Math.round(rimDiameters * diameter));
  const added = new Uint8Array(isSeen.length);
  // Carbon over half of a picture looks like illumination: it is looked for with and without that.
  const lit = preview.data.map((value, i) => value + (preview.trend[i] ?? 0));
  for (const data of [preview.data, lit]) {
    const picture = smoothed({ ...preview, data }, smoothingDiameters * diameter);
    const ground = quantileOf(Float64Array.from(picture.filter((_, i) => isSeen[i] === 0)).sort(), 0.5);
    const least = leastContrast * quietDeviation(picture, width, height);
    for (const sign of [-1, 1]) {
      const contrast = picture.map((value) => sign * (value - ground));
      for (const region of regionsAbove(contrast, width, least)) {
        const seen = region.filter((at) => isSeen[at] === 1);
        const edge = quantileOf(Float64Array.from(seen, (at) => contrast[at] ?? 0).sort(), 0.5) / 2;
        const body = region.filter((at) => (contrast[at] ?? 0) > edge);
        const { inner, outer, isWide } = rimsOf(body, width, isSeen.length, rimReach);
        if (!isWide) continue;
        const [inside, outside] = [inner, outer].map((rim) =>
          quantileOf(Float64Array.from(rim, (at) => contrast[at] ?? 0).sort(), 0.5),
        );
        // What fades over many diameters is illumination.
        const isSharp = (inside ?? 0) > steepest * edge && (outside ?? 0) < (2 - steepest) * edge;
        const marked = inner.filter((at) => isSeen[at] === 1).length;
        if (!isSharp || marked < leastRim * inner.length) continue;
        for (const at of body) added[at] = 1;
      }
    }
  }
  return withSamples(grid, added, preview);
}

/** Squares whose centre is in an added sample are contaminated for certain. */
function withSamples(
  grid: MaskGrid,
  added: Uint8Array,
  { width, height, pixelsPerSample }: Preview,
): MaskGrid {
  const { origin, step } = grid;
  // Sample i covers px i · pixelsPerSample …; what the preview has lost at the far edges is as its last samples.
  const sampleOf = (px: number, count: number): number =>
    Math.min(count - 1, Math.max(0, Math.floor((px + 0.5) / pixelsPerSample)));
  const values = grid.values.map((value, i) => {
    const column = sampleOf(origin.x + (i % grid.width) * step.x, width);
    const row = sampleOf(origin.y + Math.floor(i / grid.width) * step.y, height);
    return added[row * width + column] === 1 ? 255 : value;
  });
  return { ...grid, values };
}

/** Connected samples above a value, region by region. */
function regionsAbove(values: Float64Array, width: number, least: number): number[][] {
  const isLeft = Uint8Array.from(values, (value) => (value > least ? 1 : 0));
  const regions: number[][] = [];
  for (let start = 0; start < isLeft.length; start++) {
    if (isLeft[start] !== 1) continue;
    isLeft[start] = 0;
    const region = [start];
    for (let done = 0; done < region.length; done++) {
      for (const next of neighbours(region[done] ?? 0, width)) {
        if (isLeft[next] !== 1) continue;
        isLeft[next] = 0;
        region.push(next);
      }
    }
    regions.push(region);
  }
  return regions;
}

/** Left, right, above, below; −1 or beyond the last where there is none. */
function neighbours(at: number, width: number): readonly number[] {
  const x = at % width;
  return [x > 0 ? at - 1 : -1, x < width - 1 ? at + 1 : -1, at - width, at + width];
}

/** Samples along a body's rim on both sides, and whether there is more than rims; the picture's edge is no rim. */
function rimsOf(body: readonly number[], width: number, count: number, reach: number) {
  const isBody = new Uint8Array(count);
  for (const at of body) isBody[at] = 1;
  const isOutside = isBody.map((value) => 1 - value);
  const isNearBody = grown(isBody, width, count / width, reach);
  const isNearOutside = grown(isOutside, width, count / width, reach);
  const inner = body.filter((at) => isNearOutside[at] === 1);
  const outer: number[] = [];
  for (let at = 0; at < count; at++) if (isNearBody[at] === 1 && isOutside[at] === 1) outer.push(at);
  const isNearer = grown(isOutside, width, count / width, leastDepthRims * reach);
  return { inner, outer, isWide: body.some((at) => isNearer[at] === 0) };
}

/** Marks what is at most so many samples away along both axes. */
function grown(marks: Uint8Array, width: number, height: number, reach: number): Uint8Array {
  const along = (
    from: Uint8Array,
    count: number,
    length: number,
    across: number,
    step: number,
  ): Uint8Array => {
    const result = new Uint8Array(from.length);
    for (let line = 0; line < count; line++) {
      // Samples since the last mark, there and back.
      for (const [first, way] of [
        [0, 1],
        [length - 1, -1],
      ] as const) {
        let since = reach + 1;
        for (let i = first; i >= 0 && i < length; i += way) {
          const at = line * across + i * step;
          since = from[at] === 1 ? 0 : since + 1;
          if (since <= reach) result[at] = 1;
        }
      }
    }
    return result;
  };
  return along(along(marks, height, width, width, 1), width, height, 1, width);
}

/** Of the samples of a block about its own median, in the quietest blocks. */
function quietDeviation(picture: Float64Array, width: number, height: number): number {
  const edge = (i: number, length: number): number => Math.floor((i * length) / blocks);
  const deviations: number[] = [];
  for (let row = 0; row < blocks; row++) {
    for (let column = 0; column < blocks; column++) {
      const values: number[] = [];
      for (let y = edge(row, height); y < edge(row + 1, height); y++)
        for (let x = edge(column, width); x < edge(column + 1, width); x++)
          values.push(picture[y * width + x] ?? 0);
      const middle = quantileOf(Float64Array.from(values).sort(), 0.5);
      deviations.push(deviationOf(values.map((value) => value - middle)));
    }
  }
  return quantileOf(Float64Array.from(deviations).sort(), quiet);
}

function quantileOf(sorted: Float64Array, part: number): number {
  return sorted[Math.floor(part * sorted.length)] ?? 0;
}
