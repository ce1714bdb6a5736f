import type { Random } from '../../core/random.ts';

/** A Gaussian of density exp(−r²/2σ²) · weight about a centre; lengths in units of the particle's diameter. */
export interface Blob {
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly sigma: number;
  readonly weight: number;
}

export const particleShapes = ['barrel', 'ring', 'dumbbell', 'y', 'shell'] as const;
export type ParticleShape = (typeof particleShapes)[number];

type Point = readonly [number, number, number];

/** A point cloud and how fat its blobs are, before it is scaled to diameter 1. */
const drawings: Record<ParticleShape, () => { points: Point[]; sigma: number }> = {
  /** Two stacked double rings of seven subunits, as GroEL. */
  barrel: () => ({
    points: [-1.5, -0.5, 0.5, 1.5].flatMap((layer) =>
      ringOf(7, Math.abs(layer) === 1.5 ? 0.62 : 0.68, 0.5 * layer, layer > 0 ? Math.PI / 7 : 0),
    ),
    sigma: 0.17,
  }),
  ring: () => ({ points: ringOf(12, 1, 0, 0), sigma: 0.2 }),
  dumbbell: () => ({
    points: [-1, 1].flatMap((side): Point[] => [
      ...ringOf(6, 0.33, 0.75 * side, 0),
      [0, 0, 1.05 * side],
      [0, 0, 0.25 * side],
    ]),
    sigma: 0.2,
  }),
  /** Three arms of different length, as an antibody. */
  y: () => ({
    points: [0, 1, 2].flatMap((arm): Point[] => {
      const angle = (2 * Math.PI * arm) / 3 + 0.2;
      const length = arm === 0 ? 1 : 0.85;
      return [0.25, 0.5, 0.75, 1].map(
        (t): Point => [length * t * Math.cos(angle), length * t * Math.sin(angle), 0.12 * (arm - 1) * t],
      );
    }),
    sigma: 0.17,
  }),
  /** A hollow sphere, as apoferritin: a Fibonacci lattice. */
  shell: () => ({
    points: Array.from({ length: 80 }, (_, i): Point => {
      const z = 1 - (2 * i + 1) / 80;
      const angle = i * Math.PI * (3 - Math.sqrt(5));
      const r = Math.sqrt(1 - z * z);
      return [r * Math.cos(angle), r * Math.sin(angle), z];
    }),
    sigma: 0.15,
  }),
};

/**
 * The blobs of a shape, scaled so that its longest extent, 1.5 σ beyond the outermost centres, is 1, and its density
 * peaks at about 1 (solid protein).
 */
export function particleBlobs(shape: ParticleShape): Blob[] {
  const { points, sigma } = drawings[shape]();
  const scale = 1 / (largestDistance(points) + 3 * sigma);
  const densest = Math.max(...points.map((point) => densityAt(point, points, sigma)));
  return points.map(([x, y, z]) => ({
    x: x * scale,
    y: y * scale,
    z: z * scale,
    sigma: sigma * scale,
    weight: 1 / densest,
  }));
}

/** A rotation drawn evenly from all orientations (Shoemake 1992), as a row-major 3 × 3 matrix. */
export function randomRotation(random: Random): readonly number[] {
  const u = random.uniform();
  const a = 2 * Math.PI * random.uniform();
  const b = 2 * Math.PI * random.uniform();
  const x = Math.sqrt(1 - u) * Math.sin(a);
  const y = Math.sqrt(1 - u) * Math.cos(a);
  const z = Math.sqrt(u) * Math.sin(b);
  const w = Math.sqrt(u) * Math.cos(b);
  return [
    1 - 2 * (y * y + z * z),
    2 * (x * y - z * w),
    2 * (x * z + y * w),
    2 * (x * y + z * w),
    1 - 2 * (x * x + z * z),
    2 * (y * z - x * w),
    2 * (x * z - y * w),
    2 * (y * z + x * w),
    1 - 2 * (x * x + y * y),
  ];
}

function ringOf(count: number, radius: number, z: number, phase: number): Point[] {
  return Array.from({ length: count }, (_, i): Point => {
    const angle = (2 * Math.PI * i) / count + phase;
    return [radius * Math.cos(angle), radius * Math.sin(angle), z];
  });
}

function largestDistance(points: readonly Point[]): number {
  return Math.max(
    ...points.map(([x, y, z]) => Math.max(...points.map(([u, v, w]) => Math.hypot(x - u, y - v, z - w)))),
  );
}

function densityAt([x, y, z]: Point, points: readonly Point[], sigma: number): number {
  return points.reduce(
    (sum, [u, v, w]) => sum + Math.exp(-((x - u) ** 2 + (y - v) ** 2 + (z - w) ** 2) / (2 * sigma ** 2)),
    0,
  );
}
