/** Coordinate files that nothing of ours writes, made by their specifications. */
import { concatBytes } from '../../src/core/bytes.ts';
import { encode } from './harness.ts';

/** An IMOD model: an object with two contours, a mesh, and what stands around them. */
export function imodModel(): Uint8Array<ArrayBuffer> {
  const header = new Uint8Array(240);
  header.set(encode('IMODV1.2'));
  const int = (...values: number[]) => {
    const view = new DataView(new ArrayBuffer(4 * values.length));
    values.forEach((value, i) => {
      view.setInt32(4 * i, value);
    });
    return new Uint8Array(view.buffer);
  };
  const float = (...values: number[]) => {
    const view = new DataView(new ArrayBuffer(4 * values.length));
    values.forEach((value, i) => {
      view.setFloat32(4 * i, value);
    });
    return new Uint8Array(view.buffer);
  };
  header.set(int(400, 300, 10), 136);
  return concatBytes([
    header,
    ...[encode('OBJT'), new Uint8Array(176)],
    ...[encode('CONT'), int(2, 0, 0, 0), float(1, 2, 3, 4, 5, 6)],
    ...[encode('CONT'), int(1, 0, 0, 0), float(7, 8, 9)],
    ...[encode('MESH'), int(1, 2, 0, 0), float(1, 2, 3), int(0, 0)],
    ...[encode('IMAT'), int(4), int(0)],
    encode('IEOF'),
  ]);
}

/** cryoSPARC's stream format with one packed column. */
export function csdat(): Uint8Array<ArrayBuffer> {
  const header = {
    length: 2,
    dtype: [
      ['uid', '<u8'],
      ['location/micrograph_path', '|O'],
      ['location/micrograph_shape', '<u4', [2]],
      ['location/center_x_frac', '<f4'],
      ['location/center_y_frac', '<f4'],
    ],
    compression: 'lz4',
    compressed_fields: ['location/center_x_frac'],
  };
  const word = (n: number) => new Uint8Array(Uint32Array.of(n).buffer);
  const column = (bytes: Uint8Array) => concatBytes([word(bytes.length), bytes]);
  const text = encode(JSON.stringify(header));
  return concatBytes([
    Uint8Array.of(0x95, ...encode('CSDAT')),
    ...[word(text.length), text],
    column(new Uint8Array(BigUint64Array.of(5n, 6n).buffer)),
    column(new Uint8Array(BigUint64Array.of(1n, 1n).buffer)),
    column(new Uint8Array(Uint32Array.of(300, 400, 300, 400).buffer)),
    column(concatBytes([Uint8Array.of(0x80), new Uint8Array(Float32Array.of(0.25, 0.5).buffer)])),
    column(new Uint8Array(Float32Array.of(0.75, 0.125).buffer)),
    encode('\0J1/mic.mrc\0'),
  ]);
}
