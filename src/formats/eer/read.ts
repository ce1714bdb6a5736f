/**
 * EER movies (Electron Event Representation) of Thermo Fisher's Falcon cameras: TIFF or BigTIFF whose pages are lists of
 * electrons, hundreds a second. Groups of raw frames are counted into the frames of a movie, on the detector's own pixels.
 *
 * Row 0 is the first in the stream and is drawn at the top: RELION renders EER without a flip (renderEER.cpp, y =
 * position / 4096), though it turns TIFF over, and takes that flip back for `.gain` references, which are TIFF, so that
 * they lie on the frames (loadEERGain in renderEER.h). The Orientation tag (2 and 5 occur) is not obeyed, as there.
 */

import type { ByteSource } from '../../core/bytes.ts';
import { FormatError } from '../../core/errors.ts';
import type { FileFact, ImageFile, ReadOptions, StoredSamples } from '../image.ts';
import { checkRows, readUnchanged } from '../rows.ts';
import { addToPixels, FrameDecoder } from './codec.ts';
import { checkFramesPerFraction, defaultFramesPerFraction } from './fractions.ts';
import { type EerMetadata, readEerMetadata } from './metadata.ts';
import { type EerPages, type RawFrame, readEerPages } from './pages.ts';

export { isEer } from './pages.ts';

/**
 * Reads the directories of all raw frames, and the first frame where its dose decides about the fractions.
 * @throws FormatError bad-eer, truncated, empty; UsageError when `framesPerFraction` does not suit the movie.
 */
export async function openEer(
  source: ByteSource,
  { framesPerFraction: wanted }: ReadOptions,
): Promise<ImageFile> {
  const pages = await readEerPages(source);
  const metadata = readEerMetadata(pages.metadata);
  const { width, height } = pages;
  const { pixelSizeAngstrom } = metadata;
  const rawFrames = pages.frames.length;
  if (wanted !== undefined) checkFramesPerFraction(wanted);

  const counter = new FractionCounter(source, pages);
  // What suits the other movies of a session must not keep one that was ended early from being seen.
  const framesPerFraction =
    (wanted && Math.min(wanted, rawFrames)) ??
    defaultFramesPerFraction(
      rawFrames,
      pixelSizeAngstrom &&
        (await counter.electronsOf(0)) / (width * height) / (pixelSizeAngstrom * pixelSizeAngstrom),
    );
  const frames = Math.floor(rawFrames / framesPerFraction);

  async function readSamples(frame: number, firstRow: number, rowCount: number): Promise<StoredSamples> {
    checkRows({ name: source.name, frames, height }, frame, firstRow, rowCount);
    const counts = await counter.fraction(frame * framesPerFraction, framesPerFraction);
    const rows = counts.slice(firstRow * width, (firstRow + rowCount) * width);
    return {
      type: rows instanceof Uint8Array ? 'uint8' : 'uint16',
      bytes: new Uint8Array(rows.buffer),
      rowBytes: width * rows.BYTES_PER_ELEMENT,
    };
  }

  return {
    format: 'EER',
    kind: 'movie',
    width,
    height,
    frames,
    pixelSizeAngstrom,
    description: `EER ${pages.compression} (electrons of ${rawFrames} raw frames), ${framesPerFraction} to a frame`,
    warnings: warningsOf(metadata, rawFrames, framesPerFraction, wanted),
    facts: [...factsOf(pages), ...metadata.facts],
    acquisition: metadata.acquisition,
    rawFrames,
    framesPerFraction,
    readRows: async (frame, firstRow, rowCount) => {
      const { type, bytes } = await readSamples(frame, firstRow, rowCount);
      return Float32Array.from(type === 'uint8' ? bytes : new Uint16Array(bytes.buffer));
    },
    readSamples,
  };
}

type Counts = Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer>;

/** Counts the electrons of groups of raw frames; the last group is kept, since its rows are asked for in bands. */
class FractionCounter {
  private readonly decoder: FrameDecoder;
  private readonly pixels: number;
  private kept: { readonly first: number; readonly counts: Promise<Counts> } | undefined;

  constructor(
    private readonly source: ByteSource,
    private readonly pages: EerPages,
  ) {
    this.pixels = pages.width * pages.height;
    this.decoder = new FrameDecoder(pages.coding, this.pixels);
  }

  async electronsOf(index: number): Promise<number> {
    return this.decode(index, await this.readFrame(index)).length;
  }

  fraction(first: number, length: number): Promise<Counts> {
    if (this.kept?.first !== first) {
      const counts = this.count(first, length);
      this.kept = { first, counts };
      // What failed may go well when it is asked for again, such as a file on a network drive.
      counts.catch(() => {
        if (this.kept?.counts === counts) this.kept = undefined;
      });
    }
    return this.kept.counts;
  }

  private async count(first: number, length: number): Promise<Counts> {
    // A raw frame has one electron at most on a pixel.
    const counts = length < 256 ? new Uint8Array(this.pixels) : new Uint16Array(this.pixels);
    let next = this.readFrame(first);
    for (let index = first; index < first + length; index++) {
      const parts = await next;
      // The next frame is on its way while this one is decoded.
      if (index + 1 < first + length) {
        next = this.readFrame(index + 1);
        next.catch(() => {});
      }
      addToPixels(counts, this.decode(index, parts), this.pages.coding);
    }
    return counts;
  }

  /** Events of a whole frame. */
  private decode(index: number, parts: readonly Uint8Array[]): Uint32Array {
    const frame = this.decoder.decode(parts);
    if (frame.pixels === this.pixels) return frame.events;
    const total = this.pages.frames.length;
    throw new FormatError(
      'bad-eer',
      this.source.name,
      `is damaged: its raw frame ${index + 1} of ${total} decodes to ${frame.pixels} pixels instead of ${this.pixels}. Copy or download it again.`,
    );
  }

  private async readFrame(index: number): Promise<Uint8Array[]> {
    const { offsets, byteCounts } = this.pages.frames[index] ?? noFrame;
    const parts: Uint8Array[] = [];
    for (const [strip, offset] of offsets.entries()) {
      parts.push(await readUnchanged(this.source, offset, byteCounts[strip] ?? 0));
    }
    return parts;
  }
}

const noFrame: RawFrame = { offsets: [], byteCounts: [] };

function warningsOf(
  { pixelSizeAngstrom, statedFrames }: EerMetadata,
  rawFrames: number,
  framesPerFraction: number,
  wanted: number | undefined,
): string[] {
  const warnings: string[] = [];
  if (wanted !== undefined && wanted > rawFrames) {
    warnings.push(`There are ${rawFrames} raw frames, fewer than the ${wanted} of a frame: all make one.`);
  }
  const left = rawFrames % framesPerFraction;
  if (left > 0) {
    warnings.push(
      `The last ${left} of ${rawFrames} raw frames are left out: they do not fill a frame of ${framesPerFraction}.`,
    );
  }
  if (statedFrames !== undefined && statedFrames > rawFrames) {
    warnings.push(
      `The camera took ${statedFrames} raw frames, but only ${rawFrames} are in the file: it may be cut off.`,
    );
  }
  if (pixelSizeAngstrom === undefined) {
    warnings.push('The file does not state its pixel size; give it by hand.');
  }
  return warnings;
}

function factsOf({
  width,
  height,
  compression,
  coding,
  frames,
  otherPages,
  orientation,
}: EerPages): FileFact[] {
  const good = (name: string, value: string, meaning: string): FileFact => ({
    name,
    value,
    meaning,
    verdict: 'good',
  });
  const { skipBits, horizontalBits, verticalBits } = coding;
  return [
    good('ImageWidth', String(width), 'Columns of the detector'),
    good('ImageLength', String(height), 'Rows of the detector'),
    good(
      'Compression',
      String(compression),
      `Electrons as runs of ${skipBits} bits and sub-pixel positions of ${horizontalBits} + ${verticalBits} bits`,
    ),
    ...(orientation === undefined
      ? []
      : [
          good(
            'Orientation',
            String(orientation),
            'Not obeyed, as in RELION: row 0 is at the top, the first pixel at the left',
          ),
        ]),
    good('Raw frames', String(frames.length), 'Pages with electrons'),
    ...(otherPages === 0
      ? []
      : [good('Other pages', String(otherPages), 'Sums or previews, not part of the movie')]),
  ];
}
