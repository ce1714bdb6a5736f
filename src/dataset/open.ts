/** From a file of any kind to a micrograph, or to a sentence that says why not. */
import type { ByteSource } from '../core/bytes.ts';
import { unpacked } from '../formats/compression/unpacked.ts';
import type { FileFact, ImageFile, ReadOptions } from '../formats/image.ts';
import { type Compression, type FileKind, HEAD_BYTES, recognise } from '../formats/magic.ts';
import { headerFacts } from '../formats/mrc/facts.ts';
import type { MrcHeader } from '../formats/mrc/header.ts';
import { openMrc } from '../formats/mrc/read.ts';
import type { Micrograph } from './micrograph.ts';

/** A micrograph that came from a file, with all that the file says of itself. */
export interface OpenedMicrograph extends Micrograph, Omit<ImageFile, keyof Micrograph> {
  /** How the file was packed as a whole, if it was. */
  readonly compression?: Compression | undefined;
  /** MRC only. */
  readonly header?: MrcHeader | undefined;
}

/**
 * Opens a micrograph or movie by what its bytes say, not by its name. Reads the header only, but unpacks a packed file
 * into memory.
 * @throws FormatError for files that are damaged, or of a kind that can't be read.
 */
export async function openMicrograph(
  source: ByteSource,
  options: ReadOptions = {},
): Promise<OpenedMicrograph> {
  const packed = await kindOf(source);
  const content = await unpacked(source);
  const compression = packed === 'gzip' || packed === 'bzip2' ? packed : undefined;
  const image = await readerOf(compression ? await kindOf(content) : packed)(content, options);
  return { ...image, name: source.name, compression };
}

/** The header of a file in words, also where `openMicrograph` refuses it; empty where there is nothing to explain. */
export async function explainHeader(source: ByteSource): Promise<readonly FileFact[]> {
  const content = await unpacked(source);
  if ((await kindOf(content)) !== 'mrc' || content.size === 0) return [];
  return headerFacts(await content.read(0, Math.min(HEAD_BYTES, content.size)), content.size);
}

async function kindOf(source: ByteSource): Promise<FileKind> {
  return recognise(source.name, await source.read(0, Math.min(HEAD_BYTES, source.size)));
}

type Reader = (
  source: ByteSource,
  options: ReadOptions,
) => Promise<ImageFile & { readonly header?: MrcHeader }>;

/** Only MRC is read by everybody; the other readers are loaded when they are wanted. */
function readerOf(kind: FileKind): Reader {
  switch (kind) {
    case 'tiff':
      return async (content, options) => {
        const eer = await import('../formats/eer/read.ts');
        if (await eer.isEer(content)) return eer.openEer(content, options);
        return (await import('../formats/tiff/read.ts')).openTiff(content, options);
      };
    case 'dm4':
      return async (content, options) => (await import('../formats/dm4/read.ts')).openDm4(content, options);
    case 'png':
    case 'jpeg':
      return async (content, options) =>
        (await import('../formats/picture/read.ts')).openPicture(content, options);
    default:
      return openMrc;
  }
}
