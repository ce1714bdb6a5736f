/** The value types of TIFF fields. */

/** Values of a field; 64-bit integers are rounded to doubles, which is exact up to 2^53. */
export type Numbers = Float64Array<ArrayBuffer>;

/** Bytes of one value by the field's type, as TIFF 6.0 and BigTIFF number them. */
const BYTES: Readonly<Record<number, number>> = {
  1: 1, // BYTE
  2: 1, // ASCII
  3: 2, // SHORT
  4: 4, // LONG
  5: 8, // RATIONAL
  6: 1, // SBYTE
  7: 1, // UNDEFINED
  8: 2, // SSHORT
  9: 4, // SLONG
  10: 8, // SRATIONAL
  11: 4, // FLOAT
  12: 8, // DOUBLE
  13: 4, // IFD
  16: 8, // LONG8
  17: 8, // SLONG8
  18: 8, // IFD8
};

/** Bytes of one value; 0 for types that nobody has defined, whose values are then empty. */
export function fieldBytes(type: number): number {
  return BYTES[type] ?? 0;
}

/** Values of a numeric field, fractions as quotients; undefined for texts and unknown types. */
export function readNumbers(
  type: number,
  bytes: Uint8Array<ArrayBuffer>,
  littleEndian: boolean,
): Numbers | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const read = reader(type, view, littleEndian);
  if (!read) return undefined;
  const size = fieldBytes(type);
  return Float64Array.from({ length: bytes.byteLength / size }, (_, i) => read(i * size));
}

function reader(type: number, view: DataView, littleEndian: boolean): ((at: number) => number) | undefined {
  switch (type) {
    case 1:
    case 7:
      return (at) => view.getUint8(at);
    case 3:
      return (at) => view.getUint16(at, littleEndian);
    case 4:
    case 13:
      return (at) => view.getUint32(at, littleEndian);
    case 5:
      return (at) => view.getUint32(at, littleEndian) / view.getUint32(at + 4, littleEndian);
    case 6:
      return (at) => view.getInt8(at);
    case 8:
      return (at) => view.getInt16(at, littleEndian);
    case 9:
      return (at) => view.getInt32(at, littleEndian);
    case 10:
      return (at) => view.getInt32(at, littleEndian) / view.getInt32(at + 4, littleEndian);
    case 11:
      return (at) => view.getFloat32(at, littleEndian);
    case 12:
      return (at) => view.getFloat64(at, littleEndian);
    case 16:
    case 18:
      return (at) => Number(view.getBigUint64(at, littleEndian));
    case 17:
      return (at) => Number(view.getBigInt64(at, littleEndian));
    default:
      return undefined;
  }
}
