import { encodeHalf } from '../../../src/core/dtype.ts';
import type { JobOptions } from '../../../src/core/progress.ts';
import { createRandom } from '../../../src/core/random.ts';
import type { Pick } from '../../../src/dataset/picks.ts';
import type { ComputeClient } from '../../../src/rpc/client.ts';
import type { ImageKind, OpenedMicrograph, TilePixels } from '../../../src/rpc/contract.ts';

/**
 * A stand-in for the compute worker: reads the simplest MRC files (modes 1, 2 and 6, little-endian), means down
 * pyramids and invents picks. For looking at the page and for tests of it; never shipped.
 */
export interface FakeOptions {
  readonly hasGpu?: boolean;
  /** Each tile takes this long, ms. */
  readonly tileDelay?: number;
  /** Filtering and picking take this long, ms. */
  readonly jobDelay?: number;
}

interface Plane {
  readonly width: number;
  readonly height: number;
  readonly values: Float32Array;
}

interface Opened {
  readonly micrograph: OpenedMicrograph;
  readonly raw: readonly Plane[];
  filtered: readonly Plane[];
}

const tileSize = 256;

export function createFakeCompute(options: FakeOptions = {}): ComputeClient {
  const { hasGpu = true, tileDelay = 0, jobDelay = 600 } = options;
  const all = new Map<number, Opened>();
  let next = 1;
  const get = (id: number): Opened => {
    const found = all.get(id);
    if (!found) throw new Error(`Micrograph ${id} is not open.`);
    return found;
  };
  return {
    start: async () => ({
      available: hasGpu,
      description: hasGpu ? 'Imaginary GPU (fake)' : 'No GPU adapter was found.',
      features: [],
      limits: {},
    }),
    open: async (file, frame) => {
      const { plane, pixelSizeAngstrom, frames } = await readMrc(file, frame);
      const { mean, standardDeviation, min, max } = momentsOf(plane.values);
      const scaled = plane.values.map((value) => (value - mean) / standardDeviation);
      const raw = pyramid({ ...plane, values: scaled });
      const micrograph: OpenedMicrograph = {
        id: next++,
        fingerprint: `${file.name} ${file.size} ${frame}`,
        name: file.name,
        width: plane.width,
        height: plane.height,
        frames,
        frame,
        pixelSizeAngstrom,
        description: 'MRC, 32-bit float, little-endian',
        warnings:
          pixelSizeAngstrom === undefined ? ['The header says 1.0 Å/px, which often means "not known".'] : [],
        statistics: { min, max, mean, standardDeviation, nonFinite: 0 },
        contrast: percentiles(raw),
        pyramid: { tileSize, levels: raw.length },
      };
      all.set(micrograph.id, { micrograph, raw, filtered: [] });
      return micrograph;
    },
    close: async (id) => {
      all.delete(id);
    },
    tile: async (id, kind, level, column, row) => {
      await wait(tileDelay);
      return cutTile(planeOf(get(id), kind, level), column, row);
    },
    valueAt: async (id, kind, x, y) => {
      const opened = get(id);
      const plane = planeOf(opened, kind, 0);
      const { mean, standardDeviation } = opened.micrograph.statistics;
      return (plane.values[y * plane.width + x] ?? 0) * standardDeviation + mean;
    },
    filter: async (id, { lowpassAngstrom = 10, pixelSizeAngstrom }, job) => {
      await work('Filtering', jobDelay, job);
      const opened = get(id);
      const [base] = opened.raw;
      if (!base) throw new Error('There is no picture.');
      const radius = Math.max(1, Math.round(lowpassAngstrom / pixelSizeAngstrom / 4));
      opened.filtered = pyramid(boxBlur(boxBlur(base, radius), radius));
      return {
        version: `${lowpassAngstrom}`,
        contrast: percentiles(opened.filtered),
        seconds: jobDelay / 1000,
      };
    },
    exportFiltered: async () => new Blob(['fake']),
    pick: async (id, parameters, job) => {
      await work('Picking particles', jobDelay, job);
      const { width, height } = get(id).micrograph;
      const random = createRandom(7);
      const picks: Pick[] = Array.from({ length: 420 }, () => ({
        x: random.uniform() * width,
        y: random.uniform() * height,
        score: Math.min(
          0.999,
          Math.max(0.01, random.uniform() < 0.4 ? 0.8 + 0.1 * random.normal() : random.uniform() ** 3),
        ),
        origin: parameters.method,
      }));
      return {
        picks: picks.sort((a, b) => b.score - a.score),
        suggestedThreshold: 0.5,
        provenance: {
          program: 'fake',
          version: '0',
          adapter: 'none',
          method: parameters.method,
          diameterAngstrom: parameters.diameterAngstrom,
          pixelSizeAngstrom: parameters.pixelSizeAngstrom,
        },
        seconds: jobDelay / 1000,
      };
    },
    demo: async (job) => {
      await work('Simulating', jobDelay, job);
      return demo();
    },
    cacheUsage: async () => ({ bytes: 0, budget: 1, tiles: 0 }),
    clearCache: async () => {},
  };
}

async function work(
  stage: string,
  milliseconds: number,
  { signal, onProgress }: JobOptions = {},
): Promise<void> {
  const steps = 20;
  for (let done = 0; done <= steps; done++) {
    signal?.throwIfAborted();
    onProgress?.({ stage, done, total: steps });
    await wait(milliseconds / steps);
  }
}

function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

function planeOf(opened: Opened, kind: ImageKind, level: number): Plane {
  const plane = (kind === 'raw' ? opened.raw : opened.filtered)[level];
  if (!plane) throw new Error(`There is no level ${level} of the ${kind} picture.`);
  return plane;
}

function cutTile(plane: Plane, column: number, row: number): TilePixels {
  const x = column * tileSize;
  const y = row * tileSize;
  const width = Math.min(tileSize, plane.width - x);
  const height = Math.min(tileSize, plane.height - y);
  const data = new Uint16Array(width * height);
  for (let j = 0; j < height; j++) {
    for (let i = 0; i < width; i++) {
      data[j * width + i] = encodeHalf(plane.values[(y + j) * plane.width + x + i] ?? 0);
    }
  }
  return { width, height, data };
}

function pyramid(base: Plane): Plane[] {
  const levels = [base];
  let last = base;
  while (Math.max(last.width, last.height) > tileSize) {
    last = half(last);
    levels.push(last);
  }
  return levels;
}

function half(plane: Plane): Plane {
  const width = Math.ceil(plane.width / 2);
  const height = Math.ceil(plane.height / 2);
  const values = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (const [i, j] of [
        [0, 0],
        [1, 0],
        [0, 1],
        [1, 1],
      ] as const) {
        const column = Math.min(plane.width - 1, 2 * x + i);
        const row = Math.min(plane.height - 1, 2 * y + j);
        sum += plane.values[row * plane.width + column] ?? 0;
      }
      values[y * width + x] = sum / 4;
    }
  }
  return { width, height, values };
}

function boxBlur(plane: Plane, radius: number): Plane {
  const { width, height } = plane;
  const pass = (
    from: Float32Array,
    to: Float32Array,
    count: number,
    length: number,
    step: number,
    jump: number,
  ): void => {
    for (let line = 0; line < count; line++) {
      let sum = 0;
      const at = (i: number): number => from[line * jump + Math.min(length - 1, Math.max(0, i)) * step] ?? 0;
      for (let i = -radius; i <= radius; i++) sum += at(i);
      for (let i = 0; i < length; i++) {
        to[line * jump + i * step] = sum / (2 * radius + 1);
        sum += at(i + radius + 1) - at(i - radius);
      }
    }
  };
  const rows = new Float32Array(width * height);
  const values = new Float32Array(width * height);
  pass(plane.values, rows, height, width, 1, width);
  pass(rows, values, width, height, width, 1);
  return { width, height, values };
}

function momentsOf(values: Float32Array): {
  mean: number;
  standardDeviation: number;
  min: number;
  max: number;
} {
  let sum = 0;
  let squares = 0;
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    sum += value;
    squares += value * value;
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  const mean = sum / values.length;
  return { mean, standardDeviation: Math.sqrt(squares / values.length - mean * mean) || 1, min, max };
}

function percentiles(levels: readonly Plane[]): { black: number; white: number } {
  const plane = levels[Math.min(1, levels.length - 1)];
  const sorted = Float32Array.from(plane?.values ?? []).sort();
  const at = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
  return { black: at(0.005), white: at(0.995) };
}

async function readMrc(
  file: File,
  frame: number,
): Promise<{ plane: Plane; pixelSizeAngstrom: number | undefined; frames: number }> {
  const bytes = await file.arrayBuffer();
  const view = new DataView(bytes);
  const bytesPerPixel = { 1: 2, 2: 4, 6: 2 }[bytes.byteLength > 1024 ? view.getInt32(12, true) : -1];
  if (bytesPerPixel === undefined) {
    throw new Error(
      `${file.name} is not an MRC file that can be read here: open it with the program that wrote it.`,
    );
  }
  const width = view.getInt32(0, true);
  const height = view.getInt32(4, true);
  const mode = view.getInt32(12, true);
  const start = 1024 + view.getInt32(92, true) + frame * width * height * bytesPerPixel;
  const values = new Float32Array(width * height);
  for (let i = 0; i < values.length; i++) {
    const at = start + i * bytesPerPixel;
    values[i] =
      mode === 2
        ? view.getFloat32(at, true)
        : mode === 6
          ? view.getUint16(at, true)
          : view.getInt16(at, true);
  }
  const pixelSize = view.getFloat32(40, true) / Math.max(1, view.getInt32(28, true));
  return {
    plane: { width, height, values },
    pixelSizeAngstrom: pixelSize > 0 && pixelSize !== 1 ? pixelSize : undefined,
    frames: view.getInt32(8, true),
  };
}

function demo(): { file: File; diameterAngstrom: number; truth: { x: number; y: number }[] } {
  const size = 1024;
  const pixelSize = 1.5;
  const radius = 40;
  const random = createRandom(3);
  const truth = Array.from({ length: 60 }, () => ({ x: random.integer(size), y: random.integer(size) }));
  const buffer = new ArrayBuffer(1024 + size * size * 4);
  const header = new DataView(buffer);
  for (const [at, value] of [
    [0, size],
    [4, size],
    [8, 1],
    [12, 2],
    [28, size],
    [32, size],
    [36, 1],
  ] as const) {
    header.setInt32(at, value, true);
  }
  header.setFloat32(40, size * pixelSize, true);
  const values = new Float32Array(buffer, 1024);
  for (let i = 0; i < values.length; i++) values[i] = random.normal() * 2;
  for (const { x, y } of truth) {
    for (let j = Math.max(0, y - radius); j < Math.min(size, y + radius); j++) {
      for (let i = Math.max(0, x - radius); i < Math.min(size, x + radius); i++) {
        const r = Math.hypot(i - x, j - y) / radius;
        if (r < 1) values[j * size + i] = (values[j * size + i] ?? 0) - 1.4 * Math.sqrt(1 - r * r);
      }
    }
  }
  return { file: new File([buffer], 'demo.mrc'), diameterAngstrom: 2 * radius * pixelSize, truth };
}
