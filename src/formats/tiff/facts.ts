/** The directory of a TIFF file's pictures in words, in the order of the tags. */
import type { FileFact } from '../image.ts';
import { numberWords } from '../samples.ts';
import { compressionName } from './compression.ts';
import type { TiffContainer } from './container.ts';
import { type PageLayout, TAG } from './layout.ts';

/** What the facts tell besides what the directory says. */
export interface Findings {
  readonly container: TiffContainer;
  readonly layout: PageLayout;
  readonly frames: number;
  /** Pages that are not shown. */
  readonly leftOut: number;
  readonly packed: boolean;
  readonly description: string | undefined;
  readonly resolution: number | undefined;
  readonly resolutionUnit: number;
  /** From the resolution; undefined where it is no microscope's. */
  readonly resolutionPixelSize: number | undefined;
}

const PHOTOMETRIC: readonly string[] = [
  '0 is white; values are taken as they are stored, as RELION does',
  '0 is black',
  'red, green and blue; shown as luminance',
  'numbers of colours in a palette; the numbers are shown',
];
const PREDICTORS: readonly string[] = [
  'none',
  'differences of neighbours',
  'differences of the bytes of floats',
];
const RESOLUTION_UNITS: readonly string[] = ['no unit', 'pixels an inch', 'pixels a centimetre'];

export async function tiffFacts(found: Findings): Promise<FileFact[]> {
  const { container, layout, frames, leftOut, packed, description, resolution } = found;
  const { page, compression, predictor, photometric } = layout;
  const facts: FileFact[] = [];
  const add = (
    name: string,
    value: string | number,
    meaning: string,
    verdict: FileFact['verdict'] = 'good',
  ) => {
    facts.push({ name, value: String(value), meaning, verdict });
  };
  const addText = (name: string, text: string | undefined) => {
    if (text?.trim()) add(name, text.trim(), 'as the program wrote it');
  };
  const order = container.littleEndian ? 'little-endian' : 'big-endian';
  add('Format', container.bigTiff ? 'BigTIFF' : 'TIFF', order);
  add(
    'Pages',
    frames + leftOut,
    leftOut === 0 ? `${frames} of one size` : `${frames} of one size, ${leftOut} others are left out`,
    leftOut === 0 ? 'good' : 'doubtful',
  );
  add(
    'ImageWidth',
    layout.width,
    packed ? `two pixels a byte, ${2 * layout.width} columns` : 'columns',
    packed ? 'doubtful' : 'good',
  );
  add('ImageLength', layout.height, 'rows');
  add('BitsPerSample', layout.type.replace(/\D+/, ''), numberWords(packed ? 'uint4' : layout.type));
  add('Compression', compression, compressionName(compression));
  add(
    'PhotometricInterpretation',
    photometric,
    PHOTOMETRIC[photometric] ?? '',
    photometric === 1 ? 'good' : 'doubtful',
  );
  addText('ImageDescription', description);
  const orientation = await page.number(TAG.orientation);
  add(
    'Orientation',
    orientation ?? 'none',
    'not looked at: the last stored row is row 0, as in RELION, IMOD, EMAN2, SerialEM and MotionCor2',
    (orientation ?? 1) === 1 ? 'good' : 'doubtful',
  );
  add(
    'SamplesPerPixel',
    layout.samples,
    layout.samples === 1 ? 'grey levels' : layout.colour ? 'colour' : 'the first is shown',
  );
  if (layout.tiled) {
    add('TileWidth', layout.chunkWidth, 'columns of a tile');
    add('TileLength', layout.chunkHeight, 'rows of a tile');
  } else {
    add(
      'RowsPerStrip',
      layout.chunkHeight,
      `${layout.chunksDown} ${layout.chunksDown === 1 ? 'strip' : 'strips'} a page`,
    );
  }
  if (resolution !== undefined) {
    const size = found.resolutionPixelSize;
    add(
      'XResolution',
      resolution,
      `${RESOLUTION_UNITS[found.resolutionUnit - 1] ?? 'unknown unit'}${size === undefined ? ', no size of a microscope’s pixel' : `: ${size} Å`}`,
      size === undefined ? 'doubtful' : 'good',
    );
  }
  addText('Software', await page.text(TAG.software));
  addText('DateTime', await page.text(TAG.dateTime));
  if (predictor !== 1) add('Predictor', predictor, PREDICTORS[predictor - 1] ?? '');
  return facts;
}
