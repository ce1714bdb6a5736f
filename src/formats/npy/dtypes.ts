/** NumPy's types of real numbers. */
import { halfTable } from '../../core/dtype.ts';

export interface NpyType {
  readonly bytes: number;
  readonly read: (view: DataView, at: number) => number;
}

type Reader = (view: DataView, at: number, little: boolean) => number;

const half = halfTable();
const READERS: Readonly<Record<string, Reader>> = {
  f2: (view, at, little) => half[view.getUint16(at, little)] ?? 0,
  f4: (view, at, little) => view.getFloat32(at, little),
  f8: (view, at, little) => view.getFloat64(at, little),
  i1: (view, at) => view.getInt8(at),
  i2: (view, at, little) => view.getInt16(at, little),
  i4: (view, at, little) => view.getInt32(at, little),
  i8: (view, at, little) => Number(view.getBigInt64(at, little)),
  u1: (view, at) => view.getUint8(at),
  u2: (view, at, little) => view.getUint16(at, little),
  u4: (view, at, little) => view.getUint32(at, little),
  u8: (view, at, little) => Number(view.getBigUint64(at, little)),
  b1: (view, at) => (view.getUint8(at) === 0 ? 0 : 1),
};

/** From a descriptor such as "<f4" or "|u1"; undefined for what are no real numbers (text, complex, dates). */
export function npyType(descriptor: string): NpyType | undefined {
  const [, order, code] = /^([<>|=]?)([fiub][1248])$/.exec(descriptor) ?? [];
  const reader = code === undefined ? undefined : READERS[code];
  if (code === undefined || !reader) return undefined;
  const little = order !== '>';
  return { bytes: Number(code[1]), read: (view, at) => reader(view, at, little) };
}
