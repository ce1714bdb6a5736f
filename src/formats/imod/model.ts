/**
 * Points of IMOD's binary models (https://bio3d.colorado.edu/imod/doc/binspec.html): big-endian chunks, contours in
 * `CONT`. IMOD counts x and y from the outer edge of the first pixel, so its centre is at 0.5; z is the section, from 0.
 */
import { FormatError } from '../../core/errors.ts';
import type { Coordinate, MicrographCoordinates } from '../coordinates.ts';

const HEADER_BYTES = 240;
const OBJECT_BYTES = 176;
const CONTOUR_HEADER_BYTES = 16;
const MESH_HEADER_BYTES = 16;

/** Whether bytes are an IMOD model's. */
export function isImodModel(head: Uint8Array): boolean {
  return latin(head.subarray(0, 4)) === 'IMOD' && head[4] === 0x56;
}

/** One contour: the points that were set together. */
export type Contour = readonly Coordinate[];

/** @throws FormatError bad-model, truncated. */
export function readImodContours(file: string, bytes: Uint8Array<ArrayBuffer>): Contour[] {
  if (!isImodModel(bytes) || bytes.length < HEADER_BYTES) {
    throw new FormatError('bad-model', file, 'is not an IMOD model: it does not begin with "IMODV".');
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const contours: Contour[] = [];
  const cutOff = (): never => {
    throw new FormatError(
      'truncated',
      file,
      'is cut off, or a length in it is wrong: save the model again in 3dmod.',
    );
  };
  let at = HEADER_BYTES;
  while (at + 4 <= bytes.length) {
    const id = latin(bytes.subarray(at, at + 4));
    at += 4;
    if (id === 'IEOF') break;
    // Of every chunk at least its fixed part must be there.
    const count = (offset: number): number => {
      if (at + offset + 4 > bytes.length) return cutOff();
      const value = view.getInt32(at + offset);
      return value < 0 ? cutOff() : value;
    };
    let length: number;
    if (id === 'OBJT') {
      length = OBJECT_BYTES;
    } else if (id === 'CONT') {
      length = CONTOUR_HEADER_BYTES + 12 * count(0);
      if (at + length > bytes.length) cutOff();
      contours.push(readPoints(file, view, at + CONTOUR_HEADER_BYTES, count(0)));
    } else if (id === 'MESH') {
      length = MESH_HEADER_BYTES + 12 * count(0) + 4 * count(4);
    } else {
      length = 4 + count(0);
    }
    at += length;
    if (at > bytes.length) cutOff();
  }
  return contours;
}

/** All points of all contours, with the size of the image that the model was made on. */
export function readImodModel(file: string, bytes: Uint8Array<ArrayBuffer>): MicrographCoordinates {
  const coordinates = readImodContours(file, bytes).flat();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [width, height] = [view.getInt32(136), view.getInt32(140)];
  const isKnown = width > 0 && height > 0;
  return { name: undefined, coordinates, ...(isKnown ? { width, height } : {}) };
}

function readPoints(file: string, view: DataView, offset: number, count: number): Coordinate[] {
  const points: Coordinate[] = [];
  for (let i = 0; i < count; i++) {
    const at = offset + 12 * i;
    const [x, y, z] = [view.getFloat32(at), view.getFloat32(at + 4), view.getFloat32(at + 8)];
    if (![x, y, z].every((value) => Number.isFinite(value))) {
      throw new FormatError('bad-model', file, 'is damaged: a point in it is not a number.');
    }
    points.push({ x: x - 0.5, y: y - 0.5, z: Math.round(z), score: undefined });
  }
  return points;
}

function latin(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}
