import type { GpuContext } from '../gpu/context.ts';
import { groups, type Recorder, u32 } from '../gpu/recorder.ts';
import type { LinePlan, TilePass } from './linePlan.ts';
import { type LineHooks, lineVariant, plainHooks } from './lineVariant.ts';
import type { RootTables } from './roots.ts';

/** Where lines lie: element e of column c of group g at c + e·stride + g·jump, in elements of the buffer's kind. */
export interface LinePlace {
  readonly buffer: GPUBuffer;
  readonly stride: number;
  readonly jump: number;
}

/** `side` neighbouring lines in each of `outer` groups: columns of planes, or rows (side 1). */
export interface LineCount {
  readonly side: number;
  readonly outer: number;
}

export interface LineTransform {
  readonly plan: LinePlan;
  readonly sign: 1 | -1;
  readonly count: LineCount;
  readonly source: LinePlace;
  /** Where the passes before the last write in turn; may be the source's buffer from the second pass on. */
  readonly between: readonly [LinePlace, LinePlace];
  /** As `resultOf` says where it is one of `between`. */
  readonly result: LinePlace;
  readonly load?: LineHooks['load'];
  readonly store?: LineHooks['store'];
  /** Length of the table of roots for a plan without padding: a multiple of the line's. */
  readonly tableLength?: number;
}

/** The most memory that Bluestein's convolution takes at a time for each of its two buffers. */
const chunkBytes = 1 << 26;

/** Which of two places the result is to be in when the passes write to `between` in turn. */
export function resultOf(plan: LinePlan, between: readonly [LinePlace, LinePlace]): LinePlace {
  return plan.padded !== plan.length || plan.passes.length % 2 === 1 ? between[0] : between[1];
}

/** Records the passes of many lines. `release` takes buffers that are spent after the submit. */
export async function recordLines(
  context: GpuContext,
  recorder: Recorder,
  tables: RootTables,
  transform: LineTransform,
  release: (...buffers: GPUBuffer[]) => void,
): Promise<void> {
  const { plan, sign, count, source, between, result, load = 'complex', store = 'complex' } = transform;
  if (plan.padded !== plan.length) {
    await recordConvolution(context, recorder, tables, transform, release);
    return;
  }
  const tableLength = transform.tableLength ?? plan.length;
  let from = source;
  for (const [index, pass] of plan.passes.entries()) {
    const isLast = index === plan.passes.length - 1;
    const to = isLast ? result : index % 2 === 0 ? between[0] : between[1];
    const hooks: LineHooks = {
      ...plainHooks,
      load: index === 0 ? load : 'complex',
      store: isLast ? store : 'complex',
    };
    const place = { sourceStart: 0, resultStart: 0, tableLength };
    await recordPass(
      context,
      recorder,
      tables,
      { pass, sign, hooks, source: from, result: to },
      plan,
      count,
      place,
    );
    from = to;
  }
}

interface PassRecord {
  readonly pass: TilePass;
  readonly sign: 1 | -1;
  readonly hooks: LineHooks;
  readonly source: LinePlace;
  readonly result: LinePlace;
}

interface PassPlace {
  readonly sourceStart: number;
  readonly resultStart: number;
  readonly tableLength: number;
}

/**
 * Bluestein's convolution (1970), for a length with a prime above 7: X[k] = c[k]·Σ (x[n]·c[n])·c*[k − n] with the chirp
 * c[n] = exp(∓πi·n²/length), a convolution that smooth transforms of at least twice the length do. Through memory of
 * its own, as many lines at a time as fit into it.
 */
async function recordConvolution(
  context: GpuContext,
  recorder: Recorder,
  tables: RootTables,
  { plan, sign, count, source, result, load = 'complex', store = 'complex' }: LineTransform,
  release: (...buffers: GPUBuffer[]) => void,
): Promise<void> {
  const { length, padded, passes } = plan;
  const most = Math.max(1, Math.floor(Math.min(chunkBytes, context.maxBufferBytes) / (padded * 8)));
  const side = Math.min(count.side, most);
  const outer = side < count.side ? 1 : Math.min(count.outer, Math.floor(most / side));
  const scratch = (): LinePlace => {
    const buffer = context.buffer('Fourier transform', side * outer * padded * 8);
    release(buffer);
    return { buffer, stride: side, jump: side * padded };
  };
  const a = scratch();
  const b = scratch();
  for (let outerStart = 0; outerStart < count.outer; outerStart += outer) {
    for (let sideStart = 0; sideStart < count.side; sideStart += side) {
      const part = {
        side: Math.min(side, count.side - sideStart),
        outer: Math.min(outer, count.outer - outerStart),
      };
      let from = source;
      let to = a;
      for (const direction of [-1, 1] as const) {
        for (const [index, pass] of passes.entries()) {
          const start = index === 0 && direction === -1;
          const middle = index === passes.length - 1 && direction === -1;
          const end = index === passes.length - 1 && direction === 1;
          const hooks: LineHooks = {
            load: start ? load : 'complex',
            store: end ? store : 'complex',
            chirp: start,
            factors: middle || end,
            conjugate: sign === 1,
            cut: end,
          };
          if (end) to = result;
          await recordPass(
            context,
            recorder,
            tables,
            { pass, sign: direction, hooks, source: from, result: to },
            plan,
            part,
            {
              sourceStart: start ? sideStart + outerStart * source.jump : 0,
              resultStart: end ? sideStart + outerStart * result.jump : 0,
              tableLength: padded,
            },
            middle ? tables.chirpSpectrum(length, padded) : end ? tables.chirp(length) : undefined,
          );
          from = to;
          to = from === a ? b : a;
        }
      }
    }
  }
}

async function recordPass(
  context: GpuContext,
  recorder: Recorder,
  tables: RootTables,
  { pass, sign, hooks, source, result }: PassRecord,
  plan: LinePlan,
  count: LineCount,
  { sourceStart, resultStart, tableLength }: PassPlace,
  factors?: GPUBuffer,
): Promise<void> {
  const { defines, usesRoots } = lineVariant(pass, sign, hooks);
  const pipeline = await context.pipeline('fft/line.wgsl', defines);
  const perLine = plan.padded / pass.size;
  const transforms = count.side * count.outer * perLine;
  const tiles = groups(transforms, pass.tile);
  const rows = groups(tiles, context.device.limits.maxComputeWorkgroupsPerDimension);
  recorder.dispatch(
    pipeline,
    [
      transforms,
      count.side,
      perLine,
      pass.done,
      sourceStart,
      source.stride,
      source.jump,
      resultStart,
      result.stride,
      result.jump,
      tableLength / pass.size,
      tableLength / (pass.size * pass.done),
      plan.length,
    ].map(u32),
    [
      source.buffer,
      result.buffer,
      ...(usesRoots ? [tables.roots(tableLength)] : []),
      ...(hooks.chirp ? [tables.chirp(plan.length)] : []),
      ...(factors ? [factors] : []),
    ],
    [groups(tiles, rows), rows, 1],
  );
}
