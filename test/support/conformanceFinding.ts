/** What our readers find in a file of the shared conformance set; plain data, so that a page can send it to its test. */
import type { ByteSource } from '../../src/core/bytes.ts';
import { FormatError, messageOf } from '../../src/core/errors.ts';
import { openMicrograph } from '../../src/dataset/open.ts';
import { FIELD } from '../../src/formats/mrc/layout.ts';
import { statisticsDoubts } from '../../src/formats/mrc/statistics.ts';
import { statisticsOf } from '../../src/pipelines/statistics.ts';

export type Value = number | null | 'Infinity';

/** One entry of the list. */
export interface Expected {
  readonly file: string;
  readonly ok: boolean;
  readonly dims: readonly [number, number, number];
  readonly mode: number;
  readonly endian: string;
  readonly pixelSizeAngstrom: number | null;
  readonly pixelSizeXYZ?: readonly (number | null)[];
  readonly pixelSizeSource?: 'header' | 'FEI1';
  readonly first: readonly Value[];
  readonly last: readonly Value[];
  readonly firstComplex?: readonly (readonly [number, number])[];
  readonly min: number | null;
  readonly max: number | null;
  readonly mean: number | null;
  readonly nanCount?: number;
  readonly infCount?: number;
  readonly frameFirst?: readonly number[];
  readonly nsymbt: number;
  readonly ispg: number;
  readonly isStack?: boolean;
  readonly mapcrs?: readonly number[];
  readonly warnings?: readonly string[];
  readonly compression?: string;
  readonly error?: string;
  readonly alsoAcceptable?: readonly string[];
}

/** A file that was read. */
export interface Read {
  readonly ok: true;
  readonly dims: readonly number[];
  readonly headerDims: readonly number[];
  readonly mode: number;
  readonly endian: string;
  readonly nsymbt: number;
  readonly ispg: number;
  readonly compression: string | undefined;
  readonly mapcrs: readonly number[];
  readonly isStack: boolean;
  readonly pixelSizeAngstrom: number | undefined;
  readonly voxelSizeAngstrom: readonly (number | undefined)[];
  /** The first and last pixels, as many as any entry of the list has. */
  readonly first: readonly number[];
  readonly last: readonly number[];
  readonly frameFirst: readonly number[];
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly nanCount: number;
  readonly infCount: number;
  readonly warnings: readonly string[];
  /** What only the pixels tell of the header's statistics. */
  readonly statisticsDoubts: readonly string[];
  readonly statedMax: number;
}

/** A file that was refused. `problem` is empty where the error is none of ours. */
export interface Refused {
  readonly ok: false;
  readonly problem: string;
  readonly message: string;
}

export type Found = Read | Refused;

const edgePixels = 4;

/** Reads all of a file. */
export async function findAll(source: ByteSource): Promise<Found> {
  try {
    return await readAll(source);
  } catch (error) {
    const problem = error instanceof FormatError ? error.problem : '';
    return { ok: false, problem, message: messageOf(error) };
  }
}

async function readAll(source: ByteSource): Promise<Read> {
  const image = await openMicrograph(source);
  const { header } = image;
  if (!header) throw new Error('no MRC file');
  const frames: Float32Array[] = [];
  for (let i = 0; i < image.frames; i++) frames.push(await image.readRows(i, 0, image.height));
  const all = frames.flatMap((frame) => [...frame]);
  const finite = all.filter(Number.isFinite);
  const nanCount = all.filter(Number.isNaN).length;
  const extreme = (better: (a: number, b: number) => number) =>
    finite.length > 0 ? finite.reduce((a, b) => better(a, b)) : Number.NaN;
  return {
    ok: true,
    dims: [image.width, image.height, image.frames],
    headerDims: [header.width, header.height, header.sections],
    mode: header.mode.mode,
    endian: header.littleEndian ? 'little' : 'big',
    nsymbt: header.extendedBytes,
    ispg: header.spaceGroup,
    compression: image.compression,
    mapcrs: [...header.axes],
    isStack: ['stack', 'movie', 'volume-stack'].includes(image.kind),
    pixelSizeAngstrom: image.pixelSizeAngstrom,
    voxelSizeAngstrom: [...header.voxelSizeAngstrom],
    first: all.slice(0, edgePixels),
    last: all.slice(-edgePixels),
    frameFirst: frames.map((frame) => frame[0] ?? Number.NaN),
    min: extreme(Math.min),
    max: extreme(Math.max),
    mean: finite.reduce((sum, value) => sum + value, 0) / finite.length,
    nanCount,
    infCount: all.length - finite.length - nanCount,
    warnings: [...image.warnings],
    statisticsDoubts: statisticsDoubts(header.fields, statisticsOf(Float32Array.from(all))).map(
      ({ name }) => name,
    ),
    statedMax: header.fields.float(FIELD.dmax),
  };
}
