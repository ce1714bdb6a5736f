/** Coordinate files of other programs: what crosses the worker boundary. */
import { type PackedCoordinates, unpackCoordinates } from '../dataset/coordinates/packed.ts';
import type { CoordinateFile } from '../dataset/coordinates/read.ts';
import type { Coordinate, MicrographCoordinates } from '../formats/coordinates.ts';

interface Rest extends Omit<CoordinateFile, 'star' | 'micrographs'> {
  /** Whether it is a STAR file whose other columns could be kept. */
  readonly isTable: boolean;
  /** The text of such a file, where it is not too large to be kept. */
  readonly starText: string | undefined;
  /** Names of the other files that an index has led to. */
  readonly used: readonly string[];
}

export interface ReadCoordinates extends Rest {
  readonly micrographs: readonly MicrographCoordinates[];
}

interface PackedMicrograph extends Omit<MicrographCoordinates, 'coordinates'> {
  readonly packed: PackedCoordinates;
}

export interface PackedCoordinateFile extends Rest {
  readonly micrographs: readonly PackedMicrograph[];
}

/** A table of 50,000 picks is read in a moment, but not within a frame. */
export interface CoordinateApi {
  /**
   * @param among files that came with it, for an index to name.
   * @throws FormatError as an Error with our sentence.
   */
  readCoordinates(file: File, among: readonly File[]): Promise<PackedCoordinateFile>;
}

/** The same as the page sees it. */
export interface CoordinateClient {
  readCoordinates(file: File, among: readonly File[]): Promise<ReadCoordinates>;
}

/** A micrograph's coordinates are unpacked when they are asked for: a file may hold half a million of thousands of micrographs. */
export function unpackFile({ micrographs, ...rest }: PackedCoordinateFile): ReadCoordinates {
  return {
    ...rest,
    micrographs: micrographs.map(({ packed, ...one }) => {
      let coordinates: readonly Coordinate[] | undefined;
      return {
        ...one,
        get coordinates() {
          coordinates ??= unpackCoordinates(packed);
          return coordinates;
        },
      };
    }),
  };
}
