/** What the sections of an MRC file are to one another. The format does not say; this is how we guess. */
import type { FrameKind } from '../image.ts';
import type { MrcHeader } from './header.ts';
import { FIELD } from './layout.ts';

/** What IMOD, RELION and the map servers call tilt series and stacks, and volumes. */
const SERIES = /\.(st|ali|preali|mrcs)$/i;
const TILT_SERIES = /\.(st|ali|preali)$/i;
const VOLUME = /\.(rec|map|ccp4)$/i;

/** Cameras have more, boxes of particles fewer; px. */
const SMALLEST_CAMERA_PX = 512;
/** Tomograms are at least 1 : 12 or so, movies with their tens of frames flatter than 1 : 16. */
const FLATTEST_VOLUME = 1 / 16;
/** Density maps without a cell are cubes, or nearly. */
const FLATTEST_WITHOUT_CELL = 1 / 2;

/**
 * One section is an image; ISPG 401 to 630 says stack of volumes. Otherwise:
 *
 * - It is a **volume** where its name says so (.rec, .map, .ccp4), or where its header does and can be believed. Movies
 *   with ISPG 1 are common, as it is what many libraries write for anything with sections. So ISPG 1 to 400 is
 *   believed only when MZ is more than 1 (a stack has MZ 1), no edge of the cell is negative or NaN, the pixels are
 *   densities rather than counts of a camera (unsigned 16 bit, 4 bit), the name is not a stack's, and the sections are
 *   not too few: at least a sixteenth of the side of a picture of camera size, half of the side if the cell is 0.
 * - It is a **movie** when it is at least 512 px a side, holds real numbers and its name is not a tilt series'.
 * - Everything else is a **stack**: particles, class averages, tilt series, templates.
 */
export function guessKind(file: string, header: MrcHeader): FrameKind {
  const { sections, spaceGroup, width, height } = header;
  const name = file.replace(/\.(gz|bz2)$/i, '');
  if (sections === 1) return 'image';
  if (isVolumeStack(spaceGroup)) return 'volume-stack';
  if (VOLUME.test(name) || (!SERIES.test(name) && isBelievableVolume(header))) return 'volume';
  const isCameraSize = Math.min(width, height) >= SMALLEST_CAMERA_PX;
  return isCameraSize && !header.mode.isComplex && !TILT_SERIES.test(name) ? 'movie' : 'stack';
}

export function isVolumeStack(spaceGroup: number): boolean {
  return spaceGroup >= 401 && spaceGroup <= 630;
}

function isBelievableVolume({ spaceGroup, fields, mode, sections, width, height }: MrcHeader): boolean {
  const shortSide = Math.min(width, height);
  const cell = fields.floats(FIELD.cellX);
  const isCount = mode.mode === 6 || mode.mode === 101;
  if (spaceGroup < 1 || spaceGroup > 400 || fields.int(FIELD.mz) <= 1 || isCount) return false;
  if (!cell.every((edge) => edge >= 0)) return false;
  if (cell.includes(0)) return sections >= shortSide * FLATTEST_WITHOUT_CELL;
  return shortSide < SMALLEST_CAMERA_PX || sections >= shortSide * FLATTEST_VOLUME;
}
