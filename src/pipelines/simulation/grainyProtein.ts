/**
 * Random proteins with the grain of real ones. Blobs alone are smooth: what tells a density map from them is that matter comes in
 * lumps of a helix's width, everywhere, and more of it in some places (nucleic acid, metal) than in others.
 */
import type { Random } from '../../core/random.ts';
import { drawProtein, type ProteinFamily } from './families.ts';
import { VolumeSpectrum } from './projector.ts';
import type { Blob } from './shapes.ts';
import { proteinPotentialVolt } from './volume.ts';

/** Fine enough for pictures of 8 Å a pixel. */
const voxelSizeAngstrom = 5;
const extentAngstrom = { low: 70, high: 320 };
/** From one lump to the next. */
const spacingAngstrom = { low: 8, high: 18 };
const lumpSigmaAngstrom = { low: 3, high: 7 };
const lumps = { least: 60, most: 4000 };
/** Spread of the lumps' weights, in their logarithm, at most. */
const mostSpread = 0.7;
/** How often a part of the blobs is of something denser, how large that part is, and how much denser at most. */
const denser = { chance: 0.5, part: 0.4, most: 2.2 };
/** Volume of a blob, in cubes of 2 σ: they overlap. */
const blobCubes = 0.6;

/** So many proteins of random families and sizes, each filled with lumps. */
export function grainyProteins(
  random: Random,
  families: readonly ProteinFamily[],
  count: number,
): VolumeSpectrum[] {
  return Array.from({ length: count }, () => {
    const family = families[random.integer(families.length)] ?? 'globule';
    const extent = Math.exp(random.between(Math.log(extentAngstrom.low), Math.log(extentAngstrom.high)));
    return grainyProtein(random, drawProtein(random, family), extent);
  });
}

/** A protein of such blobs and such an extent, Å. */
export function grainyProtein(random: Random, blobs: readonly Blob[], extent: number): VolumeSpectrum {
  const sigma = random.between(lumpSigmaAngstrom.low, lumpSigmaAngstrom.high);
  const side = 2 * Math.ceil((0.6 * extent + 3 * sigma) / voxelSizeAngstrom + 1);
  const data = new Float32Array(side ** 3);
  const parts = cumulative(blobs.map((blob) => blob.weight * blob.sigma ** 3));
  const spread = random.between(0, mostSpread);
  const isMixed = random.uniform() < denser.chance;
  const densities = blobs.map(() =>
    isMixed && random.uniform() < denser.part ? random.between(1, denser.most) : 1,
  );
  const volume = blobCubes * blobs.reduce((sum, blob) => sum + (2 * blob.sigma * extent) ** 3, 0);
  const spacing = Math.exp(random.between(Math.log(spacingAngstrom.low), Math.log(spacingAngstrom.high)));
  const count = Math.max(lumps.least, Math.min(lumps.most, Math.round(volume / spacing ** 3)));
  const toVoxel = (at: number): number => (at * extent) / voxelSizeAngstrom + side / 2;
  for (let i = 0; i < count; i++) {
    const which = indexOf(parts, random.uniform());
    const blob = blobs[which];
    if (!blob) continue;
    const weight = (densities[which] ?? 1) * Math.exp(spread * random.normal());
    const along = (centre: number): number => toVoxel(centre + blob.sigma * random.normal());
    deposit(data, side, along(blob.x), along(blob.y), along(blob.z), weight);
  }
  blur(data, side, sigma / voxelSizeAngstrom);
  // As much matter as solid protein has where the blobs are; scenes set the signal's strength themselves.
  const total = data.reduce((sum, value) => sum + value, 0);
  const wanted = (proteinPotentialVolt * volume) / voxelSizeAngstrom ** 3;
  for (let i = 0; i < data.length; i++) data[i] = ((data[i] ?? 0) * wanted) / total;
  return new VolumeSpectrum({ side, voxelSizeAngstrom, data, diameterAngstrom: extent });
}

/** Adds a point of a weight to the eight voxels about it. */
function deposit(data: Float32Array, side: number, x: number, y: number, z: number, weight: number): void {
  const [x0, y0, z0] = [Math.floor(x), Math.floor(y), Math.floor(z)];
  if (Math.min(x0, y0, z0) < 0 || Math.max(x0, y0, z0) + 1 >= side) return;
  for (let corner = 0; corner < 8; corner++) {
    const [a, b, c] = [corner & 1, (corner >> 1) & 1, corner >> 2];
    const part = (at: number, first: number, step: number): number => (step ? at - first : 1 - (at - first));
    const at = ((z0 + c) * side + y0 + b) * side + x0 + a;
    data[at] = (data[at] ?? 0) + weight * part(x, x0, a) * part(y, y0, b) * part(z, z0, c);
  }
}

/** A Gaussian, along one axis after the other, in place; beyond the cube there is nothing. */
function blur(data: Float32Array, side: number, sigma: number): void {
  const reach = Math.ceil(3 * sigma);
  const kernel = Float32Array.from({ length: 2 * reach + 1 }, (_, i) =>
    Math.exp(-((i - reach) ** 2) / (2 * sigma * sigma)),
  );
  const line = new Float32Array(side);
  for (const jump of [1, side, side * side])
    for (let start = 0; start < data.length; start++) {
      if (Math.floor(start / jump) % side !== 0) continue;
      for (let i = 0; i < side; i++) line[i] = data[start + i * jump] ?? 0;
      for (let i = 0; i < side; i++) {
        let sum = 0;
        const last = Math.min(side - 1, i + reach);
        for (let j = Math.max(0, i - reach); j <= last; j++)
          sum += (line[j] ?? 0) * (kernel[j - i + reach] ?? 0);
        data[start + i * jump] = sum;
      }
    }
}

/** Sums of the first, the first two, … over the sum of all. */
function cumulative(weights: readonly number[]): Float64Array {
  const sums = new Float64Array(weights.length);
  let sum = 0;
  for (const [i, weight] of weights.entries()) {
    sum += weight;
    sums[i] = sum;
  }
  return sums.map((value) => value / sum);
}

function indexOf(sums: Float64Array, part: number): number {
  const found = sums.findIndex((value) => value >= part);
  return found < 0 ? sums.length - 1 : found;
}
