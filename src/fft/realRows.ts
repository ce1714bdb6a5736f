import type { GpuContext } from '../gpu/context.ts';
import { groups, type Recorder, u32 } from '../gpu/recorder.ts';
import type { LinePlan } from './linePlan.ts';
import { type LinePlace, type LineTransform, recordLines, resultOf } from './lines.ts';
import type { RootTables } from './roots.ts';
import { type Release, spectrumColumns } from './spectrum.ts';

export interface RealRows {
  readonly context: GpuContext;
  readonly recorder: Recorder;
  readonly tables: RootTables;
  readonly release: Release;
  /** Of `width` values where the width is odd, of half as many where it is even. */
  readonly plan: LinePlan;
  readonly width: number;
  readonly rows: number;
}

/** Even rows go as pairs of values; unpacking is part of the pass where one pass does all. */
const isFused = (width: number, plan: LinePlan): boolean =>
  width % 2 === 0 && plan.passes.length === 1 && plan.padded === plan.length;

/** Whether the passes of pairs end where the first of them writes. */
const pairsEndInFirst = (plan: LinePlan): boolean =>
  plan.padded !== plan.length || plan.passes.length % 2 === 1;

/** Length of the complex lines that real rows become. */
export const rowLength = (width: number): number => (width % 2 === 0 ? width / 2 : width);

/** Whether `recordRowsForward` ends in `a`. */
export function forwardEndsInFirst(width: number, plan: LinePlan): boolean {
  return width % 2 === 1 || isFused(width, plan) || !pairsEndInFirst(plan);
}

/** Whether `recordRowsBackward` ends in `a`. */
export function backwardEndsInFirst(width: number, plan: LinePlan): boolean {
  return width % 2 === 0 && !isFused(width, plan) && pairsEndInFirst(plan);
}

/** Real rows in `source` to half spectra, by way of `a` and `b`, each as large as the spectra. Returns which holds them. */
export async function recordRowsForward(
  real: RealRows,
  source: GPUBuffer,
  a: GPUBuffer,
  b: GPUBuffer,
): Promise<GPUBuffer> {
  const { plan, width } = real;
  const columns = spectrumColumns(width);
  if (width % 2 === 1) {
    const between = oddScratch(real);
    await record(real, -1, {
      source: place(source, width),
      between,
      result: place(a, columns),
      load: 'real',
      store: 'half',
    });
    return a;
  }
  const half = width / 2;
  const between = [place(a, half), place(b, half)] as const;
  if (isFused(width, plan)) {
    const result = place(a, columns);
    await record(real, -1, { source: place(source, half), between, result, store: 'unpack' });
    return a;
  }
  const result = resultOf(plan, between);
  await record(real, -1, { source: place(source, half), between, result });
  const spectrum = result.buffer === a ? b : a;
  await repack(real, 'fft/unpack_real.wgsl', result.buffer, spectrum, half + 1);
  return spectrum;
}

/** Half spectra in `a` to real rows, unnormalised, in `a` or `b`: returns which. Both are used up. */
export async function recordRowsBackward(real: RealRows, a: GPUBuffer, b: GPUBuffer): Promise<GPUBuffer> {
  const { plan, width } = real;
  const columns = spectrumColumns(width);
  if (width % 2 === 1) {
    const between = oddScratch(real);
    await record(real, 1, {
      source: place(a, columns),
      between,
      result: place(b, width),
      load: 'half',
      store: 'real',
    });
    return b;
  }
  const half = width / 2;
  if (isFused(width, plan)) {
    const between = [place(b, half), place(a, half)] as const;
    await record(real, 1, { source: place(a, columns), between, result: place(b, half), load: 'hermitian' });
    return b;
  }
  await repack(real, 'fft/pack_real.wgsl', a, b, half);
  const between = [place(a, half), place(b, half)] as const;
  const result = resultOf(plan, between);
  await record(real, 1, { source: place(b, half), between, result });
  return result.buffer;
}

const place = (buffer: GPUBuffer, jump: number): LinePlace => ({ buffer, stride: 1, jump });

async function record(
  { context, recorder, tables, release, plan, width, rows }: RealRows,
  sign: 1 | -1,
  transform: Pick<LineTransform, 'source' | 'between' | 'result' | 'load' | 'store'>,
): Promise<void> {
  const count = { side: 1, outer: rows };
  const tableLength = width;
  await recordLines(context, recorder, tables, { plan, sign, count, tableLength, ...transform }, release);
}

/** Odd rows are complex between their passes: more than a half spectrum has room for. */
function oddScratch({ context, release, plan, width, rows }: RealRows): readonly [LinePlace, LinePlace] {
  const direct = plan.padded === plan.length;
  const made = [2, 3].map((passes) => {
    const needed = direct && plan.passes.length >= passes;
    const buffer = context.buffer('Fourier transform', needed ? width * rows * 8 : 0);
    release(buffer);
    return place(buffer, width);
  });
  const [first, second] = made;
  if (!first || !second) throw new Error('Two buffers were made.');
  return [first, second];
}

async function repack(
  { context, recorder, tables, width, rows }: RealRows,
  shader: 'fft/unpack_real.wgsl' | 'fft/pack_real.wgsl',
  source: GPUBuffer,
  result: GPUBuffer,
  columns: number,
): Promise<void> {
  const limit = context.device.limits.maxComputeWorkgroupsPerDimension;
  const layers = groups(rows, limit);
  recorder.dispatch(
    await context.pipeline(shader),
    [u32(width / 2), u32(rows)],
    [source, result, tables.roots(width)],
    [groups(columns, 64), groups(rows, layers), layers],
  );
}
