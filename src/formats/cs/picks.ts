/** Particle locations in cryoSPARC's .cs files. */
import { FormatError } from '../../core/errors.ts';
import { type Coordinate, groupByMicrograph, type MicrographCoordinates } from '../coordinates.ts';
import { CSDAT_MAGIC, readCsdat } from './csdat.ts';
import { NPY_MAGIC, readNpy } from './npy.ts';
import { type CsTable, findColumn, numberAt, textAt, uidAt } from './table.ts';

export function isCs(head: Uint8Array): boolean {
  return [NPY_MAGIC, CSDAT_MAGIC].some((magic) => magic.every((byte, i) => head[i] === byte));
}

/** All columns of a .cs file, NumPy's or the stream format. @throws FormatError, see `readNpy` and `readCsdat`. */
export function readCs(file: string, bytes: Uint8Array<ArrayBuffer>): CsTable {
  if (CSDAT_MAGIC.every((byte, i) => bytes[i] === byte)) return readCsdat(file, bytes);
  if (NPY_MAGIC.every((byte, i) => bytes[i] === byte)) return readNpy(file, bytes);
  throw new FormatError(
    'bad-cs',
    file,
    'is not a cryoSPARC .cs file: it does not begin with "NUMPY" or "CSDAT".',
  );
}

/** Locations, and whether they are still fractions of a micrograph whose size the file does not say. */
export interface CsLocations {
  readonly unit: 'pixel' | 'fraction';
  readonly micrographs: readonly MicrographCoordinates[];
}

/**
 * Centres from `location/center_x_frac` and `center_y_frac`: x = fraction · nx − 0.5, as fractions count from the
 * outer edge of the first pixel; rows count from the first stored one.
 * @throws FormatError missing-columns when the particles have no locations; bad-cs.
 */
export function readCsLocations(table: CsTable): CsLocations {
  const named = (name: string) => findColumn(table, name);
  const [atX, atY] = [named('location/center_x_frac'), named('location/center_y_frac')];
  if (!atX || !atY) {
    throw new FormatError(
      'missing-columns',
      table.file,
      `has ${table.columns.length} columns but no location/center_x_frac and center_y_frac: open the passthrough .cs file of the same job, or that of the picking job.`,
    );
  }
  const atShape = named('location/micrograph_shape');
  const atName = named('location/micrograph_path') ?? named('location/micrograph_uid');
  const atPixelSize = named('location/micrograph_psize_A');
  const atScore = named('pick_stats/ncc_score');
  const number = (column: Parameters<typeof numberAt>[1], row: number, index = 0): number => {
    const value = numberAt(table, column, row, index);
    if (Number.isFinite(value)) return value;
    throw new FormatError(
      'bad-cs',
      table.file,
      `is damaged: ${column.name} of row ${row + 1} is not a number.`,
    );
  };

  const rows: (Coordinate & { readonly name: string | undefined; readonly at: number })[] = [];
  for (let at = 0; at < table.length; at++) {
    const [height, width] = atShape ? [number(atShape, at, 0), number(atShape, at, 1)] : [0, 0];
    const isKnown = width > 0 && height > 0;
    const [x, y] = [number(atX, at), number(atY, at)];
    const score = atScore ? numberAt(table, atScore, at) : Number.NaN;
    rows.push({
      x: isKnown ? x * width - 0.5 : x,
      y: isKnown ? y * height - 0.5 : y,
      score: Number.isFinite(score) ? score : undefined,
      name: atName ? nameAt(table, atName, at) : undefined,
      at,
    });
  }
  const sizeOf = (at: number) => {
    const [height, width] = atShape
      ? [numberAt(table, atShape, at, 0), numberAt(table, atShape, at, 1)]
      : [0, 0];
    const pixelSize = atPixelSize ? numberAt(table, atPixelSize, at) : 0;
    return {
      ...(width > 0 && height > 0 ? { width, height } : {}),
      ...(pixelSize > 0 ? { pixelSizeAngstrom: Number(pixelSize.toPrecision(7)) } : {}),
    };
  };
  const groups = groupByMicrograph(rows, ({ name }) => name);
  const micrographs = groups.map(({ name, coordinates }) => ({
    name,
    coordinates: coordinates.map(({ name: _, at: __, ...coordinate }) => coordinate),
    ...sizeOf(coordinates[0]?.at ?? 0),
  }));
  const hasSizes = micrographs.every((one) => 'width' in one);
  if (hasSizes || micrographs.every((one) => !('width' in one))) {
    const unit = hasSizes ? 'pixel' : 'fraction';
    return { unit, micrographs: rows.length > 0 ? micrographs : [{ name: undefined, coordinates: [] }] };
  }
  throw new FormatError(
    'bad-cs',
    table.file,
    'gives the size of some micrographs and not of others: export the particles from cryoSPARC again.',
  );
}

function nameAt(table: CsTable, column: Parameters<typeof textAt>[1], row: number): string {
  return column.kind === 'u' ? String(uidAt(table, column, row)) : textAt(table, column, row);
}
