import type { Random } from '../../core/random.ts';
import type { Blob } from './shapes.ts';

/**
 * Kinds of random proteins to train on. `trefoil` and `horseshoe` are meant to be held out: what was never drawn in
 * training shows whether a network knows proteins, or these families.
 */
export const proteinFamilies = [
  'shell',
  'ring',
  'barrel',
  'dumbbell',
  'globule',
  'ellipsoid',
  'lumps',
  'walk',
  'cyclic',
  'dihedral',
  'disc',
  'rod',
  'cage',
  'arms',
  'beads',
  'trefoil',
  'horseshoe',
] as const;
export type ProteinFamily = (typeof proteinFamilies)[number];

export const heldOutFamilies: readonly ProteinFamily[] = ['trefoil', 'horseshoe'];
export const trainingFamilies = proteinFamilies.filter((family) => !heldOutFamilies.includes(family));

type Point = [number, number, number];

/** How many blobs a protein is made of. */
const usual = 80;

/** Where the blobs lie, before they are scaled; some families have a width of their own. */
const drawings: Readonly<
  Record<ProteinFamily, (random: Random) => { readonly points: Point[]; readonly width?: number }>
> = {
  shell: (random) => {
    const wall = random.between(0, 0.25);
    return {
      points: many(110, () => scaled(onSphere(random), 1 - wall * random.uniform())),
      width: random.between(0.03, 0.07),
    };
  },
  ring: (random) => {
    const thickness = random.between(0.12, 0.4);
    return {
      points: many(usual, () => {
        const angle = random.between(0, 2 * Math.PI);
        return sum([Math.cos(angle), Math.sin(angle), 0], scaled(inBall(random), thickness));
      }),
    };
  },
  barrel: (random) => {
    const [height, layers] = [random.between(0.9, 3.6), 2 + random.integer(3)];
    const thickness = random.between(0.15, 0.4);
    return {
      points: many(usual, () => {
        const angle = random.between(0, 2 * Math.PI);
        const layer = (random.integer(layers) / (layers - 1) - 0.5) * height;
        return sum([Math.cos(angle), Math.sin(angle), layer], scaled(inBall(random), thickness));
      }),
    };
  },
  dumbbell: (random) => {
    const [small, gap] = [random.between(0.6, 1), random.between(1.3, 2)];
    return {
      points: many(usual, (i) =>
        i % 2 === 0
          ? sum(inBall(random), [-gap / 2, 0, 0])
          : sum(scaled(inBall(random), small), [gap / 2, 0, 0]),
      ),
    };
  },
  globule: (random) => ({ points: many(usual, () => inBall(random)) }),
  ellipsoid: (random) => squashedBall(random, random.between(0.5, 1), random.between(0.5, 1)),
  disc: (random) => squashedBall(random, random.between(0.8, 1), random.between(0.3, 0.5)),
  rod: (random) => squashedBall(random, random.between(0.45, 0.6), random.between(0.45, 0.6)),
  lumps: (random) => {
    const centres = many(3 + random.integer(6), () => inBall(random));
    const size = random.between(0.2, 0.45);
    return {
      points: many(usual, () =>
        sum(centres[random.integer(centres.length)] ?? [0, 0, 0], scaled(inBall(random), size)),
      ),
    };
  },
  walk: (random) => {
    let place: Point = [0, 0, 0];
    const path = many(usual, () => {
      place = sum(place, onSphere(random));
      return place;
    });
    const spread = Math.sqrt(path.reduce((total, p) => total + lengthOf(p) ** 2, 0) / path.length);
    // Ends that stray far are folded back.
    return { points: path.map((p) => scaled(p, Math.min(1, (2.2 * spread) / (lengthOf(p) + 1e-9)))) };
  },
  cyclic: (random) => ({ points: symmetric(random, 2 + random.integer(7), false) }),
  dihedral: (random) => ({ points: symmetric(random, 2 + random.integer(5), true) }),
  cage: (random) => {
    const corners = many(12 + random.integer(21), () => onSphere(random));
    return {
      points: [...corners, ...corners.map((p) => scaled(p, 0.96))],
      width: random.between(0.06, 0.1),
    };
  },
  // Thin, with their mass away from the middle: what a network that has seen compact proteins only takes for several.
  arms: (random) => {
    const ways = many(2 + random.integer(4), () => scaled(onSphere(random), random.between(0.5, 1)));
    const [thickness, foot] = [random.between(0.12, 0.3), random.between(0, 0.3)];
    return {
      points: many(usual, (i) =>
        sum(
          scaled(ways[i % ways.length] ?? [0, 0, 0], foot + (1 - foot) * random.uniform()),
          scaled(inBall(random), thickness),
        ),
      ),
    };
  },
  beads: (random) => {
    const step = random.between(0.8, 1.6);
    let place: Point = [0, 0, 0];
    const centres = many(2 + random.integer(4), () => {
      place = sum(place, scaled(onSphere(random), step));
      return place;
    });
    const sizes = centres.map(() => random.between(0.35, 0.6));
    return {
      points: many(usual, (i) => {
        const bead = i % centres.length;
        return sum(centres[bead] ?? place, scaled(inBall(random), sizes[bead] ?? 0));
      }),
    };
  },
  trefoil: (random) => ({
    points: [0, 1, 2].flatMap((arm) => {
      const angle = 2 * Math.PI * (arm / 3 + random.between(-0.05, 0.05));
      const [length, lift] = [random.between(0.7, 1), random.between(-0.3, 0.3)];
      const thickness = random.between(0.2, 0.3);
      return many(27, () => {
        const t = length * random.uniform();
        return sum([t * Math.cos(angle), t * Math.sin(angle), t * lift], scaled(inBall(random), thickness));
      });
    }),
  }),
  horseshoe: (random) => {
    const [turn, pitch] = [random.between(1.2, 1.6) * Math.PI, random.between(-0.6, 0.6)];
    const thickness = random.between(0.2, 0.35);
    return {
      points: many(usual, () => {
        const angle = turn * random.uniform();
        return sum(
          [Math.cos(angle), Math.sin(angle), (pitch * angle) / Math.PI],
          scaled(inBall(random), thickness),
        );
      }),
    };
  },
};

/** Directions along which the extent is measured. */
const directions = 60;
/** The blobs' own width beyond their centres, in σ, at both ends together. */
const ends = 2.2;

/**
 * Draws a protein of a family: blobs of different weight about the centre of mass, of longest extent 1, whose density is
 * about 1 (solid protein) inside.
 */
export function drawProtein(random: Random, family: ProteinFamily): Blob[] {
  const drawn = drawings[family](random);
  const width = drawn.width ?? random.between(0.035, 0.1);
  const weights = drawn.points.map(() => random.between(0.5, 1.5));
  const total = weights.reduce((a, b) => a + b, 0);
  const centre = drawn.points.reduce<Point>(
    (at, p, i) => sum(at, scaled(p, (weights[i] ?? 0) / total)),
    [0, 0, 0],
  );
  const points = drawn.points.map((p) => sum(p, scaled(centre, -1)));
  let extent = 0;
  for (let k = 0; k < directions; k++) {
    const [a, b, c] = onSphere(random);
    let [low, high] = [0, 0];
    for (const [x, y, z] of points) {
      const along = a * x + b * y + c * z;
      if (along < low) low = along;
      if (along > high) high = along;
    }
    extent = Math.max(extent, high - low);
  }
  const scale = (1 - ends * width) / extent;
  const blobs = points.map(([x, y, z], i) => ({
    x: x * scale,
    y: y * scale,
    z: z * scale,
    sigma: width,
    weight: weights[i] ?? 1,
  }));
  const density = interiorDensity(blobs);
  return blobs.map((blob) => ({ ...blob, weight: blob.weight / density }));
}

/** The mean density over the blobs' own centres, each third of which is enough. */
function interiorDensity(blobs: readonly Blob[]): number {
  let [total, count] = [0, 0];
  for (let i = 0; i < blobs.length; i += 3) {
    const here = blobs[i];
    if (!here) continue;
    count++;
    for (const blob of blobs) {
      const squared = (blob.x - here.x) ** 2 + (blob.y - here.y) ** 2 + (blob.z - here.z) ** 2;
      total += blob.weight * Math.exp(-squared / (2 * blob.sigma ** 2));
    }
  }
  return total / count;
}

const many = (count: number, draw: (i: number) => Point): Point[] =>
  Array.from({ length: count }, (_, i) => draw(i));
const sum = (a: Point, b: Point): Point => [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
const scaled = (a: Point, by: number): Point => [a[0] * by, a[1] * by, a[2] * by];
const lengthOf = (a: Point): number => Math.hypot(...a);

function onSphere(random: Random): Point {
  const z = random.between(-1, 1);
  const angle = random.between(0, 2 * Math.PI);
  const r = Math.sqrt(1 - z * z);
  return [r * Math.cos(angle), r * Math.sin(angle), z];
}

function inBall(random: Random): Point {
  return scaled(onSphere(random), Math.cbrt(random.uniform()));
}

function squashedBall(random: Random, y: number, z: number): { points: Point[] } {
  return {
    points: many(usual, () => {
      const p = inBall(random);
      return [p[0], p[1] * y, p[2] * z];
    }),
  };
}

/** Copies of a random subunit about an axis, and turned over where the symmetry is dihedral. */
function symmetric(random: Random, fold: number, isDihedral: boolean): Point[] {
  const size: Point = [random.between(0.3, 0.6), random.between(0.3, 0.6), random.between(0.3, 0.6)];
  const lobe = scaled(inBall(random), 0.7);
  const offset: Point = [random.between(0.3, 1), 0, random.between(0.1, 0.6)];
  const unit = many(Math.max(6, Math.floor(90 / fold / (isDihedral ? 2 : 1))), () => {
    const p = inBall(random);
    const here = sum([p[0] * size[0], p[1] * size[1], p[2] * size[2]], offset);
    return random.uniform() < 0.5 ? sum(here, lobe) : here;
  });
  const turned = Array.from({ length: fold }, (_, copy) => {
    const angle = (2 * Math.PI * copy) / fold;
    const [c, s] = [Math.cos(angle), Math.sin(angle)];
    return unit.map(([x, y, z]): Point => [c * x - s * y, s * x + c * y, z]);
  }).flat();
  return isDihedral ? [...turned, ...turned.map(([x, y, z]): Point => [x, -y, -z])] : turned;
}
