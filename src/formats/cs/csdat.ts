/**
 * cryoSPARC's stream format, `\x95CSDAT`: a JSON header (length, dtype, compression, compressed_fields), then one column
 * after another with its length in front, each plain or an LZ4 block, then the texts that object columns point into,
 * ended by zeros. After cryosparc-tools (BSD-3), https://github.com/cryoem-uoft/cryosparc-tools.
 */
import { FormatError } from '../../core/errors.ts';
import type { Literal } from './literal.ts';
import { decodeLz4Block } from './lz4.ts';
import { readFields } from './npy.ts';
import { type CsColumn, type CsField, type CsTable, elementCount } from './table.ts';

export const CSDAT_MAGIC = [0x95, 0x43, 0x53, 0x44, 0x41, 0x54] as const;
/** LZ4 makes at most 255 bytes of one. */
const LZ4_GAIN = 255;

/** @throws FormatError bad-cs, truncated, bad-compression. */
export function readCsdat(file: string, bytes: Uint8Array<ArrayBuffer>): CsTable {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 6;
  const take = (length: number): Uint8Array<ArrayBuffer> => {
    if (at + length > bytes.length) throw new FormatError('truncated', file, 'is cut off.');
    at += length;
    return bytes.subarray(at - length, at);
  };
  const word = (): number => {
    take(4);
    return view.getUint32(at - 4, true);
  };

  const header = parseHeader(file, take(word()));
  const { length, fields, compressed } = header;
  const columns: CsColumn[] = [];
  for (const field of length === 0 ? [] : fields) {
    const stride = field.size * elementCount(field);
    const stored = take(word());
    const wanted = stride * length;
    const isCompressed = compressed.has(field.name);
    if (!Number.isSafeInteger(wanted) || wanted > stored.length * (isCompressed ? LZ4_GAIN : 1)) {
      throw new FormatError('truncated', file, `has too few bytes for ${length} rows of ${field.name}.`);
    }
    const unpack = (): Uint8Array<ArrayBuffer> => {
      const plain = isCompressed ? decodeLz4Block(stored, wanted) : stored;
      if (plain) return plain;
      throw new FormatError('bad-compression', file, `is damaged: ${field.name} can't be unpacked.`);
    };
    columns.push(lazyColumn(field, stride, unpack));
  }
  if (length === 0) {
    const none = new Uint8Array(0);
    for (const field of fields) columns.push({ ...field, bytes: none, offset: 0, stride: 0 });
  }
  return { file, length, columns, heap: bytes.subarray(at) };
}

/** Unpacked when asked for: few columns are, and a small file may claim to hold much. */
function lazyColumn(field: CsField, stride: number, unpack: () => Uint8Array<ArrayBuffer>): CsColumn {
  let unpacked: Uint8Array<ArrayBuffer> | undefined;
  return {
    ...field,
    offset: 0,
    stride,
    get bytes() {
      unpacked ??= unpack();
      return unpacked;
    },
  };
}

function parseHeader(file: string, bytes: Uint8Array) {
  const fail = (explanation: string): never => {
    throw new FormatError(
      'bad-cs',
      file,
      `${explanation} Export it from cryoSPARC again, or save it as a NumPy file with cryosparc-tools: Dataset.load(file).save(other).`,
    );
  };
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return fail('is damaged: its header is not good JSON.');
  }
  const of = (key: string): unknown =>
    typeof header === 'object' && header !== null ? new Map(Object.entries(header)).get(key) : undefined;
  const compression = of('compression');
  if (compression !== null && compression !== 'lz4') {
    return fail(`is compressed in a way that is not known here (${String(compression).slice(0, 20)}).`);
  }
  const length = of('length');
  if (typeof length !== 'number' || !Number.isSafeInteger(length) || length < 0) {
    return fail('is damaged: it does not say how many rows it has.');
  }
  const dtype = of('dtype');
  const fields = isLiteral(dtype, 0) ? readFields(dtype) : undefined;
  if (!fields) return fail('is damaged: it does not say what its columns are.');
  const names = of('compressed_fields');
  return { length, fields, compressed: new Set<unknown>(Array.isArray(names) ? names : []) };
}

function isLiteral(value: unknown, depth: number): value is Literal {
  if (Array.isArray(value)) return depth < 8 && value.every((one: unknown) => isLiteral(one, depth + 1));
  return typeof value === 'string' || typeof value === 'number';
}
