/** What programs keep between the header and the pixels: how the picture was recorded. */
import type { ByteSource } from '../../../core/bytes.ts';
import type { FrameKind } from '../../image.ts';
import type { MrcHeader } from '../header.ts';
import { FIELD, HEADER_BYTES } from '../layout.ts';
import { readAgard } from './agard.ts';
import { readFei } from './fei.ts';
import type { ExtendedHeader, ExtendedInput } from './record.ts';
import { areFlagsOfSerialEm, readSerialEm } from './serialEm.ts';
import { readSymmetry } from './symmetry.ts';

/** Records of more sections than any file has; nothing is gained by reading more. */
const MOST_BYTES = 2 ** 24;

/** Never fails for what the extended header says: it is information, not the picture. */
export async function readExtendedHeader(
  source: ByteSource,
  header: MrcHeader,
  kind: FrameKind,
): Promise<ExtendedHeader> {
  if (header.extendedBytes === 0) return { acquisition: {}, facts: [] };
  const bytes = await source.read(HEADER_BYTES, Math.min(header.extendedBytes, MOST_BYTES));
  return readerOf(header, bytes)({ header, kind, bytes });
}

function readerOf(
  header: MrcHeader,
  bytes: Uint8Array<ArrayBuffer>,
): (input: ExtendedInput) => ExtendedHeader {
  switch (header.extendedType) {
    case 'FEI1':
    case 'FEI2':
      return readFei;
    case 'SERI':
      return readSerialEm;
    case 'AGAR':
      return readAgard;
    case 'CCP4':
      return readSymmetry;
    case 'MRCO':
    case 'HDF5':
      return () => ({ acquisition: {}, facts: [] });
  }
  // Programs older than MRC2014 give no type; what they wrote can be told apart.
  const [nint, nreal] = [header.fields.short(FIELD.nint), header.fields.short(FIELD.nreal)];
  if (areFlagsOfSerialEm(nint, nreal)) return readSerialEm;
  if (nint === 0 && nreal === 32 && bytes.length >= 128) return readAgard;
  const isText = bytes.length % 80 === 0 && bytes.every((byte) => byte === 0 || (byte >= 32 && byte < 127));
  return isText ? readSymmetry : () => ({ acquisition: {}, facts: [] });
}
