import { UsageError } from '../../core/errors.ts';
import type { Micrograph } from '../../dataset/micrograph.ts';
import type { FrameKind } from '../../formats/image.ts';
import { VolumeSpectrum } from '../simulation/projector.ts';
import { readVolume } from '../simulation/readVolume.ts';
import type { MakeReferences } from './match.ts';
import { allPictures, averageReferences, type ReferenceViews, volumeViews } from './references.ts';
import { viewsPerTurn } from './settings.ts';

/** A file that references are made of, read. */
export interface ReferenceFile {
  readonly kind: 'averages' | 'volume';
  /** Pictures of a stack; 1 for a volume. */
  readonly pictures: number;
  readonly pixelSizeAngstrom: number;
  /** @param angularStepDegrees in the plane; the views of a volume are 1.5 times as far apart. */
  references(diameterAngstrom: number, angularStepDegrees: number, mirrors: boolean): MakeReferences;
  /** The same one by one, for pixels of about a size. */
  views(
    diameterAngstrom: number,
    angularStepDegrees: number,
    mirrors: boolean,
  ): (pixelSizeAngstrom: number) => ReferenceViews;
}

export interface ReadReferenceOptions {
  /** Where the file does not know or is wrong, Å. */
  readonly pixelSizeAngstrom?: number | undefined;
  /** Where the file does not tell, as a cube of sections. */
  readonly kind?: 'averages' | 'volume' | undefined;
}

/** Turning thousands of pictures takes days. */
const mostPictures = 500;
/** Pixels of all pictures: half a gigabyte. */
const mostPixels = 512 ** 3;

/**
 * Reads class averages (a stack, or one picture) or a density map. A file of as many sections as rows and columns is a map, unless it
 * is named as a stack.
 * @throws UsageError for what can't serve; FormatError.
 */
export async function readReferences(
  file: Micrograph & { readonly kind: FrameKind },
  options: ReadReferenceOptions = {},
): Promise<ReferenceFile> {
  const { name, width, height, frames } = file;
  const kind = options.kind ?? (isVolumeFile(file) ? 'volume' : 'averages');
  const pixelSizeAngstrom = options.pixelSizeAngstrom ?? file.pixelSizeAngstrom;
  if (pixelSizeAngstrom === undefined) {
    throw new UsageError(`${name} does not state its pixel size: give it in Å with --reference-pixel-size.`);
  }
  if (kind === 'volume') {
    const volume = await readVolume(file, { voxelSizeAngstrom: pixelSizeAngstrom });
    // Takes longest of all, and is the same whatever is asked for.
    let spectrum: VolumeSpectrum | undefined;
    const views: ReferenceFile['views'] = (_, step) => (pixel) => {
      spectrum ??= new VolumeSpectrum(volume);
      return volumeViews(spectrum, pixel, viewsPerTurn * step);
    };
    return { kind, pictures: 1, pixelSizeAngstrom, ...withViews(views) };
  }
  if (width !== height || width < 8) {
    throw new UsageError(
      `${name} has pictures of ${width} × ${height} px: references are square, of 8 px or more a side.`,
    );
  }
  if (frames > mostPictures || width * height * frames > mostPixels) {
    throw new UsageError(
      `${name} has ${frames} pictures of ${width} px a side: give class averages, ${mostPictures} at most.`,
    );
  }
  const pixels = new Float32Array(width * height * frames);
  for (let frame = 0; frame < frames; frame++)
    pixels.set(await file.readRows(frame, 0, height), frame * width * height);
  const stack = { name, sidePx: width, pixelSizeAngstrom, pixels };
  const views: ReferenceFile['views'] = (diameter, _, mirrors) => () => {
    const { pictures, ...set } = averageReferences(stack, diameter, mirrors);
    return {
      ...set,
      picture: (index) => {
        const picture = pictures[index];
        if (!picture) throw new RangeError(`There is no average ${index}.`);
        return picture;
      },
    };
  };
  return { kind, pictures: frames, pixelSizeAngstrom, ...withViews(views) };
}

function withViews(views: ReferenceFile['views']): Pick<ReferenceFile, 'references' | 'views'> {
  return {
    views,
    references: (diameter, step, mirrors) => {
      const make = views(diameter, step, mirrors);
      return (pixel) => allPictures(make(pixel));
    },
  };
}

/** Whether a file is a density map by its header and name. */
export function isVolumeFile({
  name,
  kind,
  width,
  height,
  frames,
}: Micrograph & { readonly kind: FrameKind }): boolean {
  if (/\.(mrcs|st)(\.gz|\.bz2)?$/i.test(name)) return false;
  return kind === 'volume' || (width === height && frames === width);
}
