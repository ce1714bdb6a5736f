/** MRC files for tests, made with `encodeHeader` and then spoilt or extended by hand. */
import { type ByteSource, memorySource } from '../../../../src/core/bytes.ts';
import { FIELD } from '../../../../src/formats/mrc/layout.ts';
import { encodeHeader, type MrcWriteOptions } from '../../../../src/formats/mrc/write.ts';

export interface MrcParts extends Partial<MrcWriteOptions> {
  /** Bytes of the extended header and its type. */
  readonly extended?: Uint8Array;
  readonly type?: string;
  /** Changes the header. */
  readonly spoil?: (view: DataView) => void;
  /** Bytes after the headers; zeros for 4-byte pixels if not given. */
  readonly pixels?: Uint8Array;
}

export function mrcBytes({
  extended,
  type = '',
  spoil,
  pixels,
  ...options
}: MrcParts): Uint8Array<ArrayBuffer> {
  const { width = 4, height = 3, frames = 1 } = options;
  const header = encodeHeader({ width, height, pixelSizeAngstrom: 1.25, ...options });
  const data = pixels ?? new Uint8Array(width * height * frames * 4);
  const bytes = new Uint8Array(header.length + (extended?.length ?? 0) + data.length);
  bytes.set(header);
  bytes.set(extended ?? [], header.length);
  bytes.set(data, header.length + (extended?.length ?? 0));
  const view = new DataView(bytes.buffer);
  view.setInt32(FIELD.nsymbt, extended?.length ?? 0, true);
  for (let i = 0; i < type.length; i++) view.setUint8(FIELD.extendedType + i, type.charCodeAt(i));
  spoil?.(view);
  return bytes;
}

export function mrcSource(parts: MrcParts, name = 'test.mrc'): ByteSource {
  return memorySource(name, mrcBytes(parts));
}
