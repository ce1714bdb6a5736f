import type { StoredSamples } from '../formats/image.ts';

/**
 * A micrograph or movie as a lazy description: what it is, and a way to fetch rows of pixels. Nothing here holds
 * the image.
 */
export interface Micrograph {
  /** File name without folders. */
  readonly name: string;
  /** Columns, px. */
  readonly width: number;
  /** Rows, px. Row 0 is the first row stored in the file and is drawn at the top. */
  readonly height: number;
  /** Frames of a movie, sections of a stack or volume; 1 for a plain image. */
  readonly frames: number;
  /** Å per pixel, or undefined when the file does not know. */
  readonly pixelSizeAngstrom: number | undefined;
  /** What the file is, in words: "MRC mode 2 (32-bit float), little-endian". */
  readonly description: string;
  /** Sentences about doubtful things in the file. */
  readonly warnings: readonly string[];
  /**
   * Pixel values of rows [firstRow, firstRow + rowCount) of one frame, row-major, width × rowCount.
   * @throws FormatError when the file no longer holds those bytes.
   */
  readRows(frame: number, firstRow: number, rowCount: number): Promise<Float32Array<ArrayBuffer>>;
  /** The same as stored, for the GPU to unpack; absent where samples must be computed. */
  readSamples?(frame: number, firstRow: number, rowCount: number): Promise<StoredSamples>;
  /** Whether rows cost no more than their own bytes, in whatever order they are asked for. */
  readonly hasDirectRows?: boolean | undefined;
}

/** Moments and range over the finite pixels. */
export interface PixelStatistics {
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly standardDeviation: number;
  /** How many pixels are NaN or infinite. */
  readonly nonFinite: number;
}
