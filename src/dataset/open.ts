/** From a file of any kind to a micrograph, or to a sentence that says why not. */
import type { ByteSource } from '../core/bytes.ts';
import { refuseForeign } from '../formats/magic.ts';
import type { MrcHeader } from '../formats/mrc/header.ts';
import { openMrc } from '../formats/mrc/read.ts';
import type { Micrograph } from './micrograph.ts';

/** A micrograph that came from a file, with what only that kind of file says. */
export interface OpenedMicrograph extends Micrograph {
  readonly header: MrcHeader;
}

/**
 * Opens a micrograph or movie by what its bytes say, not by its name. Reads the header only.
 * @throws FormatError for files that are damaged, or of a kind that can't be read (yet).
 */
export async function openMicrograph(source: ByteSource): Promise<OpenedMicrograph> {
  refuseForeign(source.name, await source.read(0, Math.min(256, source.size)));
  const { header, pixelSizeAngstrom, description, warnings, readRows } = await openMrc(source);
  return {
    name: source.name,
    width: header.width,
    height: header.height,
    frames: header.sections,
    pixelSizeAngstrom,
    description,
    warnings: header.isVolume
      ? [...warnings, 'This is a volume; its sections are shown as frames.']
      : warnings,
    readRows,
    header,
  };
}
