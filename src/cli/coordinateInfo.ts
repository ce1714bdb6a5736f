/** What `cryolite info` says of a coordinate file. */
import type { ByteSource } from '../core/bytes.ts';
import { type CoordinateFile, readCoordinates } from '../dataset/coordinates/read.ts';
import type { Coordinate } from '../formats/coordinates.ts';
import type { CommandContext } from './command.ts';
import { besideIndex } from './coordinateFiles.ts';

/** Micrographs that are printed by name; --json has all. */
const NAMED = 8;

/** Reads all of it, and the files that an index names. @throws FormatError when it can't be read. */
export async function coordinateInfo(context: CommandContext, path: string, source: ByteSource) {
  const file = await readCoordinates(source, { resolve: besideIndex(path) });
  const all = file.micrographs.flatMap(({ coordinates }) => coordinates);
  const extents = {
    x: extentOf(all, ({ x }) => x),
    y: extentOf(all, ({ y }) => y),
    score: extentOf(all, ({ score }) => score),
    boxSizePx: extentOf(all, ({ boxWidth }) => boxWidth),
  };
  context.print(path);
  print(context, file, all.length, extents);
  for (const warning of file.warnings) context.warn(`${path}: ${warning}`);
  return {
    bytes: source.size,
    format: file.format,
    kind: 'coordinates' as const,
    unit: file.unit,
    particles: all.length,
    micrographs: file.micrographs.map(({ name, coordinates, width, height, pixelSizeAngstrom }) => {
      return { name, particles: coordinates.length, width, height, pixelSizeAngstrom };
    }),
    ...extents,
    tables: tablesOf(file),
    warnings: file.warnings,
    facts: undefined,
  };
}

type Extent = { readonly min: number; readonly max: number } | undefined;

function extentOf(all: readonly Coordinate[], of: (one: Coordinate) => number | undefined): Extent {
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const one of all) {
    const value = of(one);
    if (value === undefined) continue;
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  return min <= max ? { min, max } : undefined;
}

/** Of STAR files. */
function tablesOf({ star }: CoordinateFile) {
  return star?.blocks.flatMap(({ name, loops }) =>
    loops.map(({ columns, rows }) => ({ block: name, columns, rows: rows.length })),
  );
}

function print(
  context: CommandContext,
  file: CoordinateFile,
  particles: number,
  extents: Readonly<Record<'x' | 'y' | 'score' | 'boxSizePx', Extent>>,
): void {
  const row = (name: string, value: string) => context.print(`  ${name.padEnd(12)}${value}`);
  const { micrographs } = file;
  row('particles', `${particles} of ${micrographs.length} micrograph${micrographs.length === 1 ? '' : 's'}`);
  row('format', file.format);
  const unit =
    file.unit === 'pixel' ? ' px, centres' : ' of the sides: the size of the micrograph is not known';
  if (extents.x && extents.y) row('places', `x ${words(extents.x)}, y ${words(extents.y)}${unit}`);
  if (extents.boxSizePx) row('boxes', `${words(extents.boxSizePx)} px`);
  if (extents.score) row('scores', words(extents.score));
  for (const { name, coordinates, width, height } of micrographs.slice(0, NAMED)) {
    const size = width !== undefined && height !== undefined ? `, ${width} × ${height} px` : '';
    if (name !== undefined) row('micrograph', `${name}: ${coordinates.length}${size}`);
  }
  if (micrographs.length > NAMED) row('', `and ${micrographs.length - NAMED} more`);
  for (const { block, columns, rows } of tablesOf(file) ?? []) {
    row('table', `data_${block}: ${rows} rows, ${columns.map((column) => `_${column}`).join(' ')}`);
  }
}

function words(extent: { readonly min: number; readonly max: number }): string {
  const [min, max] = [extent.min, extent.max].map((value) => String(Number(value.toPrecision(6))));
  return min === max ? `${min}` : `${min} to ${max}`;
}
