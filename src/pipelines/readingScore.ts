/**
 * Which reading of a coordinate file fits the picture: particles differ from what surrounds them, random places do not.
 * For each point the mean over the particle's disc is compared with the mean over a ring around it; a reading's score
 * is the mean of these differences above that of random places, in units of its standard error.
 */
import { createRandom } from '../core/random.ts';
import type { Micrograph } from '../dataset/micrograph.ts';

/** A small copy of a micrograph. */
export interface Picture {
  /** Row-major, width × height; what is not finite counts as missing. */
  readonly data: Float32Array;
  readonly width: number;
  readonly height: number;
  /** File pixels along one side of a sample; sample i covers pixels i · p to (i + 1) · p − 1. */
  readonly pixelsPerSample: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface ReadingScore {
  /** Standard errors above random places; 0 where no point could be judged. */
  readonly z: number;
  /** Points whose disc lies in the picture. */
  readonly judged: number;
  /** For the user: "fits well", "fits a little", "does not fit". */
  readonly label: string;
}

export interface ReadingScores {
  /** Particles are darker than what surrounds them, as in ice, or brighter, as in stain: as the best reading has it. */
  readonly polarity: 'dark' | 'bright';
  /** In the order of the readings. */
  readonly scores: readonly ReadingScore[];
}

/** The ring begins and ends at this many radii. */
const RING_FROM = 1.15;
const RING_TO = 1.8;
const RANDOM_PLACES = 2000;
/** More points than this tell nothing more. */
const MOST_POINTS = 2000;
/** Gold, ice and dead pixels must not decide. */
const CLIP_DEVIATIONS = 3;
/** Discs of fewer samples are noise; of more, slow. */
const LEAST_RADIUS = 1.5;
const SEED = 17;

/**
 * Scores readings of one file on one picture.
 * @param readings centres in file pixels, one list a reading.
 * @param diameterPx of the particle, file pixels.
 */
export function scoreReadings(
  picture: Picture,
  readings: readonly (readonly Point[])[],
  diameterPx: number,
): ReadingScores {
  const radius = Math.max(LEAST_RADIUS, diameterPx / 2 / picture.pixelsPerSample);
  const contrast = contrastAt(clipped(picture), radius);
  const random = createRandom(SEED);
  const chance = moments(
    Array.from({ length: RANDOM_PLACES }, () =>
      contrast(random.uniform() * picture.width - 0.5, random.uniform() * picture.height - 0.5),
    ),
  );
  const raw = readings.map((points) => {
    const step = Math.max(1, Math.ceil(points.length / MOST_POINTS));
    const found = moments(
      points
        .filter((_, i) => i % step === 0)
        .map(({ x, y }) => contrast(toSample(x, picture), toSample(y, picture))),
    );
    // The error of the mean at random places belongs to the difference too.
    const error = chance.deviation * Math.sqrt(1 / found.count + 1 / chance.count);
    return { z: found.count > 0 && error > 0 ? (found.mean - chance.mean) / error : 0, judged: found.count };
  });
  const strongest = raw.reduce((best, { z }) => (Math.abs(z) > Math.abs(best) ? z : best), 0);
  const sign = strongest > 0 ? 1 : -1;
  const scores = raw.map(({ z, judged }) => ({ z: sign * z + 0, judged, label: labelOf(sign * z) }));
  return { polarity: sign > 0 ? 'bright' : 'dark', scores };
}

function labelOf(z: number): string {
  if (z >= 6) return 'fits well';
  return z >= 4 ? 'fits a little' : 'does not fit';
}

/**
 * A picture of at most `longestSide` samples along its longer side, each the mean of the finite values of its square;
 * rows are read in order, and one row of squares is held at a time.
 */
export async function readPicture(
  micrograph: Micrograph,
  frame: number,
  longestSide: number,
  signal?: AbortSignal,
): Promise<Picture> {
  const p = Math.max(1, Math.ceil(Math.max(micrograph.width, micrograph.height) / longestSide));
  const [width, height] = [Math.floor(micrograph.width / p), Math.floor(micrograph.height / p)];
  const data = new Float32Array(width * height);
  const counts = new Uint32Array(width);
  for (let y = 0; y < height; y++) {
    signal?.throwIfAborted();
    const rows = await micrograph.readRows(frame, y * p, p);
    const sums = data.subarray(y * width, (y + 1) * width);
    counts.fill(0);
    for (let i = 0; i < p; i++) {
      const row = i * micrograph.width;
      for (let x = 0; x < width * p; x++) {
        const value = rows[row + x] ?? Number.NaN;
        if (!Number.isFinite(value)) continue;
        const sample = (x / p) | 0;
        sums[sample] = (sums[sample] ?? 0) + value;
        counts[sample] = (counts[sample] ?? 0) + 1;
      }
    }
    for (let x = 0; x < width; x++) sums[x] = (sums[x] ?? 0) / (counts[x] ?? 0);
  }
  return { data, width, height, pixelsPerSample: p };
}

function toSample(pixel: number, { pixelsPerSample }: Picture): number {
  return (pixel + 0.5) / pixelsPerSample - 0.5;
}

/** Values in standard deviations, cut at ±3; what is not finite becomes the mean. */
function clipped(picture: Picture): Picture {
  const { mean, deviation } = moments(picture.data);
  const data = picture.data.map((value) => {
    const relative = deviation > 0 && Number.isFinite(value) ? (value - mean) / deviation : 0;
    return Math.max(-CLIP_DEVIATIONS, Math.min(CLIP_DEVIATIONS, relative));
  });
  return { ...picture, data };
}

/** Mean in the disc minus mean in the ring around a sample; NaN where the disc is not in the picture. */
function contrastAt({ data, width, height }: Picture, radius: number): (x: number, y: number) => number {
  const reach = Math.ceil(radius * RING_TO);
  const disc: [number, number][] = [];
  const ring: [number, number][] = [];
  for (let dy = -reach; dy <= reach; dy++) {
    for (let dx = -reach; dx <= reach; dx++) {
      const distance = Math.hypot(dx, dy) / radius;
      if (distance <= 1) disc.push([dx, dy]);
      else if (distance >= RING_FROM && distance <= RING_TO) ring.push([dx, dy]);
    }
  }
  const mean = (places: readonly (readonly [number, number])[], x: number, y: number): number => {
    let sum = 0;
    let count = 0;
    for (const [dx, dy] of places) {
      const [column, row] = [x + dx, y + dy];
      if (column < 0 || row < 0 || column >= width || row >= height) continue;
      sum += data[row * width + column] ?? 0;
      count++;
    }
    // A ring cut to less than half says little of the surroundings.
    return count * 2 >= places.length ? sum / count : Number.NaN;
  };
  return (x, y) => {
    const [column, row] = [Math.round(x), Math.round(y)];
    const isInside =
      column >= radius - 1 && row >= radius - 1 && column <= width - radius && row <= height - radius;
    return isInside ? mean(disc, column, row) - mean(ring, column, row) : Number.NaN;
  };
}

function moments(values: ArrayLike<number>) {
  let count = 0;
  let mean = 0;
  let squares = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? Number.NaN;
    if (!Number.isFinite(value)) continue;
    count++;
    const delta = value - mean;
    mean += delta / count;
    squares += delta * (value - mean);
  }
  return { count, mean, deviation: count > 1 ? Math.sqrt(squares / (count - 1)) : 0 };
}
