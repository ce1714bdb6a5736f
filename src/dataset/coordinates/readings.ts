/**
 * The several ways in which one coordinate file can be meant. Programs differ in where y begins, in whether a box is
 * given by its centre or its corner, and in the binning of the image that was picked on; a file says none of it. Each
 * way is a reading; the picture tells which is right (`pipelines/readingScore.ts`), and the user has the last word.
 */
import type { Coordinate, CoordinateFormat, MicrographCoordinates } from '../../formats/coordinates.ts';
import type { CoordinateFile } from './read.ts';

/** Columns and rows, px. */
export interface ImageSize {
  readonly width: number;
  readonly height: number;
}

export interface Reading {
  /** Stays the same from file to file: "flip corner bin1 pixel". */
  readonly id: string;
  /** A sentence for the user. */
  readonly label: string;
  /** The file counts y from the last row. */
  readonly flipY: boolean;
  /** What x and y of the file are: the box's centre, or its lower-valued corner. */
  readonly anchor: 'centre' | 'corner';
  /** Micrograph pixels along one side of a pixel that was picked on; below 1 where that image was the larger one. */
  readonly binning: number;
  readonly unit: 'pixel' | 'fraction';
  /** The file's, which says by what anchor its coordinates were read. */
  readonly format: CoordinateFormat;
}

const PROGRAMS: Readonly<Record<CoordinateFormat, string>> = {
  star: 'RELION',
  box: 'EMAN',
  eman2: 'EMAN2',
  cbox: 'crYOLO',
  topaz: 'Topaz',
  cs: 'cryoSPARC',
  imod: 'IMOD',
  csv: 'Table',
};

/** Formats that give the lower-valued corner of a box. */
const CORNER_FORMATS: ReadonlySet<CoordinateFormat> = new Set(['box', 'cbox']);
const BINNINGS = [2, 4, 8] as const;
/** Fewer of the points inside the picture than this, and a reading is not offered; pickers reach over the edge. */
const MOST = 0.9;
/** Extents of picks reach about this far across a micrograph that has particles everywhere. */
const USUAL_EXTENT = 0.97;

/** What makes a reading. */
export type Traits = Omit<Reading, 'id' | 'label'>;

/** How the file's own program means it. */
export function ownReading(file: Pick<CoordinateFile, 'format' | 'unit'>): Reading {
  return describeReading(ownTraits(file));
}

/**
 * The program's own reading first, then all others that put most points inside the picture: y from the other end,
 * centre for corner, binned by 2, 4 and 8 or as the extents say, and fractions where all values lie between 0 and 1.
 */
export function readingsOf(
  file: Pick<CoordinateFile, 'format' | 'unit'>,
  micrograph: MicrographCoordinates,
  size: ImageSize,
): Reading[] {
  const own = ownTraits(file);
  const { coordinates } = micrograph;
  const isFraction = coordinates.length > 0 && coordinates.every(({ x, y }) => inUnit(x) && inUnit(y));
  const units =
    file.unit === 'fraction' ? [file.unit] : isFraction ? (['pixel', 'fraction'] as const) : [file.unit];
  const hasBoxes = coordinates.some(({ boxWidth = 0, boxHeight = 0 }) => boxWidth + boxHeight > 0);
  const anchors = hasBoxes
    ? ([own.anchor, own.anchor === 'corner' ? 'centre' : 'corner'] as const)
    : [own.anchor];

  const candidates: Traits[] = units.flatMap((unit) =>
    (unit === 'fraction' ? [1] : binningsOf(micrograph, size)).flatMap((binning) =>
      anchors.flatMap((anchor) =>
        [false, true].map((flipY) => ({ flipY, anchor, binning, unit, format: file.format })),
      ),
    ),
  );
  // Enough to tell what lies inside; making places of all of 50,000 for each candidate would be felt.
  const some = evenSample(coordinates, MOST_TRIED);
  const isOwn = (traits: Traits): boolean => idOf(traits) === idOf(own);
  const plausible = candidates.filter((traits) => isOwn(traits) || fits(some, traits, size));
  // The fewer things differ from the program's own way, the earlier.
  const distance = (traits: Traits): number =>
    Number(traits.flipY !== own.flipY) +
    Number(traits.anchor !== own.anchor) * 2 +
    Number(traits.binning !== own.binning) * 2 +
    Number(traits.unit !== own.unit) * 2;
  return plausible.sort((a, b) => distance(a) - distance(b)).map(describeReading);
}

/**
 * Centres in pixels of the micrograph under a reading.
 * @param coordinates as `readCoordinates` gave them, that is, by the program's own anchor, unbinned and unflipped.
 */
export function applyReading(
  coordinates: readonly Coordinate[],
  reading: Omit<Reading, 'id' | 'label'>,
  { width, height }: ImageSize,
): Coordinate[] {
  const anchored = coordinates.map((one) => shifted(one, anchorOf(reading.format), reading.anchor));
  const pixels =
    reading.unit === 'fraction'
      ? anchored.map((one) => ({ ...one, x: one.x * width - 0.5, y: one.y * height - 0.5 }))
      : rescale(anchored, reading.binning);
  return reading.flipY ? flipped(pixels, height) : pixels;
}

/** The way back: centres on the micrograph to what the file's program would have given, for writing into its file. */
export function undoReading(
  coordinates: readonly Coordinate[],
  reading: Reading,
  { width, height }: ImageSize,
): Coordinate[] {
  const unflipped = reading.flipY ? flipped(coordinates, height) : coordinates;
  const units =
    reading.unit === 'fraction'
      ? unflipped.map((one) => ({ ...one, x: (one.x + 0.5) / width, y: (one.y + 0.5) / height }))
      : rescale(unflipped, 1 / reading.binning);
  return units.map((one) => shifted(one, reading.anchor, anchorOf(reading.format)));
}

/** Binned coordinates to those on the unbinned image: pixel centres, so 0 of a bin of 2 is 0.5. */
export function rescale(coordinates: readonly Coordinate[], factor: number): Coordinate[] {
  if (factor === 1) return [...coordinates];
  return coordinates.map((coordinate) => ({
    ...coordinate,
    x: (coordinate.x + 0.5) * factor - 0.5,
    y: (coordinate.y + 0.5) * factor - 0.5,
    ...scaledSizes(coordinate, factor),
  }));
}

/** y counted from the other end. */
export function flipped(coordinates: readonly Coordinate[], height: number): Coordinate[] {
  return coordinates.map((coordinate) => ({ ...coordinate, y: height - 1 - coordinate.y }));
}

/** A centre that was computed from a corner, taken back to what the file says, or the other way round. */
function shifted(coordinate: Coordinate, from: Reading['anchor'], to: Reading['anchor']): Coordinate {
  if (from === to) return coordinate;
  const { boxWidth = 0, boxHeight = 0 } = coordinate;
  const sign = to === 'corner' ? 1 : -1;
  return { ...coordinate, x: coordinate.x + (sign * boxWidth) / 2, y: coordinate.y + (sign * boxHeight) / 2 };
}

function scaledSizes({ boxWidth, boxHeight, diameterPx }: Coordinate, factor: number): Partial<Coordinate> {
  return {
    ...(boxWidth === undefined ? {} : { boxWidth: boxWidth * factor }),
    ...(boxHeight === undefined ? {} : { boxHeight: boxHeight * factor }),
    ...(diameterPx === undefined ? {} : { diameterPx: diameterPx * factor }),
  };
}

function ownTraits({ format, unit }: Pick<CoordinateFile, 'format' | 'unit'>): Traits {
  return { flipY: false, anchor: anchorOf(format), binning: 1, unit, format };
}

function anchorOf(format: CoordinateFormat): Reading['anchor'] {
  return CORNER_FORMATS.has(format) ? 'corner' : 'centre';
}

/** 1, 2, 4, 8; below 1 where the picks were made on a larger image; and what the file's own size or the extents say. */
function binningsOf({ coordinates, width, height }: MicrographCoordinates, size: ImageSize): number[] {
  const binnings: number[] = [1, ...BINNINGS];
  if (width !== undefined && height !== undefined) {
    const ratio = size.width / width;
    // Only a size of the same proportions is the same picture at another binning.
    const isSame = Math.abs(size.height / height / ratio - 1) < 0.01;
    if (isSame && Math.abs(ratio - 1) > 0.005) binnings.push(Number(ratio.toPrecision(6)));
  }
  const largestX = coordinates.reduce((most, { x }) => Math.max(most, x), 0);
  const largestY = coordinates.reduce((most, { y }) => Math.max(most, y), 0);
  const reach = Math.max(largestX / size.width, largestY / size.height);
  if (reach > 1.05) {
    // Picks reach beyond the picture: they were made on a larger one.
    const power = 2 ** -Math.ceil(Math.log2(reach));
    binnings.push(power);
    const guess = Number((USUAL_EXTENT / reach).toPrecision(3));
    if (Math.abs(guess / power - 1) > 0.1) binnings.push(guess);
  }
  return [...new Set(binnings)];
}

function fits(coordinates: readonly Coordinate[], traits: Traits, size: ImageSize): boolean {
  const points = applyReading(coordinates, traits, size);
  const inside = points.filter(
    ({ x, y }) => x >= -0.5 && y >= -0.5 && x <= size.width - 0.5 && y <= size.height - 0.5,
  );
  return inside.length >= MOST * points.length;
}

/** So many picks tell how a file is meant; all of 50,000, in every reading, would hold up the page for a second. */
export const MOST_JUDGED = 4000;

/** So many picks tell which share of all lies inside the picture, to a few hundredths. */
const MOST_TRIED = 1000;

/** At most so many of a list, evenly from its beginning to its end. */
export function evenSample<T>(list: readonly T[], most: number): readonly T[] {
  if (list.length <= most) return list;
  const step = list.length / most;
  return Array.from({ length: most }, (_, i) => list[Math.floor(i * step)]).filter(
    (one) => one !== undefined,
  );
}

function inUnit(value: number): boolean {
  return value >= 0 && value <= 1;
}

function idOf({ flipY, anchor, binning, unit }: Traits): string {
  return `${flipY ? 'flip' : 'straight'} ${anchor} bin${binning} ${unit}`;
}

/** A reading with its sentence; traits may be any, not only those that `readingsOf` offers. */
export function describeReading(traits: Traits): Reading {
  const { flipY, anchor, binning, unit, format } = traits;
  const words = [];
  if (unit === 'fraction') words.push('parts of the micrograph’s sides');
  const hasBoxes = anchorOf(format) === 'corner' || anchor === 'corner';
  words.push(hasBoxes ? `${anchor} of the box` : 'centre of the particle');
  if (binning > 1) words.push(`picked on an image binned ${binning}×`);
  if (binning < 1) words.push(`picked on an image ${Number((1 / binning).toPrecision(3))}× as large`);
  words.push(`y counted from the ${flipY ? 'last' : 'first'} row`);
  return {
    id: idOf(traits),
    label: `${PROGRAMS[format]}: ${words.join(', ')}`,
    flipY,
    anchor,
    binning,
    unit,
    format,
  };
}
