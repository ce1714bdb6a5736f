/** Masks as pictures: read from MRC or any other format, written as MRC. */
import type { ByteSink } from '../core/bytes.ts';
import { FormatError } from '../core/errors.ts';
import { writeMrc } from '../formats/mrc/write.ts';
import type { MaskBitmap } from './maskBitmap.ts';
import { type MaskGrid, type MicrographSize, sampleGrid } from './maskGrid.ts';
import type { Micrograph } from './micrograph.ts';

/** Cells along the longest side of a mask from a file at most: it is kept with the session. */
const mostCells = 512;
/** Pixels read at a time. */
const stripPixels = 1 << 20;
/** Values that a resampling has carried above 1 are still those of a mask of 0 to 1. */
const mostOvershoot = 1.5;
/** Sides may differ by this part from the micrograph's shape, as binning cuts edges. */
const tolerance = 0.02;

/**
 * Reads a picture of values from 0 to 1, 1 where the micrograph is contaminated, of the micrograph's size or binned.
 * One of whole numbers with some above 1 is taken for one of 0 to 255, or to its largest value if that is larger still.
 * @throws FormatError wrong-shape where it is not of the micrograph's shape; bad-picture where its values are of no such range; as
 * `readRows`.
 */
export async function readMask(mask: Micrograph, size: MicrographSize): Promise<MaskGrid> {
  const px = pixelsOf(mask, size);
  const cell = Math.max(1, Math.ceil(Math.max(mask.width, mask.height) / mostCells));
  const [width, height] = [Math.ceil(mask.width / cell), Math.ceil(mask.height / cell)];
  const sums = new Float64Array(width * height);
  const counts = new Uint32Array(width * height);
  let largest = 0;
  let isWhole = true;
  const rowsAtOnce = Math.max(1, Math.floor(stripPixels / mask.width));
  for (let row = 0; row < mask.height; row += rowsAtOnce) {
    const strip = await mask.readRows(0, row, Math.min(rowsAtOnce, mask.height - row));
    for (let i = 0; i < strip.length; i++) {
      const value = strip[i] ?? 0;
      const at =
        Math.floor((row + Math.floor(i / mask.width)) / cell) * width + Math.floor((i % mask.width) / cell);
      counts[at] = (counts[at] ?? 0) + 1;
      if (!(value > 0 && Number.isFinite(value))) continue;
      sums[at] = (sums[at] ?? 0) + value;
      largest = Math.max(largest, value);
      isWhole &&= Number.isInteger(value);
    }
  }
  if (largest > mostOvershoot && !isWhole) {
    throw new FormatError(
      'bad-picture',
      mask.name,
      `has values up to ${Number(largest.toPrecision(4))}, some of them no whole numbers: a mask goes from 0 to 1, or in whole numbers from 0 to 255.`,
    );
  }
  const full = largest <= mostOvershoot ? 1 : Math.max(255, largest);
  const values = Uint8Array.from(sums, (sum, i) =>
    Math.min(255, Math.round((255 * sum) / ((counts[i] ?? 1) * full))),
  );
  const centre = (pxOfMask: number): number => ((cell - 1) / 2 + 0.5) * pxOfMask - 0.5;
  return {
    width,
    height,
    origin: { x: centre(px.x), y: centre(px.y) },
    step: { x: cell * px.x, y: cell * px.y },
    values,
  };
}

/** How many pixels of the micrograph a pixel of the mask is wide and high. */
function pixelsOf(mask: Micrograph, { width, height }: MicrographSize): { x: number; y: number } {
  const bin = Math.round(width / mask.width);
  const isBinned =
    bin >= 1 && Math.ceil(width / bin) === mask.width && Math.ceil(height / bin) === mask.height;
  if (isBinned) return { x: bin, y: bin };
  const px = { x: width / mask.width, y: height / mask.height };
  if (Math.abs(px.x / px.y - 1) <= tolerance) return px;
  throw new FormatError(
    'wrong-shape',
    mask.name,
    `is a mask of ${mask.width} × ${mask.height} pixels, which is not the shape of the micrograph (${width} × ${height}): give the mask that was made of it.`,
  );
}

/** Writes a mask as bytes (mode 0) of the micrograph's own size: 1 is contaminated, 0 is not. Closes the sink. */
export async function writeMaskBitmap(
  sink: ByteSink,
  bitmap: MaskBitmap,
  { width, height }: MicrographSize,
  header: { readonly pixelSizeAngstrom: number | undefined; readonly labels: readonly string[] },
): Promise<void> {
  function* rows(): Generator<Float32Array> {
    for (let y = 0; y < height; y++) {
      const from = Math.floor(y / bitmap.cellPx) * bitmap.width;
      yield Float32Array.from(
        { length: width },
        (_, x) => bitmap.data[from + Math.floor(x / bitmap.cellPx)] ?? 0,
      );
    }
  }
  await writeMrc(sink, { width, height, mode: 0, ...header }, rows());
}

/**
 * Writes what a network says as 32-bit floats (mode 2), 0 to 1, binned by `cellPx`, so that a threshold can still be
 * chosen. Closes the sink.
 */
export async function writeMaskGrid(
  sink: ByteSink,
  grid: MaskGrid,
  size: MicrographSize,
  cellPx: number,
  header: { readonly pixelSizeAngstrom: number; readonly labels: readonly string[] },
): Promise<void> {
  const values = Float32Array.from(sampleGrid(grid, size, cellPx), (value) => value / 255);
  const [width, height] = [Math.ceil(size.width / cellPx), Math.ceil(size.height / cellPx)];
  const pixelSizeAngstrom = header.pixelSizeAngstrom * cellPx;
  await writeMrc(sink, { width, height, labels: header.labels, pixelSizeAngstrom }, [values]);
}
