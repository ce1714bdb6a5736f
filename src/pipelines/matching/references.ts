import { UsageError } from '../../core/errors.ts';
import { VolumeProjector, type VolumeSpectrum } from '../simulation/projector.ts';
import { checkResampling, type Square } from './square.ts';
import { viewsOfHalfSphere } from './views.ts';

/** What a reference shows. */
export interface ReferenceOrigin {
  /** Of an average in its stack, from 1; 1 for a map. */
  readonly classNumber: number;
  /** Row-major 3 × 3: its rows are the picture's x and y axes in the map's coordinates, and the direction of view. */
  readonly rotation: readonly number[];
}

/** Pictures of the particle, protein bright, from which templates are made by turning. */
export interface ReferenceSet {
  readonly kind: 'averages' | 'volume';
  /** How many pictures there are, before turning. */
  readonly pictures: readonly Square[];
  readonly origins: readonly ReferenceOrigin[];
  /** Whether each stands for its mirror image, too. */
  readonly mirrors: boolean;
}

/** Averages as they were read: pictures of one size, one behind the other. */
export interface AverageStack {
  /** For error messages: the file's name. */
  readonly name: string;
  readonly sidePx: number;
  readonly pixelSizeAngstrom: number;
  readonly pixels: Float32Array;
}

/** A box narrower than this shows nothing of the particle's surroundings. */
const leastBoxDiameters = 1;
/** Where the edge of an average fades into the ground, as a part of its radius. */
const fading = 0.15;
const unturned = [1, 0, 0, 0, 1, 0, 0, 0, 1];

/**
 * Class averages as references. The ground is what is outside the particle's circle, and protein is what the pictures
 * have most of inside it, bright or dark.
 * @throws UsageError where the boxes are too small, or hold nothing.
 */
export function averageReferences(
  { name, sidePx, pixelSizeAngstrom, pixels }: AverageStack,
  diameterAngstrom: number,
  mirrors: boolean,
): ReferenceSet {
  if (sidePx * pixelSizeAngstrom < leastBoxDiameters * diameterAngstrom) {
    throw new UsageError(
      `${name} has boxes of ${Math.round(sidePx * pixelSizeAngstrom)} Å, smaller than the particle of ${diameterAngstrom} Å: check diameter and pixel size (--reference-pixel-size).`,
    );
  }
  const area = sidePx * sidePx;
  const radiusPx = diameterAngstrom / 2 / pixelSizeAngstrom;
  const grounded = Array.from({ length: Math.floor(pixels.length / area) }, (_, i) =>
    onGround(pixels.subarray(i * area, (i + 1) * area), sidePx, radiusPx),
  );
  const protein = grounded.reduce((sum, { inside }) => sum + inside, 0);
  const kept = grounded
    .map((one, i) => ({ ...one, classNumber: i + 1 }))
    // A class without members is empty.
    .filter(({ squares }) => squares > 0);
  const pictures = kept.map(({ data, squares }) => {
    const factor = Math.sign(protein || 1) / Math.sqrt(squares);
    return { side: sidePx, pixelSizeAngstrom, data: data.map((value) => value * factor) };
  });
  if (pictures.length === 0) {
    throw new UsageError(`${name} holds no picture of a particle: all its pixels are alike.`);
  }
  const origins = kept.map(({ classNumber }) => ({ classNumber, rotation: unturned }));
  return { kind: 'averages', pictures, origins, mirrors };
}

/** A picture less the mean of what surrounds the particle, faded out at the edge of the box. */
function onGround(picture: Float32Array, side: number, radiusPx: number) {
  const centre = Math.floor(side / 2);
  const radiusAt = (i: number): number => Math.hypot((i % side) - centre, Math.floor(i / side) - centre);
  let [sum, count] = [0, 0];
  const half = side / 2;
  for (const [i, value] of picture.entries()) {
    const radius = radiusAt(i);
    if (!Number.isFinite(value) || radius > half || radius < Math.min(radiusPx, 0.9 * half)) continue;
    sum += value;
    count++;
  }
  const ground = count > 0 ? sum / count : 0;
  let [inside, squares] = [0, 0];
  const data = picture.map((value, i) => {
    if (!Number.isFinite(value)) return 0;
    const radius = radiusAt(i);
    const weight = Math.min(1, Math.max(0, (half - radius) / (fading * half)));
    const result = weight * (value - ground);
    if (radius < radiusPx) inside += result;
    squares += result * result;
    return result;
  });
  return { data, inside, squares };
}

/** References that are made one by one, as many as are looked at; origins are of all. */
export interface ReferenceViews extends Omit<ReferenceSet, 'pictures'> {
  picture(index: number): Square;
}

export function allPictures({ picture, ...views }: ReferenceViews): ReferenceSet {
  return { ...views, pictures: views.origins.map((_, i) => picture(i)) };
}

/**
 * Projections of a density map over half the sphere, the other half being their mirror images.
 * @param pixelSizeAngstrom of the projections.
 * @throws UsageError where the map's voxels are so much larger or smaller that one of both sizes must be wrong.
 */
export function volumeViews(
  volume: VolumeSpectrum,
  pixelSizeAngstrom: number,
  stepDegrees: number,
): ReferenceViews {
  checkResampling(volume.voxelSizeAngstrom, pixelSizeAngstrom);
  const projector = new VolumeProjector(volume, pixelSizeAngstrom);
  const side = projector.tileSide;
  const centre = { x: side / 2, y: side / 2 };
  const views = viewsOfHalfSphere(stepDegrees);
  return {
    kind: 'volume',
    origins: views.map((rotation) => ({ classNumber: 1, rotation })),
    mirrors: true,
    picture: (index) => {
      const rotation = views[index];
      if (!rotation) throw new RangeError(`There is no view ${index}.`);
      const data = projector.project(rotation, centre).data.slice(0, side * side);
      return { side, pixelSizeAngstrom, data };
    },
  };
}
