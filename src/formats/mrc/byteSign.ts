/** Whether the bytes of mode 0 are −128..127 or 0..255. MRC2014 says signed, but many programs never did. */
import type { ByteSign } from '../image.ts';
import { type StatedStatistics, statedStatistics } from './header.ts';
import { FIELD, type Fields } from './layout.ts';

const IMOD_STAMP = 1146047817;

export interface SignVerdict {
  readonly sign: ByteSign;
  /** What it rests on, to follow "unsigned: ". */
  readonly reason: string;
  /** No more than likely: the user should know, and can set it. */
  readonly isGuessed: boolean;
}

export function hasImodStamp(fields: Fields): boolean {
  return fields.int(FIELD.imodStamp) === IMOD_STAMP;
}

/**
 * By IMOD's stamp and flag; a stated range that only one reading can have; and the version, as writers that know
 * MRC2014 write signed bytes. Undefined where nothing of it tells.
 */
export function signOfHeader(fields: Fields): SignVerdict | undefined {
  if (hasImodStamp(fields)) {
    const sign = (fields.int(FIELD.imodFlags) & 1) === 0 ? 'unsigned' : 'signed';
    return { sign, reason: "IMOD's flag says so", isGuessed: false };
  }
  const stated = signOfRange(statedStatistics(fields));
  if (stated) return stated;
  const version = fields.int(FIELD.version);
  if (version === 20140 || version === 20141) {
    return { sign: 'signed', reason: 'the rule of MRC2014', isGuessed: false };
  }
  return undefined;
}

function signOfRange(stated: StatedStatistics | undefined): SignVerdict | undefined {
  if (!stated) return undefined;
  const { min, max } = stated;
  if (min >= 0 && max > 127 && max <= 255) {
    return {
      sign: 'unsigned',
      reason: `the stated maximum of ${max} does not fit signed bytes`,
      isGuessed: true,
    };
  }
  if (min < 0 && min >= -128 && max <= 127) {
    return { sign: 'signed', reason: `the stated minimum of ${min} is below 0`, isGuessed: false };
  }
  return undefined;
}

/**
 * Neighbouring pixels are alike under the right reading; under the wrong one, half of the grey levels are 256 too
 * high or too low. A clear difference (a fifth) is wanted before the rule of MRC2014 is left.
 * @param row pixels that are neighbours in the picture.
 */
export function signOfPixels(row: Uint8Array): SignVerdict {
  let signed = 0;
  let unsigned = 0;
  for (let i = 1; i < row.length; i++) {
    const [a, b] = [row[i - 1] ?? 0, row[i] ?? 0];
    unsigned += Math.abs(b - a);
    signed += Math.abs(((b << 24) >> 24) - ((a << 24) >> 24));
  }
  if (unsigned < 0.8 * signed) {
    return { sign: 'unsigned', reason: 'neighbouring pixels are more alike that way', isGuessed: true };
  }
  // Below 128 both readings are the same.
  const isCertain = row.every((byte) => byte < 128);
  return {
    sign: 'signed',
    reason: 'the rule of MRC2014, as nothing in the file says otherwise',
    isGuessed: !isCertain,
  };
}
