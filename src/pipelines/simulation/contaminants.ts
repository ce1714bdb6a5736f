import type { Random } from '../../core/random.ts';
import { add, coverage, type Outline, paintOutline, type Specimen } from './specimen.ts';

/** What can lie on a grid besides particles. Heaps of protein are drawn with the particles: see `placement.ts`. */
export const contaminantKinds = ['crystals', 'hexagonal', 'carbon', 'gold', 'ethane', 'dirt'] as const;
export type ContaminantKind = (typeof contaminantKinds)[number];

/** How many of each; none where nothing is said. */
export type ContaminantCounts = Readonly<Partial<Record<ContaminantKind, number>>>;

/** Diameters of ice crystals and drops of ethane, Å. */
export interface ContaminantSizes {
  readonly smallestAngstrom: number;
  readonly largestAngstrom: number;
}

export const defaultSizes: ContaminantSizes = { smallestAngstrom: 250, largestAngstrom: 1500 };

/** Mean inner potentials, V: ice 3.5 (Harscher and Lichte 1998), carbon film 9 and gold 28 (Kirkland 2010, table C), ethane as other organic solids. */
const potentials = { ice: 3.5, carbon: 9, gold: 28, ethane: 4 } as const;

/**
 * Thickness after which 1/e of the intensity is left in the picture, Å; the rest is scattered beyond the aperture or has
 * lost energy. Orders of magnitude for 300 kV: ice as in Rice et al. (2018), 3 to 4 thousand; heavier things less.
 */
const freePaths = { ice: 3200, carbon: 1600, gold: 80, ethane: 3600 } as const;

const drawings: Readonly<
  Record<ContaminantKind, (random: Random, specimen: Specimen, sizes: ContaminantSizes) => void>
> = {
  crystals: drawCrystal,
  hexagonal: drawHexagonalIce,
  carbon: drawCarbon,
  gold: drawGold,
  ethane: drawEthane,
  dirt: drawDirt,
};

/** Draws contaminants into the maps of a specimen, kind after kind. */
export function drawContaminants(
  random: Random,
  specimen: Specimen,
  counts: ContaminantCounts,
  sizes: ContaminantSizes = defaultSizes,
): void {
  for (const kind of contaminantKinds)
    for (let i = 0; i < (counts[kind] ?? 0); i++) drawings[kind](random, specimen, sizes);
}

function anywhere(random: Random, { width, height, pixelSizeAngstrom }: Specimen) {
  return {
    x: random.between(0, width) * pixelSizeAngstrom,
    y: random.between(0, height) * pixelSizeAngstrom,
  };
}

function logBetween(random: Random, low: number, high: number): number {
  return Math.exp(random.between(Math.log(low), Math.log(high)));
}

/** A few crystals grown into one another, faceted or rounded: tilted tops, and bands that diffract. */
function drawCrystal(random: Random, specimen: Specimen, sizes: ContaminantSizes): void {
  const place = anywhere(random, specimen);
  const diameter = logBetween(random, sizes.smallestAngstrom, sizes.largestAngstrom);
  const members = 1 + random.integer(3);
  const isFaceted = random.uniform() < 0.5;
  for (let member = 0; member < members; member++) {
    const radius = (diameter / 2) * (member === 0 ? 1 : random.between(0.4, 0.8));
    const away = member === 0 ? 0 : diameter / 2;
    const middle = { x: place.x + away * random.between(-1, 1), y: place.y + away * random.between(-1, 1) };
    const outline = isFaceted ? polygon(random, middle, radius) : wavering(random, middle, radius, 0.06);
    const thickness = radius * random.between(0.25, 0.9);
    const slope = random.between(0, 0.6) / radius;
    const direction = random.between(0, 2 * Math.PI);
    const [cos, sin] = [Math.cos(direction), Math.sin(direction)];
    const rise = radius * random.between(0.05, 0.5);
    // A crystal near a Bragg angle loses more, in bands across it (bend contours).
    const diffracted = random.uniform() < 0.6 ? random.between(0.05, 0.5) : 0;
    const bands = (2 * Math.PI) / (radius * random.between(0.5, 1.5));
    const phase = random.between(0, 2 * Math.PI);
    const soft = random.between(4, 15);
    paintOutline(specimen, outline, soft, (at, distance, dx, dy) => {
      const along = dx * cos + dy * sin;
      const height =
        thickness * Math.min(1, Math.max(0, -distance) / rise + 0.2) * Math.max(0.1, 1 + slope * along);
      const ice = height * coverage(distance, soft);
      add(specimen.potential, at, potentials.ice * ice);
      const band = 0.5 + 0.5 * Math.cos(bands * (along + 0.2 * dy) + phase);
      add(specimen.loss, at, ice / freePaths.ice + diffracted * band * band * (ice / thickness));
      specimen.crystal[at] = Math.max(specimen.crystal[at] ?? 0, coverage(distance, soft));
    });
  }
}

/** Five to seven straight edges. */
function polygon(random: Random, { x, y }: { x: number; y: number }, radius: number): Outline {
  const edges = 5 + random.integer(3);
  const start = random.between(0, 2 * Math.PI);
  const sides = Array.from({ length: edges }, (_, i) => {
    const angle = start + (2 * Math.PI * (i + random.between(-0.3, 0.3))) / edges;
    return { cos: Math.cos(angle), sin: Math.sin(angle), at: radius * random.between(0.65, 1) };
  });
  return {
    x,
    y,
    // Corners of edges that lie 0.6 more than a seventh of a turn apart are within 2.3 radii.
    reachAngstrom: 2.3 * radius,
    distance: (dx, dy) => {
      let farthest = Number.NEGATIVE_INFINITY;
      for (const { cos, sin, at } of sides) farthest = Math.max(farthest, dx * cos + dy * sin - at);
      return Math.max(farthest, Math.hypot(dx, dy) - 2.2 * radius);
    },
  };
}

/** A round thing whose outline wavers by the given part of its radius, with two to five waves about it. */
function wavering(random: Random, place: { x: number; y: number }, radius: number, part: number): Outline {
  const waves = [2, 3, 4, 5].map((n) => ({
    n,
    height: (radius * part * random.normal()) / n,
    phase: random.between(0, 2 * Math.PI),
  }));
  const most = waves.reduce((sum, { height }) => sum + Math.abs(height), 0);
  return {
    ...place,
    reachAngstrom: radius + most,
    distance: (dx, dy) => {
      const angle = Math.atan2(dy, dx);
      let edge = radius;
      for (const { n, height, phase } of waves) edge += height * Math.cos(n * angle + phase);
      return Math.hypot(dx, dy) - edge;
    },
  };
}

/**
 * A region of crystalline ice instead of vitreous: grains, each of which diffracts more or less of the beam away. Its
 * rings at 3.90, 3.67 and 3.44 Å are added by the imaging, where the pixels are small enough.
 */
function drawHexagonalIce(random: Random, specimen: Specimen, sizes: ContaminantSizes): void {
  const diameter = logBetween(random, 2 * sizes.smallestAngstrom, 4 * sizes.largestAngstrom);
  const outline = wavering(random, anywhere(random, specimen), diameter / 2, 0.2);
  const grain = Math.min(diameter / 4, logBetween(random, 60, 300));
  const strength = random.between(0.04, 0.2);
  const salt = random.integer(2 ** 31);
  const soft = grain / 2;
  paintOutline(specimen, outline, soft, (at, distance, dx, dy) => {
    const inside = coverage(distance, soft);
    add(specimen.loss, at, inside * strength * grainValue(dx / grain, dy / grain, salt));
    specimen.crystal[at] = Math.max(specimen.crystal[at] ?? 0, inside);
  });
}

/** How much is diffracted away at a place: scattered, soft grains, few of which are near a Bragg angle. */
function grainValue(x: number, y: number, salt: number): number {
  const [cellX, cellY] = [Math.floor(x), Math.floor(y)];
  let value = 0;
  for (let j = cellY - 1; j <= cellY + 1; j++) {
    for (let i = cellX - 1; i <= cellX + 1; i++) {
      const bits = hash(i, j, salt);
      const dx = i + (bits & 1023) / 1024 - x;
      const dy = j + ((bits >>> 10) & 1023) / 1024 - y;
      const strength = ((bits >>> 20) / 4096) ** 4;
      value += 3 * strength * Math.max(0, 1 - (dx * dx + dy * dy)) ** 3;
    }
  }
  return value;
}

function hash(i: number, j: number, salt: number): number {
  let bits = Math.imul(i, 0x27d4eb2d) ^ Math.imul(j, 0x165667b1) ^ salt;
  bits = Math.imul(bits ^ (bits >>> 15), 0x2c1b3c6d);
  bits = Math.imul(bits ^ (bits >>> 12), 0x297a2d39);
  return (bits ^ (bits >>> 15)) >>> 0;
}

/** The edge of a hole in the carbon film, or the rim of a bar: everything beyond a large circle. */
function drawCarbon(random: Random, specimen: Specimen): void {
  const { width, height, pixelSizeAngstrom: pixel } = specimen;
  const side = Math.min(width, height) * pixel;
  // Holes are 1.2 or 2 µm wide; in a small picture the edge is as good as straight.
  const radius = Math.max(random.between(0.5, 1.5) * side, random.between(4000, 10000));
  const angle = random.between(0, 2 * Math.PI);
  // The film takes up to 45 % of the way across.
  const inner = side * random.between(0.05, 0.5);
  const centre = {
    x: (width * pixel) / 2 - (radius - inner) * Math.cos(angle),
    y: (height * pixel) / 2 - (radius - inner) * Math.sin(angle),
  };
  const waves = Array.from({ length: 6 }, (_, n) => ({
    length: 60 * 2 ** n * random.between(0.7, 1.4),
    height: 0.03 * 60 * 2 ** n * Math.min(1, side / 2000) * random.between(0, 1),
    phase: random.between(0, 2 * Math.PI),
  }));
  const thickness = random.between(60, 300);
  const soft = random.between(10, 60);
  const outline: Outline = {
    ...centre,
    // The whole picture, however far it is from the hole's centre.
    reachAngstrom: radius + 3 * (width + height) * pixel,
    distance: (dx, dy) => {
      const along = Math.atan2(dy, dx) * radius;
      let edge = radius;
      for (const wave of waves)
        edge += wave.height * Math.sin((2 * Math.PI * along) / wave.length + wave.phase);
      return edge - Math.hypot(dx, dy);
    },
  };
  paintOutline(specimen, outline, soft, (at, distance) => {
    const film = coverage(distance, soft);
    add(specimen.potential, at, potentials.carbon * thickness * film);
    add(specimen.loss, at, (thickness * film) / freePaths.carbon);
    specimen.carbon[at] = Math.max(specimen.carbon[at] ?? 0, film);
  });
}

/** A bead of colloidal gold, of the usual 5, 10 or 15 nm. */
function drawGold(random: Random, specimen: Specimen): void {
  const place = anywhere(random, specimen);
  const radius = (([50, 100, 150][random.integer(3)] ?? 100) / 2) * random.between(0.9, 1.1);
  const outline: Outline = {
    ...place,
    reachAngstrom: radius,
    distance: (dx, dy) => Math.hypot(dx, dy) - radius,
  };
  paintOutline(specimen, outline, 0, (at, _distance, dx, dy) => {
    const chord = 2 * Math.sqrt(Math.max(0, radius ** 2 - dx ** 2 - dy ** 2));
    add(specimen.potential, at, potentials.gold * chord);
    add(specimen.loss, at, chord / freePaths.gold);
  });
}

/** A drop of frozen ethane: round, smooth and domed, with a wavering outline. */
function drawEthane(random: Random, specimen: Specimen, sizes: ContaminantSizes): void {
  const radius = logBetween(random, sizes.smallestAngstrom, sizes.largestAngstrom) / 2;
  const outline = wavering(random, anywhere(random, specimen), radius, 0.07);
  const thickness = radius * random.between(0.3, 1);
  const soft = random.between(4, 12);
  paintOutline(specimen, outline, soft, (at, distance) => {
    const inside = Math.max(0, Math.min(radius, -distance)) / radius;
    const dome = thickness * Math.sqrt(inside * (2 - inside)) * coverage(distance, soft);
    add(specimen.potential, at, potentials.ethane * dome);
    add(specimen.loss, at, dome / freePaths.ethane);
  });
}

/** Specks of ice and dust, smaller than particles are. */
function drawDirt(random: Random, specimen: Specimen): void {
  const radius = logBetween(random, 10, 60);
  const outline = wavering(random, anywhere(random, specimen), radius, 0.15);
  const density = potentials.ice * random.between(0.5, 2.5);
  const soft = Math.max(4, specimen.pixelSizeAngstrom);
  paintOutline(specimen, outline, soft, (at, distance) => {
    const inside = Math.max(0, Math.min(radius, soft / 2 - distance)) / radius;
    const ball = 2 * radius * Math.sqrt(inside * (2 - inside));
    add(specimen.potential, at, density * ball);
    add(specimen.loss, at, ball / freePaths.ice);
  });
}
