/** The kernels of a search, one function each. All are recorded, not yet run. */
import { type Spectrum, spectrumColumns } from '../../fft/spectrum.ts';
import { FourierTransforms, type PlaneStack } from '../../fft/transform.ts';
import type { GpuContext } from '../../gpu/context.ts';
import { f32, groups, u32 } from '../../gpu/recorder.ts';
import type { Pass, Size } from '../template/ground.ts';
import { summedArea, type Template } from './templates.ts';

/** How a template lies against the one that was made: mirrored (y → −y), then half a circle further. */
export interface Variant {
  readonly turned: boolean;
  readonly mirrored: boolean;
}

/** The spectra of templates of one reach, each in the corner of a plane of that size. The caller frees them. */
export async function templateSpectra(
  { context, transforms, recorder, release }: Pass,
  templates: readonly Template[],
  { width, height }: Size,
): Promise<Spectrum> {
  const count = templates.length;
  const [first] = templates;
  const length = first?.values.length ?? 0;
  const all = new Float32Array(count * length);
  for (const [i, { values }] of templates.entries()) all.set(values, i * length);
  const pictures = context.upload('templates', all);
  release(pictures);
  const buffer = context.buffer('templates', count * width * height * 4);
  release(buffer);
  recorder.dispatch(
    await context.pipeline('matching/place.wgsl'),
    [width, height, first?.reach ?? 0].map(u32),
    [pictures, buffer],
    [groups(width, 8), groups(height, 8), count],
  );
  return await transforms.forward(recorder, { buffer, width, height, count }, release);
}

/** Correlations of a picture with templates; both spectra are left as they were. The caller frees the planes. */
export async function correlations(
  { context, transforms, recorder, release }: Pass,
  picture: Spectrum,
  templates: Spectrum,
  { turned, mirrored }: Variant,
): Promise<PlaneStack> {
  const { width, height, count = 1 } = templates;
  const buffer = context.buffer('correlations', FourierTransforms.spectrumBytes(width, height, count));
  try {
    recorder.dispatch(
      await context.pipeline('matching/correlate.wgsl'),
      [...[width, height, Number(turned), Number(mirrored)].map(u32), f32(1 / (width * height))],
      [picture.buffer, templates.buffer, buffer],
      [groups(spectrumColumns(width), 64), height, count],
    );
    return await transforms.backward(recorder, { buffer, width, height, count }, release);
  } catch (error) {
    context.free(buffer);
    throw error;
  }
}

/** Where a picture's means and contrasts lie, and what was found so far. */
export interface Comparison extends Size {
  readonly means: GPUBuffer;
  readonly contrast: GPUBuffer;
  readonly best: GPUBuffer;
  readonly which: GPUBuffer;
  readonly inverse: GPUBuffer;
  readonly whichInverse: GPUBuffer;
}

/** Sums of templates over all pixels left and above, on the GPU. */
export function uploadTables(context: GpuContext, templates: readonly Template[]): GPUBuffer {
  const tables = templates.map(summedArea);
  const length = tables[0]?.length ?? 0;
  const all = new Float32Array(tables.length * length);
  for (const [i, table] of tables.entries()) all.set(table, i * length);
  return context.upload('templates', all);
}

/**
 * Takes correlations into what was found so far.
 * @param number of the first template, and what the next ones' are further.
 */
export async function keepBest(
  { context, recorder }: Pass,
  { width, height, means, contrast, best, which, inverse, whichInverse }: Comparison,
  planes: PlaneStack,
  tables: GPUBuffer,
  reach: number,
  { turned, mirrored }: Variant,
  number: { readonly first: number; readonly step: number },
): Promise<void> {
  const place = [width, height, planes.width, planes.height, reach, planes.count ?? 1];
  const lie = [Number(turned), Number(mirrored), number.first, number.step];
  recorder.dispatch(
    await context.pipeline('matching/best.wgsl'),
    [...place, ...lie].map(u32),
    [tables, means, contrast, planes.buffer, best, which, inverse, whichInverse],
    [groups(width, 8), groups(height, 8), 1],
  );
}
