/** Drawn scenes as the words that the shaders in `shaders/simulation` read. */
import { freePaths, potentials } from './contaminantMaps.ts';
import type { Contaminant, Matter } from './contaminants.ts';
import { interactionConstant, type Optics, wavelengthAngstrom } from './optics.ts';
import { cornerRadii, type Shape } from './outlines.ts';
import type { PlacedParticle } from './placement.ts';
import { VolumeSpectrum } from './projector.ts';
import { heapExtents, type ProteinCopies, type SceneContents } from './sceneContents.ts';
import type { SceneImaging } from './sceneImaging.ts';
import { usualStrength } from './sceneNumbers.ts';
import { strongestPhase } from './scenes.ts';
import type { Blob } from './shapes.ts';
import { rimOf } from './specimen.ts';
import { proteinPotentialVolt } from './volume.ts';

/** A scene before any pixel is. */
export interface DrawnScene {
  readonly index: number;
  readonly contents: SceneContents;
  readonly imaging: SceneImaging;
}

/** What `contaminants.wgsl` has to be told. */
export const contaminantDefines = {
  ICE: potentials.ice,
  CARBON: potentials.carbon,
  GOLD: potentials.gold,
  ETHANE: potentials.ethane,
  ICEPATH: freePaths.ice,
  CARBONPATH: freePaths.carbon,
  GOLDPATH: freePaths.gold,
  ETHANEPATH: freePaths.ethane,
  PHASE: strongestPhase,
  CORNER: cornerRadii,
} as const;

const sceneWords = 45;
const copyWords = 16;
const contaminantWords = 40;
const [heapMark, particleMark] = [1, 2];
/** Blobs end at so many σ. */
const blobReach = 4;

/** A list of words of 32 bits, whole numbers and floats. */
class Words {
  private whole32 = new Uint32Array(1024);
  private float32 = new Float32Array(this.whole32.buffer);
  length = 0;

  whole(...values: readonly number[]): this {
    this.makeRoom(values.length);
    for (const value of values) this.whole32[this.length++] = value;
    return this;
  }

  float(...values: readonly number[]): this {
    this.makeRoom(values.length);
    for (const value of values) this.float32[this.length++] = value;
    return this;
  }

  /** Zeros until the length is a multiple. */
  padTo(multiple: number): void {
    while (this.length % multiple > 0) this.whole(0);
  }

  /** At least four words: a buffer may not be empty. */
  pack(): Uint32Array<ArrayBuffer> {
    return this.whole32.slice(0, Math.max(4, this.length));
  }

  private makeRoom(words: number): void {
    if (this.length + words <= this.whole32.length) return;
    const larger = new Uint32Array(2 * this.whole32.length + words);
    larger.set(this.whole32);
    this.whole32 = larger;
    this.float32 = new Float32Array(larger.buffer);
  }
}

export interface SceneRecords {
  readonly scenes: Uint32Array<ArrayBuffer>;
  readonly copies: Uint32Array<ArrayBuffer>;
  readonly blobs: Uint32Array<ArrayBuffer>;
  readonly contaminants: Uint32Array<ArrayBuffer>;
}

/** Packs a batch. @param seed of the settings: with the scene's number it makes the noise. */
export function packScenes(drawn: readonly DrawnScene[], seed: number): SceneRecords {
  const [scenes, copies, blobs, contaminants] = [new Words(), new Words(), new Words(), new Words()];
  for (const { index, contents, imaging } of drawn) {
    const firstContaminant = contaminants.length / contaminantWords;
    for (const one of contents.contaminants) packContaminant(contaminants, one);
    const firstCopy = copies.length / copyWords;
    for (const one of contents.copies) packCopies(copies, blobs, one);
    packMarks(copies, contents.particles, particleMark, contents.extentPx / 2);
    packMarks(copies, contents.heaps, heapMark, heapExtents * contents.extentPx);
    scenes
      .whole(seed, index, firstContaminant, contents.contaminants.length)
      .whole(firstCopy, copies.length / copyWords - firstCopy);
    packOptics(scenes, contents, imaging);
    packImaging(scenes, contents, imaging);
    scenes.padTo(sceneWords);
  }
  return {
    scenes: scenes.pack(),
    copies: copies.pack(),
    blobs: blobs.pack(),
    contaminants: contaminants.pack(),
  };
}

function packOptics(
  words: Words,
  { optics, pixelSizeAngstrom, extentPx }: SceneContents,
  imaging: SceneImaging,
) {
  const { square, fourth, shift } = phaseInTurns(optics, pixelSizeAngstrom);
  words
    .float(pixelSizeAngstrom, interactionConstant(optics.voltageKilovolt), extentPx, imaging.textureRadians)
    .float(square, fourth, shift, Math.sqrt(1 - optics.amplitudeContrast ** 2), optics.amplitudeContrast)
    .float(optics.envelopeAngstromSquared / (4 * pixelSizeAngstrom ** 2));
}

/** χ/2π of `contrastTransfer` against |k|² and |k|⁴ in cycles per pixel. */
function phaseInTurns(optics: Optics, pixelSizeAngstrom: number) {
  const lambda = wavelengthAngstrom(optics.voltageKilovolt);
  return {
    square: (lambda * optics.defocusAngstrom) / (2 * pixelSizeAngstrom ** 2),
    fourth: (-(optics.sphericalAberrationMm * 1e7) * lambda ** 3) / (4 * pixelSizeAngstrom ** 4),
    shift: (optics.phaseShiftRadians ?? 0) / (2 * Math.PI),
  };
}

function packImaging(
  words: Words,
  contents: SceneContents,
  { signalToNoise, colours, border, slope, smoothingPx }: SceneImaging,
): void {
  words
    .float(signalToNoise, colours.white, colours.slow, colours.ice, colours.lengthPx, colours.fall)
    .whole(border.left, border.top, border.right, border.bottom)
    .float(slope?.amplitude ?? 0, smoothingPx, usualStrength(contents))
    .float(...(slope?.knots ?? []));
}

/** Volumes are projected elsewhere. */
function packCopies(words: Words, blobs: Words, { density, extentPx, places }: ProteinCopies): void {
  if (density instanceof VolumeSpectrum) return;
  const firstBlob = blobs.length / 5;
  for (const { x, y, z, sigma, weight } of density)
    blobs.float(x, y, z, sigma, weight * proteinPotentialVolt);
  const reach = extentPx * Math.max(0, ...density.map(reachOf));
  for (const { x, y, rotation } of places) {
    words.float(x, y, ...rotation.slice(0, 6), extentPx, reach);
    words.whole(firstBlob, density.length, 0, 0);
    words.padTo(copyWords);
  }
}

const reachOf = ({ x, y, z, sigma }: Blob): number => Math.hypot(x, y, z) + blobReach * sigma;

/** Discs without any protein. */
function packMarks(words: Words, places: readonly PlacedParticle[], mark: number, radius: number): void {
  for (const { x, y } of places) {
    words.float(x, y, 0, 0, 0, 0, 0, 0, 0, radius).whole(0, 0, mark).float(radius);
    words.padTo(copyWords);
  }
}

function packContaminant(words: Words, { shape, matter, softAngstrom }: Contaminant): void {
  const { x, y, reachAngstrom, radius } = shape;
  const parts = partsOf(shape);
  const start = words.length;
  words.whole(shapeKinds.indexOf(shape.kind), matterKinds.indexOf(matter.kind));
  words.float(x, y, reachAngstrom, softAngstrom, radius).whole(parts.length);
  for (const part of parts) words.float(...part);
  while (words.length < start + 29) words.whole(0);
  packMatter(words, matter);
  while (words.length < start + 37) words.whole(0);
  words.float(rimOf(softAngstrom));
  words.padTo(contaminantWords);
}

const shapeKinds: readonly Shape['kind'][] = ['polygon', 'wavering', 'rim'];
const matterKinds: readonly Matter['kind'][] = ['crystals', 'hexagonal', 'carbon', 'gold', 'ethane', 'dirt'];

function partsOf(shape: Shape): readonly (readonly [number, number, number])[] {
  switch (shape.kind) {
    case 'polygon':
      return shape.sides.map(({ cos, sin, at }) => [cos, sin, at]);
    case 'wavering':
      return shape.waves.map(({ n, height, phase }) => [n, height, phase]);
    case 'rim':
      return shape.waves.map(({ length, height, phase }) => [length, height, phase]);
  }
}

function packMatter(words: Words, matter: Matter): void {
  switch (matter.kind) {
    case 'crystals': {
      const { thickness, rise, slope, cos, sin, diffracted, bands, phase } = matter;
      words.float(thickness, rise, slope, cos, sin, diffracted, bands, phase);
      return;
    }
    case 'hexagonal':
      words.float(matter.grain, matter.strength).whole(matter.salt);
      return;
    case 'carbon':
      words.float(matter.thickness);
      return;
    case 'gold':
      words.float(matter.radius);
      return;
    case 'ethane':
      words.float(matter.radius, matter.thickness);
      return;
    case 'dirt':
      words.float(matter.radius, matter.density);
      return;
  }
}
