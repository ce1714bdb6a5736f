import type { Defines } from '../gpu/expand.ts';
import type { TilePass } from './linePlan.ts';

/** What a pass does beside the transform; `fft/line.wgsl` tells what the words mean. */
export interface LineHooks {
  readonly load: 'complex' | 'real' | 'half' | 'hermitian';
  readonly store: 'complex' | 'real' | 'half' | 'unpack';
  /** What is read is multiplied by the chirp and 0 beyond the line's length. */
  readonly chirp: boolean;
  /** What is written is multiplied by a table. */
  readonly factors: boolean;
  /** Chirp and factors are conjugated. */
  readonly conjugate: boolean;
  /** Nothing is written beyond the line's length. */
  readonly cut: boolean;
}

export const plainHooks: LineHooks = {
  load: 'complex',
  store: 'complex',
  chirp: false,
  factors: false,
  conjugate: false,
  cut: false,
};

export interface LineVariant {
  readonly defines: Defines;
  /** Whether the pass reads the table of roots: a binding that a shader does not use must not be given. */
  readonly usesRoots: boolean;
}

/** The most radices that `fft/line.wgsl` runs in one tile. */
const mostStages = 6;

/** The text of `fft/line.wgsl` for one pass. Bindings: parameters, source, result, then roots, chirp, factors as used. */
export function lineVariant(pass: TilePass, sign: 1 | -1, hooks: LineHooks): LineVariant {
  const { size, radices, tile, lanes, done, readAcross, writeAcross } = pass;
  if (radices.length > mostStages)
    throw new Error(
      `A tile of ${size} values would need ${radices.length} radices; ${mostStages} are possible.`,
    );
  const first = radices[0] ?? 1;
  const spans: Record<string, number> = {};
  let span = size;
  for (let stage = 1; stage < mostStages; stage++) {
    span /= radices[stage - 1] ?? 1;
    spans[`SPAN${stage}`] = span;
    if (stage < mostStages - 1) spans[`MID${stage}`] = stage < radices.length - 1 ? (radices[stage] ?? 0) : 0;
  }
  const pairs = hooks.load === 'hermitian' || hooks.store === 'unpack';
  const staged = radices.length > 1;
  const usesRoots = staged || done > 1 || pairs;
  let binding = 3;
  const bindingIf = (used: boolean): number => (used ? binding++ : 0);
  return {
    usesRoots,
    defines: {
      SIZE: size,
      TILE: tile,
      LANES: lanes,
      THREADS: tile * lanes,
      SIGN: sign,
      STAGES: radices.length,
      STAGED: staged,
      ONLY: !staged && hooks.store !== 'unpack',
      FIRST: first,
      LAST: radices[radices.length - 1] ?? 1,
      ...spans,
      TWIDDLED: done > 1,
      ACROSS: readAcross,
      WRITEACROSS: writeAcross,
      SWIZZLED: !readAcross && size % 16 === 0,
      LOAD: hooks.load,
      STORE: hooks.store,
      ROOTS: bindingIf(usesRoots),
      CHIRP: bindingIf(hooks.chirp),
      FACTORS: bindingIf(hooks.factors),
      CONJUGATE: hooks.conjugate,
      CUT: hooks.cut,
    },
  };
}
