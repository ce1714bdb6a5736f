/** The texts of all Fourier kernels that have some choice in them, for the test that compiles every shader. */
import { type LineLimits, planLines } from '../../../src/fft/linePlan.ts';
import { type LineHooks, lineVariant, plainHooks } from '../../../src/fft/lineVariant.ts';
import type { Defines } from '../../../src/gpu/expand.ts';

const limits: readonly LineLimits[] = [
  { workgroupBytes: 0, invocations: 256 },
  { workgroupBytes: 16384, invocations: 256 },
];

/** Each radix alone, and two to five of them in a tile. */
const lengths = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 64, 210, 2048, 1875, 2401] as const;

const hooks: readonly Partial<LineHooks>[] = [
  {},
  { load: 'real', store: 'half' },
  { load: 'half', store: 'real' },
  { load: 'half', chirp: true, conjugate: true },
  { chirp: true, factors: true },
  { factors: true, cut: true, conjugate: true, store: 'half' },
];
const rowHooks: readonly Partial<LineHooks>[] = [{ load: 'hermitian' }, { store: 'unpack' }];

function variantsOf(length: number, direction: 'rows' | 'columns', limit: LineLimits): [string, Defines][] {
  const { passes } = planLines(length, direction, 4096, limit);
  const whole = direction === 'rows' && passes.length === 1 && limit.workgroupBytes > 0;
  // What surrounds a transform does not depend on its radices: all of it for one length.
  const some = length === 64 ? [...hooks, ...(whole ? rowHooks : [])] : [{}];
  return passes.flatMap((pass) =>
    some.flatMap((hook) =>
      [1, -1].map((sign): [string, Defines] => [
        'fft/line.wgsl',
        lineVariant(pass, sign === 1 ? 1 : -1, { ...plainHooks, ...hook }).defines,
      ]),
    ),
  );
}

const lineVariants = new Map(
  lengths.flatMap((length) =>
    (['rows', 'columns'] as const).flatMap((direction) =>
      limits.flatMap((limit) =>
        variantsOf(length, direction, limit).map((variant) => [JSON.stringify(variant), variant] as const),
      ),
    ),
  ),
);

export const fourierVariants: readonly [string, Defines][] = [
  ...lineVariants.values(),
  ['fft/pack_real.wgsl', {}],
  ['fft/unpack_real.wgsl', {}],
  ['fft/resample.wgsl', { KEEP: false }],
  ['fft/resample.wgsl', { KEEP: true }],
  ...[true, false].flatMap((SHARED): [string, Defines][] => [
    ['fft/cross.wgsl', { SHARED }],
    ['fft/refine.wgsl', { STEP: 'sum', SHARED }],
  ]),
  ['fft/refine.wgsl', { STEP: 'move', SHARED: false }],
  ['fft/peak.wgsl', { STEP: 'partial' }],
  ['fft/peak.wgsl', { STEP: 'final' }],
  ['fft/rings.wgsl', { PAIR: true }],
  ['fft/rings.wgsl', { PAIR: false }],
  ['fft/boxes.wgsl', {}],
  ['fft/add_power.wgsl', {}],
];

/** Texts below `fft/` that others include. */
export const fourierSnippets: readonly string[] = ['fft/butterfly.wgsl', 'fft/transfer.wgsl'];
