import type { Random } from '../../core/random.ts';
import { type Blob, randomRotation } from './shapes.ts';

/** Where a particle was put, px. */
export interface PlacedParticle {
  readonly x: number;
  readonly y: number;
}

/** Tries a place this often for each particle before giving up: beyond half coverage nothing fits any more. */
const attemptsPerParticle = 400;

/**
 * Scatters centres at random, none nearer to another than one diameter nor to the edge than half of one.
 * @returns as many as fit, at most `count`.
 */
export function placeParticles(
  random: Random,
  count: number,
  width: number,
  height: number,
  diameterPx: number,
): PlacedParticle[] {
  const placed: PlacedParticle[] = [];
  const cells = new Map<string, PlacedParticle[]>();
  const cell = (value: number): number => Math.floor(value / diameterPx);
  const margin = Math.min(diameterPx / 2, width / 2, height / 2);
  for (let attempt = 0; attempt < count * attemptsPerParticle && placed.length < count; attempt++) {
    const x = random.between(margin, width - 1 - margin);
    const y = random.between(margin, height - 1 - margin);
    const near = [-1, 0, 1].flatMap((dy) =>
      [-1, 0, 1].flatMap((dx) => cells.get(`${cell(x) + dx},${cell(y) + dy}`) ?? []),
    );
    if (near.some((other) => Math.hypot(other.x - x, other.y - y) < diameterPx)) continue;
    const particle = { x, y };
    placed.push(particle);
    const key = `${cell(x)},${cell(y)}`;
    cells.set(key, [...(cells.get(key) ?? []), particle]);
  }
  return placed;
}

/**
 * Adds a particle's projection along z, in Å of solid protein, to an image. A Gaussian's projection is a Gaussian, so
 * this is exact up to the cut at 4 σ.
 * @param blobs in units of the diameter, see `particleBlobs`.
 */
export function addProjection(
  image: { readonly data: Float32Array; readonly width: number; readonly height: number },
  blobs: readonly Blob[],
  rotation: readonly number[],
  centre: PlacedParticle,
  diameterPx: number,
  pixelSizeAngstrom: number,
): void {
  const [r0 = 0, r1 = 0, r2 = 0, r3 = 0, r4 = 0, r5 = 0] = rotation;
  for (const blob of blobs) {
    const x = centre.x + diameterPx * (r0 * blob.x + r1 * blob.y + r2 * blob.z);
    const y = centre.y + diameterPx * (r3 * blob.x + r4 * blob.y + r5 * blob.z);
    const sigma = diameterPx * blob.sigma;
    const peak = blob.weight * Math.sqrt(2 * Math.PI) * sigma * pixelSizeAngstrom;
    const reach = 4 * sigma;
    const left = Math.max(0, Math.ceil(x - reach));
    const right = Math.min(image.width - 1, Math.floor(x + reach));
    const top = Math.max(0, Math.ceil(y - reach));
    const bottom = Math.min(image.height - 1, Math.floor(y + reach));
    const profile = Float64Array.from({ length: Math.max(0, right - left + 1) }, (_, i) =>
      Math.exp(-((left + i - x) ** 2) / (2 * sigma ** 2)),
    );
    for (let v = top; v <= bottom; v++) {
      const factor = peak * Math.exp(-((v - y) ** 2) / (2 * sigma ** 2));
      const row = v * image.width;
      for (let u = left; u <= right; u++) {
        image.data[row + u] = (image.data[row + u] ?? 0) + factor * (profile[u - left] ?? 0);
      }
    }
  }
}

/** Projections of one kind of particle at random orientations, in Å of solid protein, width × height. */
export function projectParticles(
  random: Random,
  blobs: readonly Blob[],
  places: readonly PlacedParticle[],
  width: number,
  height: number,
  diameterPx: number,
  pixelSizeAngstrom: number,
): Float32Array<ArrayBuffer> {
  const data = new Float32Array(width * height);
  for (const place of places) {
    addProjection(
      { data, width, height },
      blobs,
      randomRotation(random),
      place,
      diameterPx,
      pixelSizeAngstrom,
    );
  }
  return data;
}
