import { FormatError } from '../../core/errors.ts';
import type { Compression } from '../magic.ts';

/** An unpacking that went wrong; what is one of our errors already stays as it is. */
export function damaged(file: string, compression: Compression, error: unknown): Error {
  if (error instanceof FormatError) return error;
  return new FormatError(
    'bad-compression',
    file,
    `is cut off or damaged: its ${compression} stream can't be unpacked to the end. Copy or download it again.`,
  );
}
