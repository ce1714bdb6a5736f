import { UsageError } from '../../core/errors.ts';
import { complexField } from '../../fft/cpuField.ts';
import { transformCube } from '../../fft/cpuFourier.ts';
import { nextFastSize } from '../../fft/sizes.ts';

/** A density map as it was read: sections behind one another, x fastest, in any unit and on any ground. */
export interface DensityMap {
  /** For error messages: the file's name. */
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly sections: number;
  readonly voxelSizeAngstrom: number;
  readonly data: Float32Array;
}

/** A particle as the beam sees it: a cube of potential about its centre of mass. */
export interface ParticleVolume {
  /** Edge of the cube, voxels, even. The particle's centre is at voxel (side/2, side/2, side/2). */
  readonly side: number;
  readonly voxelSizeAngstrom: number;
  /** Potential above that of vitreous ice, V; the mean inside the particle is `proteinPotentialVolt`. */
  readonly data: Float32Array;
  /** Twice the largest distance of a voxel of the particle from its centre, Å. */
  readonly diameterAngstrom: number;
}

/** Mean inner potential of protein above that of vitreous ice, V (about 5.2 against 3.5). */
export const proteinPotentialVolt = 1.7;

/** Volume of protein for its mass, Å³ a dalton: 0.73 cm³/g (Matthews 1968). */
const cubicAngstromPerDalton = 1.21;

/** What is this near to the particle is kept, soft densities of its surface among it; beyond is ice alone. */
const rimAngstrom = 8;
/** A cube of more voxels a side is made coarser first: its spectrum would fill a gigabyte. */
const largestSide = 160;
/** Specks smaller than this part of the particle are noise of the map. */
const leastPart = 0.02;

export interface VolumeOptions {
  /** Molecular mass, kDa: says which part of the map is protein. Without it, Otsu's threshold does. */
  readonly massKilodalton?: number | undefined;
  /** The finest pixel it will be projected to, Å: a finer map is made as coarse as a third of the diameter of that. */
  readonly pixelSizeAngstrom?: number | undefined;
}

/**
 * Makes a particle of a density map. What is protein is found by a threshold (by the mass, or by Otsu 1979) and by
 * being connected; the map's scale is then such that protein has 1.7 V more than ice on average, and what is more than 8 Å
 * away from it is ice. The cube is cut out about the centre of mass.
 * @throws UsageError where the map holds no particle, or numbers that are not finite.
 */
export function particleVolume(map: DensityMap, options: VolumeOptions = {}): ParticleVolume {
  const { voxelSizeAngstrom: voxel, name } = map;
  if (!(voxel > 0 && Number.isFinite(voxel)))
    throw new UsageError(`${name} does not state its voxel size: give it in Å.`);
  const ground = medianOf(map.data);
  const threshold = options.massKilodalton
    ? thresholdByVolume(map, (options.massKilodalton * 1000 * cubicAngstromPerDalton) / voxel ** 3)
    : otsuThreshold(map.data, ground);
  const particle = largestParts(map, threshold);
  const { centre, mean, count } = momentsOf(map, particle, ground);
  if (count < 8 || !(mean > 0))
    throw new UsageError(`${name} holds no particle: all of it is about equally dense.`);
  const rimVoxels = Math.ceil(rimAngstrom / voxel);
  const rim = grown(map, particle, rimVoxels);
  const reach = reachOf(map, particle, centre);
  const side = 2 * Math.ceil(reach + rimVoxels + 1);
  const data = cutOut(map, rim, centre, side, ground, proteinPotentialVolt / mean);
  const cube = { side, voxelSizeAngstrom: voxel, data, diameterAngstrom: 2 * (reach + 0.5) * voxel };
  const wanted = Math.min(
    largestSide,
    options.pixelSizeAngstrom ? (side * voxel * 1.5) / options.pixelSizeAngstrom : largestSide,
  );
  return side > wanted * 1.25 || side > largestSide ? coarser(cube, wanted) : cube;
}

/** Half of the frequencies or so, by cutting the spectrum; the ground about a particle is 0, so nothing is folded in. */
function coarser(cube: ParticleVolume, wantedSide: number): ParticleVolume {
  const from = nextFastSize(cube.side);
  const to = Math.min(from, nextFastSize(Math.max(8, wantedSide)));
  const field = complexField(from ** 3);
  const offset = (from - cube.side) / 2;
  for (let z = 0; z < cube.side; z++)
    for (let y = 0; y < cube.side; y++)
      for (let x = 0; x < cube.side; x++)
        field.re[((z + offset) * from + y + offset) * from + x + offset] =
          cube.data[(z * cube.side + y) * cube.side + x] ?? 0;
  transformCube(field, from, -1);
  const cut = complexField(to ** 3);
  const half = to / 2;
  const source = (i: number): number => (i < half ? i : from - to + i);
  // Sample to/2 of the result has to lie where sample from/2 lay: at half of the period both, so nothing moves.
  for (let z = 0; z < to; z++)
    for (let y = 0; y < to; y++)
      for (let x = 0; x < to; x++) {
        if (x === half || y === half || z === half) continue;
        const at = (source(z) * from + source(y)) * from + source(x);
        cut.re[(z * to + y) * to + x] = (field.re[at] ?? 0) / from ** 3;
        cut.im[(z * to + y) * to + x] = (field.im[at] ?? 0) / from ** 3;
      }
  transformCube(cut, to, 1);
  return { ...cube, side: to, voxelSizeAngstrom: (cube.voxelSizeAngstrom * from) / to, data: cut.re };
}

function medianOf(values: Float32Array): number {
  // A sample is enough: most of a map is solvent.
  const step = Math.max(1, Math.floor(values.length / 100_003));
  const some = new Float32Array(Math.ceil(values.length / step));
  for (let i = 0; i < some.length; i++) {
    const value = values[i * step] ?? 0;
    if (!Number.isFinite(value)) throw new UsageError('The density map holds numbers that are not finite.');
    some[i] = value;
  }
  some.sort();
  return some[some.length >> 1] ?? 0;
}

/** The density that so many voxels have at least. */
function thresholdByVolume({ data, name }: DensityMap, voxels: number): number {
  if (voxels >= data.length)
    throw new UsageError(`${name} is too small for a particle of that mass: check mass and voxel size.`);
  const sorted = data.slice().sort();
  return sorted[Math.max(0, sorted.length - Math.round(voxels))] ?? 0;
}

/** Otsu (1979) on the densities above the ground. */
function otsuThreshold(data: Float32Array, ground: number): number {
  let highest = 0;
  for (const value of data) if (value - ground > highest) highest = value - ground;
  const bins = 256;
  const histogram = new Float64Array(bins);
  for (const value of data) {
    const above = value - ground;
    if (above > 0 && highest > 0) {
      const bin = Math.min(bins - 1, Math.floor((above / highest) * bins));
      histogram[bin] = (histogram[bin] ?? 0) + 1;
    }
  }
  const total = histogram.reduce((a, b) => a + b, 0);
  const sum = histogram.reduce((a, b, i) => a + b * i, 0);
  let [below, sumBelow, best, bestBin] = [0, 0, -1, 0];
  for (const [bin, count] of histogram.entries()) {
    below += count;
    sumBelow += count * bin;
    const above = total - below;
    if (below === 0 || above === 0) continue;
    const between = below * above * (sumBelow / below - (sum - sumBelow) / above) ** 2;
    if (between > best) {
      best = between;
      bestBin = bin;
    }
  }
  return ground + ((bestBin + 1) / bins) * highest;
}

/** Voxels of the threshold and above that hang together with enough others. */
function largestParts(map: DensityMap, threshold: number): Uint8Array {
  const { width, height, sections, data } = map;
  const plane = width * height;
  const part = new Int32Array(data.length);
  const sizes = [0];
  const stack = new Int32Array(data.length);
  for (let seed = 0; seed < data.length; seed++) {
    if ((data[seed] ?? 0) < threshold || part[seed] !== 0) continue;
    const label = sizes.length;
    let [top, size] = [0, 0];
    const visit = (at: number): void => {
      if ((data[at] ?? 0) < threshold || part[at] !== 0) return;
      part[at] = label;
      stack[top++] = at;
    };
    visit(seed);
    while (top > 0) {
      const at = stack[--top] ?? 0;
      size++;
      const x = at % width;
      const y = Math.floor(at / width) % height;
      const z = Math.floor(at / plane);
      if (x > 0) visit(at - 1);
      if (x < width - 1) visit(at + 1);
      if (y > 0) visit(at - width);
      if (y < height - 1) visit(at + width);
      if (z > 0) visit(at - plane);
      if (z < sections - 1) visit(at + plane);
    }
    sizes.push(size);
  }
  const least = leastPart * sizes.reduce((a, b) => Math.max(a, b), 0);
  const kept = new Uint8Array(data.length);
  for (let i = 0; i < kept.length; i++) {
    const label = part[i] ?? 0;
    if (label !== 0 && (sizes[label] ?? 0) >= least) kept[i] = 1;
  }
  return kept;
}

interface Place {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

function momentsOf(map: DensityMap, particle: Uint8Array, ground: number) {
  const { width, height, data } = map;
  let [mass, x, y, z, count] = [0, 0, 0, 0, 0];
  for (let i = 0; i < particle.length; i++) {
    if (particle[i] === 0) continue;
    const weight = (data[i] ?? 0) - ground;
    count++;
    mass += weight;
    x += weight * (i % width);
    y += weight * (Math.floor(i / width) % height);
    z += weight * Math.floor(i / width / height);
  }
  return { centre: { x: x / mass, y: y / mass, z: z / mass }, mean: mass / count, count };
}

/** Voxels from the centre to the farthest of the particle. */
function reachOf({ width, height }: DensityMap, particle: Uint8Array, centre: Place): number {
  let farthest = 0;
  for (let i = 0; i < particle.length; i++) {
    if (particle[i] === 0) continue;
    const x = (i % width) - centre.x;
    const y = (Math.floor(i / width) % height) - centre.y;
    const z = Math.floor(i / width / height) - centre.z;
    farthest = Math.max(farthest, x * x + y * y + z * z);
  }
  return Math.sqrt(farthest);
}

/** The particle and what is within so many voxels of it, along the axes. */
function grown({ width, height, sections }: DensityMap, particle: Uint8Array, by: number): Uint8Array {
  const sides = [width, height, sections];
  let mask = particle;
  for (const [axis, jump] of [1, width, width * height].entries()) {
    const next = mask.slice();
    const before = sides.slice(0, axis).reduce((a, b) => a * b, 1);
    const side = sides[axis] ?? 1;
    for (let i = 0; i < mask.length; i++) {
      if (mask[i] === 0) continue;
      const at = Math.floor(i / before) % side;
      for (let step = -Math.min(by, at); step <= Math.min(by, side - 1 - at); step++)
        next[i + step * jump] = 1;
    }
    mask = next;
  }
  return mask;
}

/** A cube about the voxel nearest to the centre: a part of a voxel would have to be interpolated, which blurs. */
function cutOut(
  { width, height, sections, data }: DensityMap,
  mask: Uint8Array,
  centre: Place,
  side: number,
  ground: number,
  scale: number,
): Float32Array {
  const cube = new Float32Array(side ** 3);
  const half = side / 2;
  const [cx, cy, cz] = [Math.round(centre.x), Math.round(centre.y), Math.round(centre.z)];
  for (let z = 0; z < side; z++) {
    const w = z - half + cz;
    if (w < 0 || w >= sections) continue;
    for (let y = 0; y < side; y++) {
      const v = y - half + cy;
      if (v < 0 || v >= height) continue;
      for (let x = 0; x < side; x++) {
        const u = x - half + cx;
        if (u < 0 || u >= width) continue;
        const from = (w * height + v) * width + u;
        if (mask[from] === 1) cube[(z * side + y) * side + x] = scale * ((data[from] ?? 0) - ground);
      }
    }
  }
  return cube;
}
