/**
 * Protocol buffers, read with pbf, but never beyond the message that is being read: pbf trusts every length and type,
 * this does not.
 */
import { PbfReader } from 'pbf';
import { FormatError } from '../../core/errors.ts';

const VARINT = 0;
const FIXED64 = 1;
const DELIMITED = 2;
const FIXED32 = 5;
/**
 * Fields and packed numbers in one file. A number of one byte takes eight or more once it is read, so a gigabyte of them would
 * take all memory; weights are in raw bytes, which count as one.
 */
const MAX_VALUES = 2 ** 25;

/** A damaged or unsupported model, to throw. */
export function badOnnx(file: string, explanation: string): FormatError {
  return new FormatError('bad-onnx', file, `is no ONNX model that Cryolite can read: ${explanation}.`);
}

/** Every method throws FormatError bad-onnx where the bytes don't hold what is asked for. */
export class Wire {
  private readonly pbf: PbfReader;
  private readonly view: DataView;
  /** Where the message that is being read ends. */
  private end: number;
  private values = 0;

  constructor(
    private readonly file: string,
    private readonly bytes: Uint8Array,
  ) {
    this.pbf = new PbfReader(bytes);
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.end = bytes.length;
  }

  /** Calls `read` with the number of each field until the present message ends; fields that it leaves alone are skipped. */
  fields(read: (field: number) => void): void {
    const { pbf, end } = this;
    try {
      for (let field = pbf.nextField(end); field !== 0; field = pbf.nextField(end)) {
        this.count();
        read(field);
      }
    } catch (error) {
      if (error instanceof FormatError || error instanceof TypeError) throw error;
      // What pbf throws for groups, endless numbers and reads past the end of the file.
      throw this.damaged();
    }
    if (pbf.pos !== end) throw this.damaged();
  }

  /** A message within this one. */
  message(read: (field: number) => void): void {
    const outer = this.end;
    this.end = this.delimited();
    this.fields(read);
    this.end = outer;
  }

  text(): string {
    const end = this.delimited();
    const bytes = this.bytes.subarray(this.pbf.pos, end);
    this.pbf.pos = end;
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    } catch {
      throw badOnnx(this.file, 'a text in it is no UTF-8');
    }
  }

  /** A view, not a copy. */
  blob(): Uint8Array {
    const end = this.delimited();
    const bytes = this.bytes.subarray(this.pbf.pos, end);
    this.pbf.pos = end;
    return bytes;
  }

  /** int32, int64 and enumerations; rounded beyond 2^53. */
  integer(): number {
    this.expect(VARINT);
    return this.varint();
  }

  float(): number {
    this.expect(FIXED32);
    return this.view.getFloat32(this.fixed(4), true);
  }

  /** An element of a repeated field, or all of them where they are packed. */
  integers(into: number[]): void {
    this.each(VARINT, () => into.push(this.varint()));
  }

  floats(into: number[]): void {
    this.each(FIXED32, () => into.push(this.view.getFloat32(this.fixed(4), true)));
  }

  doubles(into: number[]): void {
    this.each(FIXED64, () => into.push(this.view.getFloat64(this.fixed(8), true)));
  }

  private each(type: number, read: () => void): void {
    if (this.pbf.type !== DELIMITED) {
      this.expect(type);
      read();
      return;
    }
    const outer = this.end;
    this.end = this.delimited();
    while (this.pbf.pos < this.end) {
      this.count();
      read();
    }
    this.end = outer;
  }

  private count(): void {
    this.values++;
    if (this.values > MAX_VALUES)
      throw badOnnx(this.file, `it has more than ${MAX_VALUES} fields and numbers`);
  }

  private varint(): number {
    const value = this.pbf.readVarint(true);
    if (this.pbf.pos > this.end) throw this.damaged();
    return value;
  }

  private fixed(length: number): number {
    const at = this.pbf.pos;
    if (at + length > this.end) throw this.damaged();
    this.pbf.pos = at + length;
    return at;
  }

  /** Where the text, bytes or message that begins here ends. */
  private delimited(): number {
    this.expect(DELIMITED);
    const length = this.varint();
    const end = this.pbf.pos + length;
    if (length < 0 || end > this.end) throw this.damaged();
    return end;
  }

  private expect(type: number): void {
    if (this.pbf.type !== type) throw this.damaged();
  }

  private damaged(): FormatError {
    return badOnnx(this.file, 'it is damaged or cut off');
  }
}
