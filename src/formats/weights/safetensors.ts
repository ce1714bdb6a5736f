/**
 * Network weights as safetensors: eight bytes of header length, a JSON
 * header, then the tensors, little-endian and without gaps. Everything is checked before a byte is copied.
 */
import { concatBytes } from '../../core/bytes.ts';
import { encodeHalf, halfTable } from '../../core/dtype.ts';
import { FormatError } from '../../core/errors.ts';

export type TensorDtype = 'F32' | 'F16';

export interface WeightTensor {
  /** How it is stored; `data` is float32 whatever it is. */
  readonly dtype: TensorDtype;
  readonly shape: readonly number[];
  /** Row-major, as long as the product of `shape`. */
  readonly data: Float32Array;
}

export interface WeightFile {
  readonly metadata: ReadonlyMap<string, string>;
  readonly tensors: ReadonlyMap<string, WeightTensor>;
}

const BYTES: Readonly<Record<TensorDtype, number>> = { F32: 4, F16: 2 };
/** Hugging Face's own limit is 100 MB; the header of a network of ours has a few kB. */
const MAX_HEADER_BYTES = 16 * 2 ** 20;

interface Entry {
  readonly name: string;
  readonly dtype: TensorDtype;
  readonly shape: readonly number[];
  readonly start: number;
  readonly end: number;
}

/** @throws FormatError bad-weights. */
export function readSafetensors(file: string, bytes: Uint8Array<ArrayBuffer>): WeightFile {
  const bad = (explanation: string) =>
    new FormatError('bad-weights', file, `is no good weights file: ${explanation}.`);
  if (bytes.byteLength < 8) throw bad(`it has only ${bytes.byteLength} bytes`);
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  if (length > MAX_HEADER_BYTES || 8 + length > bytes.byteLength) {
    throw bad(`its header is said to have ${length} bytes, the file has ${bytes.byteLength}`);
  }
  const header = parseJson(bytes.subarray(8, 8 + length));
  if (!isObject(header)) throw bad('its header is no JSON object');

  const { __metadata__: metadata = {}, ...described } = header;
  if (!isObject(metadata) || !Object.values(metadata).every((value) => typeof value === 'string')) {
    throw bad('its metadata are not all text');
  }
  const entries = Object.entries(described).map(([name, value]) => {
    const entry = parseEntry(name, value);
    return typeof entry === 'string' ? failWith(bad(`tensor "${name}" ${entry}`)) : entry;
  });
  const data = bytes.subarray(8 + length);
  let covered = 0;
  for (const { name, start, end } of entries.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    if (start !== covered) throw bad(`tensor "${name}" overlaps another or leaves a gap`);
    covered = end;
  }
  if (covered !== data.byteLength) {
    throw bad(`its tensors take ${covered} bytes, but ${data.byteLength} follow the header`);
  }
  return {
    metadata: new Map(Object.entries(metadata).map(([key, value]) => [key, String(value)])),
    tensors: new Map(
      entries.map(({ name, dtype, shape, start, end }) => [
        name,
        // A copy, since the data of a tensor need not be aligned to its elements.
        { dtype, shape, data: decode(dtype, data.slice(start, end)) },
      ]),
    ),
  };
}

/** The bytes of a safetensors file; tensors in the order given. */
export function writeSafetensors(
  tensors: ReadonlyMap<string, WeightTensor>,
  metadata: ReadonlyMap<string, string> = new Map(),
): Uint8Array<ArrayBuffer> {
  let offset = 0;
  const header: [string, unknown][] =
    metadata.size > 0 ? [['__metadata__', Object.fromEntries(metadata)]] : [];
  const blobs: Uint8Array[] = [];
  for (const [name, { dtype, shape, data }] of tensors) {
    if (data.length !== product(shape)) {
      throw new RangeError(`Tensor "${name}" of shape [${shape}] has ${data.length} elements.`);
    }
    const blob = encode(dtype, data);
    header.push([name, { dtype, shape, data_offsets: [offset, offset + blob.byteLength] }]);
    offset += blob.byteLength;
    blobs.push(blob);
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  const padded = new Uint8Array(Math.ceil(json.byteLength / 8) * 8).fill(0x20);
  padded.set(json);
  const prefix = new Uint8Array(8);
  new DataView(prefix.buffer).setBigUint64(0, BigInt(padded.byteLength), true);
  return concatBytes([prefix, padded, ...blobs]);
}

/** The entry, or what is wrong with it. */
function parseEntry(name: string, value: unknown): Entry | string {
  if (!isObject(value)) return 'is not described by an object';
  const { dtype, shape, data_offsets: offsets } = value;
  if (dtype !== 'F32' && dtype !== 'F16') return `is of type ${String(dtype)}; F32 and F16 can be read`;
  if (!isSizes(shape)) return 'has no good shape';
  if (!isSizes(offsets) || offsets.length !== 2) return 'has no good offsets';
  const [start = 0, end = 0] = offsets;
  const needed = product(shape) * BYTES[dtype];
  if (end - start !== needed) return `of shape [${shape}] needs ${needed} bytes and has ${end - start}`;
  return { name, dtype, shape, start, end };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSizes(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.length <= 16 && value.every((n) => Number.isSafeInteger(n) && n >= 0);
}

function product(shape: readonly number[]): number {
  return shape.reduce((all, n) => all * n, 1);
}

function failWith(error: Error): never {
  throw error;
}

/** Undefined for what is no JSON, or nested so deep that the parser gives up. */
function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

function decode(dtype: TensorDtype, bytes: Uint8Array<ArrayBuffer>): Float32Array {
  if (dtype === 'F32') return new Float32Array(bytes.buffer);
  const table = halfTable();
  return Float32Array.from(new Uint16Array(bytes.buffer), (bits) => table[bits] ?? 0);
}

function encode(dtype: TensorDtype, data: Float32Array): Uint8Array {
  const stored = dtype === 'F32' ? Float32Array.from(data) : Uint16Array.from(data, encodeHalf);
  return new Uint8Array(stored.buffer);
}
