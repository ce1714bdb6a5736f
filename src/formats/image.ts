/** What every reader of micrographs and movies gives: a lazy description, rows of pixels on demand, and facts in words. */

export type ImageFormat = 'MRC' | 'TIFF' | 'EER' | 'DM4' | 'PNG' | 'JPEG';

/**
 * What the frames of a file are to one another. The frames of a movie are exposures of one field and may be summed;
 * those of a stack are pictures of different things (particles, tilts); a volume's are its sections.
 */
export type FrameKind = 'image' | 'movie' | 'stack' | 'volume' | 'volume-stack';

/** What every reader warns of where a file does not tell the length of its pixels. */
export const NO_PIXEL_SIZE = 'The file does not state its pixel size; give it by hand.';

/** How the 8-bit samples of MRC mode 0 are read. */
export type ByteSign = 'signed' | 'unsigned';

/** What a user may say about a file that the file itself does not, or says wrongly. */
export interface ReadOptions {
  /** MRC mode 0: how its bytes are read, whatever its header says. */
  readonly byteSign?: ByteSign | undefined;
  /** EER: raw frames summed into one frame of the movie; a default from the data without it. */
  readonly framesPerFraction?: number | undefined;
}

/** How stored samples look, as the GPU unpacks them. `uint4` has the earlier pixel in the low nibble. */
export type SampleType = 'uint4' | 'int8' | 'uint8' | 'int16' | 'uint16' | 'float16' | 'float32';

/** Rows of samples as they are stored, little-endian, for the GPU to unpack. */
export interface StoredSamples {
  readonly type: SampleType;
  /** Owned by the caller. Row r starts at byte r · `rowBytes`. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly rowBytes: number;
}

/** One thing that a file says of itself, explained to a person. */
export interface FileFact {
  /** The field's name in its format's standard, "MODE" or "Compression". */
  readonly name: string;
  /** As stored: "2", "44 44 00 00". */
  readonly value: string;
  /** What it means, in a sentence or a few words: "32-bit float". */
  readonly meaning: string;
  readonly verdict: 'good' | 'doubtful' | 'wrong';
}

/** What a file says about how it was recorded. Each field is undefined where the file does not say. */
export interface Acquisition {
  readonly voltageKilovolt?: number | undefined;
  /** Electrons per Å² of the whole exposure. */
  readonly doseElectronsPerSquareAngstrom?: number | undefined;
  /** Underfocus is positive, Å. */
  readonly defocusAngstrom?: number | undefined;
  readonly tiltDegrees?: number | undefined;
  readonly magnification?: number | undefined;
  readonly exposureSeconds?: number | undefined;
}

export interface ImageFile {
  readonly format: ImageFormat;
  readonly kind: FrameKind;
  /** Columns and rows, px. Row 0 is drawn at the top; readers of formats with another custom turn rows around. */
  readonly width: number;
  readonly height: number;
  readonly frames: number;
  /** Å, undefined where the file does not know. */
  readonly pixelSizeAngstrom: number | undefined;
  /** What the file is, in words: "MRC mode 2 (32-bit float), little-endian". */
  readonly description: string;
  /** Sentences about doubtful things. */
  readonly warnings: readonly string[];
  /** The header in words, in the order of the format's standard. */
  readonly facts: readonly FileFact[];
  readonly acquisition: Acquisition;
  /** How bytes are read, where a user might know better: only for 8-bit MRC. */
  readonly byteSign?: ByteSign | undefined;
  /** EER only: raw frames in the file, and how many make one of `frames`. */
  readonly rawFrames?: number | undefined;
  readonly framesPerFraction?: number | undefined;
  /**
   * Rows [firstRow, firstRow + rowCount) of one frame as floats, row-major, width × rowCount; the caller owns them.
   * @throws RangeError when there are no such rows; FormatError when the file no longer holds them or they are damaged.
   */
  readRows(frame: number, firstRow: number, rowCount: number): Promise<Float32Array<ArrayBuffer>>;
  /** The same as stored, where the samples are real numbers in little-endian order; absent where they must be computed. */
  readSamples?(frame: number, firstRow: number, rowCount: number): Promise<StoredSamples>;
  /**
   * Whether rows cost no more than their own bytes, in whatever order they are asked for; false or absent where more
   * has to be unpacked to get at them, and frames are better read one after the other.
   */
  readonly hasDirectRows?: boolean | undefined;
}
