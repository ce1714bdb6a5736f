/** From an opened file to the picture that is shown of it. */
import type { ByteSource } from '../core/bytes.ts';
import { UsageError } from '../core/errors.ts';
import { type FrameRange, wholeRange } from '../dataset/exposure.ts';
import { fingerprint } from '../dataset/fingerprint.ts';
import type { PixelStatistics } from '../dataset/micrograph.ts';
import type { OpenedMicrograph as OpenedFile } from '../dataset/open.ts';
import type { ReadOptions } from '../formats/image.ts';
import type { ContrastWindow, Exposure, GainUse, OpenedMicrograph, OpenRequest } from '../rpc/contract.ts';
import type { TileCache } from '../tiles/cache.ts';
import { levelCount, tileSize } from '../tiles/pyramid.ts';
import { type LaidGain, MovieOnGpu, MoviePicture } from './moviePicture.ts';
import { OpenImage } from './openImage.ts';
import { storedFrame } from './rawPicture.ts';

/** What the page has open: a file, the frame it looks at, and the picture that is made of them. */
export interface OpenDocument {
  readonly file: OpenedFile;
  /** Of a stack; 0 of a movie. */
  readonly frame: number;
  readonly image: OpenImage;
  /** Of a movie: what its pictures are made from. */
  readonly movie: MovieOnGpu | undefined;
  /** The picture of the movie that is shown. */
  shown: MoviePicture | undefined;
  /** Part of a picture's version: how the user wants the file read. */
  readonly variant: string;
}

/**
 * Prepares what is asked for; nothing is read but what the fingerprint needs. A range that ends after the movie is cut.
 * @param lay finds the gain reference that the page has opened.
 * @throws UsageError when there is no such frame.
 */
export async function openDocument(
  source: ByteSource,
  file: OpenedFile,
  { frame, read, exposure }: OpenRequest,
  lay: (use: GainUse | undefined) => LaidGain | undefined,
  cache: TileCache,
): Promise<OpenDocument> {
  const variant = variantOf(file, read);
  const { frames } = file;
  if (file.kind === 'movie') {
    const movie = new MovieOnGpu(file);
    const wanted = exposure
      ? { ...exposure, range: cutRange(exposure.range, frames) }
      : { range: wholeRange(frames), removeHotPixels: true, gain: undefined };
    const shown = new MoviePicture(movie, wanted, lay(wanted.gain), variant);
    // One field of view, whichever frames are summed: its picks stay.
    const image = new OpenImage(await fingerprint(source, 0), file, shown, cache);
    return { file, frame: 0, image, movie, shown, variant };
  }
  if (!Number.isInteger(frame) || frame < 0 || frame >= frames) {
    throw new UsageError(
      `${file.name} has ${frames} frame${frames === 1 ? '' : 's'}; there is no frame ${frame + 1}.`,
    );
  }
  const picture = storedFrame(file, frame, variant);
  const image = new OpenImage(await fingerprint(source, frame), file, picture, cache);
  return { file, frame, image, movie: undefined, shown: undefined, variant };
}

/** The picture that another exposure of an open movie makes. @throws UsageError when it is no movie. */
export function pictureOf(
  { file, movie, variant }: OpenDocument,
  exposure: Exposure,
  lay: (use: GainUse | undefined) => LaidGain | undefined,
): MoviePicture {
  if (!movie) throw new UsageError(`${file.name} is no movie: it has no frames to sum.`);
  return new MoviePicture(movie, exposure, lay(exposure.gain), variant);
}

/** What the page is told of it. */
export function describeDocument(
  id: number,
  { file, frame, image, shown }: OpenDocument,
  statistics: PixelStatistics,
  contrast: ContrastWindow,
): OpenedMicrograph {
  const { width, height, warnings } = file;
  return {
    id,
    fingerprint: image.fingerprint,
    name: file.name,
    format: file.format,
    compression: file.compression,
    kind: file.kind,
    width,
    height,
    frames: file.frames,
    frame,
    pixelSizeAngstrom: file.pixelSizeAngstrom,
    description: file.description,
    warnings:
      statistics.nonFinite > 0 ? [...warnings, nonFiniteWarning(statistics.nonFinite)] : [...warnings],
    facts: file.facts,
    acquisition: file.acquisition,
    byteSign: file.byteSign,
    rawFrames: file.rawFrames,
    framesPerFraction: file.framesPerFraction,
    exposed: shown?.report,
    version: image.version('raw'),
    statistics,
    contrast,
    pyramid: { tileSize, levels: levelCount(width, height) },
  };
}

/** Only where the same bytes can be read in several ways. */
function variantOf({ byteSign, framesPerFraction }: OpenedFile, read: ReadOptions): string {
  const sign = byteSign !== undefined && read.byteSign !== undefined ? `-${read.byteSign}` : '';
  return framesPerFraction === undefined ? sign : `${sign}-by-${framesPerFraction}`;
}

function cutRange({ first, last }: FrameRange, frames: number): FrameRange {
  const end = Math.min(last, frames - 1);
  return { first: Math.min(first, end), last: end };
}

function nonFiniteWarning(count: number): string {
  return `${count} pixel${count === 1 ? ' is' : 's are'} not a number; ${count === 1 ? 'it is' : 'they are'} shown as the mean.`;
}
