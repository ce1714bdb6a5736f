/**
 * The tag directory of Gatan's DM3 and DM4 files. The format is not published; this follows what Greg Jefferis, Chris
 * Boothroyd and the authors of ncempy and RosettaSciIO found out. The directory is big-endian, the values are in the
 * order that the header names.
 */
import type { ByteSource } from '../../core/bytes.ts';
import { FormatError } from '../../core/errors.ts';
import { HEAD_BYTES, isDigitalMicrograph } from '../magic.ts';

/** Groups in groups; Gatan's own files go 10 deep. */
const MAX_DEPTH = 64;
/** Tags and groups of a file; a file of a long session has some 10 000. */
const MAX_TAGS = 500_000;
/** Texts and small arrays up to this size are read, larger ones are only located. */
const MAX_VALUE_BYTES = 4096;
/** The directory is read in windows of this size, between which the pixels are skipped. */
const WINDOW_BYTES = 2 ** 16;

/** A number, a text (arrays of 16-bit integers and strings), or where an array lies that is not read. */
export type DmValue = number | string | DmArray;

export interface DmArray {
  /** Gatan's number of the element type, 2 for int16; undefined for arrays of records. */
  readonly elementType: number | undefined;
  readonly count: number;
  readonly offset: number;
  readonly bytes: number;
}

/** Tags by name; those without a name have the numbers of their places. */
export interface DmGroup {
  readonly groups: ReadonlyMap<string, DmGroup>;
  readonly values: ReadonlyMap<string, DmValue>;
}

export interface DmFile {
  readonly version: 3 | 4;
  readonly littleEndian: boolean;
  readonly root: DmGroup;
}

/** Bytes of the simple types by Gatan's numbers. */
const SIZES: Readonly<Record<number, number>> = {
  2: 2, // int16
  3: 4, // int32
  4: 2, // uint16, also letters
  5: 4, // uint32
  6: 4, // float32
  7: 8, // float64
  8: 1, // boolean
  9: 1, // int8
  10: 1, // uint8
  11: 8, // int64
  12: 8, // uint64
};
const STRUCT = 15;
const STRING = 18;
const ARRAY = 20;
const GROUP_TAG = 20;
const DATA_TAG = 21;

/**
 * Reads the whole directory, but no large arrays.
 * @throws FormatError bad-dm4, truncated
 */
export async function readTags(source: ByteSource): Promise<DmFile> {
  const head = await source.read(0, Math.min(HEAD_BYTES, source.size));
  if (!isDigitalMicrograph(head)) {
    throw new FormatError(
      'bad-dm4',
      source.name,
      'is not a DM3 or DM4 file: its first bytes are not those of one.',
    );
  }
  const version = head[3] === 4 ? 4 : 3;
  const littleEndian = head[version === 4 ? 15 : 11] === 1;
  const reader = new TagReader(source, version, littleEndian);
  return { version, littleEndian, root: await reader.group(0) };
}

class TagReader {
  private at: number;
  private window = new DataView(new ArrayBuffer(0));
  private windowStart = 0;
  private tags = 0;

  constructor(
    private readonly source: ByteSource,
    private readonly version: 3 | 4,
    private readonly littleEndian: boolean,
  ) {
    this.at = version === 4 ? 16 : 12;
  }

  async group(depth: number): Promise<DmGroup> {
    if (depth > MAX_DEPTH) throw this.damaged(`its groups lie more than ${MAX_DEPTH} deep in one another`);
    // Whether the group is sorted, and open in the program's window.
    await this.bytes(2);
    const count = await this.word();
    const groups = new Map<string, DmGroup>();
    const values = new Map<string, DmValue>();
    for (let i = 0; i < count; i++) {
      if (++this.tags > MAX_TAGS) throw this.damaged(`it has more than ${MAX_TAGS} tags`);
      const head = await this.bytes(3);
      const kind = head.getUint8(0);
      const letters = await this.bytes(head.getUint16(1));
      const name = latin(letters) || String(i);
      // The length of what follows, which we find out by reading it.
      if (this.version === 4) await this.bytes(8);
      if (kind === GROUP_TAG) groups.set(name, await this.group(depth + 1));
      else if (kind === DATA_TAG) values.set(name, await this.value(name !== 'Data'));
      else throw this.damaged(`a tag is of kind ${kind}`);
    }
    return { groups, values };
  }

  /** @param mayBeText whether 16-bit integers are letters: those of the pixels are not */
  private async value(mayBeText: boolean): Promise<DmValue> {
    if (latin(await this.bytes(4)) !== '%%%%') throw this.damaged('the mark before a value is missing');
    const wordCount = await this.word();
    if (wordCount < 1 || wordCount > 1024) throw this.damaged(`a value is described in ${wordCount} words`);
    const words: number[] = [];
    for (let i = 0; i < wordCount; i++) words.push(await this.word());
    const [type = 0] = words;
    if (type !== ARRAY && type !== STRUCT && type !== STRING) {
      return this.number(type, await this.bytes(this.sizeOf(words)));
    }
    if (type !== ARRAY) return this.skip(undefined, 1, this.sizeOf(words));
    const element = words.slice(1, -1);
    const [elementType = 0] = element;
    const count = words.at(-1) ?? 0;
    const size = this.sizeOf(element);
    const isText = mayBeText && elementType === 4 && count * size <= MAX_VALUE_BYTES;
    if (!isText) return this.skip(elementType in SIZES ? elementType : undefined, count, size);
    const letters = await this.bytes(count * size);
    const codes = Array.from({ length: count }, (_, i) => letters.getUint16(2 * i, this.littleEndian));
    return String.fromCharCode(...codes).replace(/\0[\s\S]*$/, '');
  }

  private skip(elementType: number | undefined, count: number, size: number): DmArray {
    const array = { elementType, count, offset: this.at, bytes: count * size };
    if (!(this.at + array.bytes <= this.source.size)) throw this.cutOff();
    this.at += array.bytes;
    return array;
  }

  /**
   * Bytes of a value by its description: a simple type; 18 and the bytes of a string; 15, a name's length, the number of
   * fields, and a name's length and a simple type for each; 20, the description of an element and their number.
   */
  private sizeOf(words: readonly number[]): number {
    const [type = 0, second = 0, third = 0] = words;
    if (type === STRING) return second;
    if (type === ARRAY && words.length >= 3) return this.sizeOf(words.slice(1, -1)) * (words.at(-1) ?? 0);
    if (type === STRUCT && third * 2 + 3 <= words.length) {
      return Array.from({ length: third }, (_, i) => this.sizeOf([words[4 + 2 * i] ?? 0])).reduce(
        (a, b) => a + b,
        0,
      );
    }
    const size = SIZES[type];
    if (size === undefined) throw this.damaged(`a value is of type ${type}`);
    return size;
  }

  private number(type: number, view: DataView): number {
    const little = this.littleEndian;
    switch (type) {
      case 2:
        return view.getInt16(0, little);
      case 3:
        return view.getInt32(0, little);
      case 4:
        return view.getUint16(0, little);
      case 5:
        return view.getUint32(0, little);
      case 6:
        return view.getFloat32(0, little);
      case 7:
        return view.getFloat64(0, little);
      case 9:
        return view.getInt8(0);
      case 11:
        return Number(view.getBigInt64(0, little));
      case 12:
        return Number(view.getBigUint64(0, little));
      default:
        return view.getUint8(0);
    }
  }

  /** A count or a length of the directory: 4 bytes in DM3, 8 in DM4. */
  private async word(): Promise<number> {
    const view = await this.bytes(this.version === 4 ? 8 : 4);
    return this.version === 4 ? Number(view.getBigUint64(0)) : view.getUint32(0);
  }

  private async bytes(length: number): Promise<DataView> {
    if (this.at + length > this.source.size) throw this.cutOff();
    const inside =
      this.at >= this.windowStart && this.at + length <= this.windowStart + this.window.byteLength;
    if (!inside) {
      const wanted = Math.min(this.source.size - this.at, Math.max(length, WINDOW_BYTES));
      const read = await this.source.read(this.at, wanted);
      this.window = new DataView(read.buffer, read.byteOffset, read.byteLength);
      this.windowStart = this.at;
    }
    const from = this.window.byteOffset + this.at - this.windowStart;
    this.at += length;
    return new DataView(this.window.buffer, from, length);
  }

  private cutOff(): FormatError {
    return new FormatError(
      'truncated',
      this.source.name,
      'is cut off: its tags go on beyond its end; fetch or write it again.',
    );
  }

  private damaged(what: string): FormatError {
    return new FormatError('bad-dm4', this.source.name, `is damaged: ${what}; fetch or write it again.`);
  }
}

function latin(view: DataView): string {
  return String.fromCharCode(...new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
}
