import { type ByteSource, checkRange } from '../../core/bytes.ts';
import { FormatError } from '../../core/errors.ts';

/** A file of the browser as bytes read by range. */
export function browserFileSource(file: File): ByteSource {
  return {
    name: file.name,
    size: file.size,
    read: async (offset, length) => {
      checkRange(file.name, file.size, offset, length);
      try {
        return new Uint8Array(await file.slice(offset, offset + length).arrayBuffer());
      } catch {
        throw new FormatError(
          'changed',
          file.name,
          'can no longer be read: it was changed or moved. Open it again.',
        );
      }
    },
  };
}
