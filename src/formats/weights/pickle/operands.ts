/** What follows the opcodes of a pickle: numbers, texts and names, never beyond the end of the bytes. */
import { badWeights } from './values.ts';

/** A tensor's name is a text. */
const MAX_TEXT_BYTES = 2 ** 16;
const MAX_NAME_BYTES = 256;

/** Reads forward from `at`; every method moves it on, and throws FormatError bad-weights where bytes are missing. */
export class Operands {
  private readonly view: DataView;

  constructor(
    private readonly file: string,
    private readonly bytes: Uint8Array,
    public at: number,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  uint8(): number {
    return this.view.getUint8(this.take(1));
  }

  uint16(): number {
    return this.view.getUint16(this.take(2), true);
  }

  int32(): number {
    return this.view.getInt32(this.take(4), true);
  }

  uint32(): number {
    return this.view.getUint32(this.take(4), true);
  }

  /** The only operand that is big-endian. */
  float64(): number {
    return this.view.getFloat64(this.take(8), false);
  }

  /** UTF-8. */
  text(length: number): string {
    if (length > MAX_TEXT_BYTES) throw this.bad(`a text in its pickle is said to have ${length} bytes`);
    const start = this.take(length);
    return this.decode(start, start + length);
  }

  /** A two's complement number of up to 255 bytes, little-endian. */
  long(length: number): number | bigint {
    const start = this.take(length);
    let value = 0n;
    for (let i = start + length - 1; i >= start; i--) value = (value << 8n) | BigInt(this.view.getUint8(i));
    value = BigInt.asIntN(8 * length, value);
    const plain = Number(value);
    return Number.isSafeInteger(plain) ? plain : value;
  }

  /** Two lines, a module and a name in it: "module.name". */
  qualifiedName(): string {
    return `${this.line()}.${this.line()}`;
  }

  private line(): string {
    const start = this.at;
    const length = this.bytes.subarray(start, start + MAX_NAME_BYTES).indexOf(0x0a);
    if (length < 0) throw this.bad('a name in its pickle has no end');
    this.take(length + 1);
    return this.decode(start, start + length);
  }

  /** @returns where the next `length` bytes begin. */
  private take(length: number): number {
    const start = this.at;
    if (length > this.bytes.length - start) throw this.bad('it is cut off within a pickle');
    this.at = start + length;
    return start;
  }

  private decode(start: number, end: number): string {
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
        this.bytes.subarray(start, end),
      );
    } catch {
      throw this.bad('a text in its pickle is no UTF-8');
    }
  }

  private bad(explanation: string): Error {
    return badWeights(this.file, explanation);
  }
}
