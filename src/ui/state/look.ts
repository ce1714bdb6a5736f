import { type Accessor, createSignal } from 'solid-js';
import { type ColourMapName, colourMapNames } from '../viewer/colourMaps.ts';
import { clamp } from '../viewer/transform.ts';
import { localTexts, type TextStorage } from './texts.ts';

/**
 * How the file's pixels become the screen's: blended when small and squares when large; always squares; always blended; or
 * first binned, and then squares.
 */
export type Sampling = 'automatic' | 'exact' | 'smooth' | 'bin2' | 'bin4' | 'bin8';
export const samplings: readonly Sampling[] = ['automatic', 'exact', 'smooth', 'bin2', 'bin4', 'bin8'];

/** Where black and white come from: parts of the pixels in %, standard deviations from the mean, or the user's hand. */
export type ContrastRule =
  | { readonly by: 'percentile'; readonly percent: number }
  | { readonly by: 'sigma'; readonly sigmas: number }
  | { readonly by: 'hand' };

/** Percent of the pixels that are black, and as many white; what a picture is opened with. */
export const usualRule: ContrastRule = { by: 'percentile', percent: 0.5 };
export const ruleLimits = { percent: { min: 0, max: 20 }, sigmas: { min: 0.5, max: 10 } } as const;
export const gammaLimits = { min: 0.25, max: 4 } as const;

/** How a picture is drawn, whichever it is; kept in this browser. */
export interface Look {
  readonly colours: Accessor<ColourMapName>;
  readonly gamma: Accessor<number>;
  readonly sampling: Accessor<Sampling>;
  readonly rule: Accessor<ContrastRule>;
  set(change: Partial<LookValues>): void;
  /** As if never changed. */
  reset(): void;
}

export interface LookValues {
  readonly colours: ColourMapName;
  readonly gamma: number;
  readonly sampling: Sampling;
  readonly rule: ContrastRule;
}

const usual: LookValues = { colours: 'grey', gamma: 1, sampling: 'automatic', rule: usualRule };
const storageKey = 'cryolite-look';

/** @param storage where it is kept; none is none. */
export function createLook(storage: TextStorage | undefined = localTexts): Look {
  const [values, setValues] = createSignal(restored(storage));
  const set = (change: Partial<LookValues>): void => {
    const next = { ...values(), ...change };
    setValues({ ...next, gamma: clamp(next.gamma, gammaLimits.min, gammaLimits.max) });
    try {
      storage?.setItem(storageKey, JSON.stringify(values()));
    } catch {
      // Storage is refused or full: it lasts until the page is closed.
    }
  };
  return {
    colours: () => values().colours,
    gamma: () => values().gamma,
    sampling: () => values().sampling,
    rule: () => values().rule,
    set,
    reset: () => set(usual),
  };
}

/**
 * How finely tiles are asked for, and whether their pixels are squares.
 * @param scale device pixels per file pixel.
 * @returns `detail`: the scale to choose the tiles' level by.
 */
export function samplingOf(
  sampling: Sampling,
  scale: number,
): { readonly squares: boolean; readonly detail: number } {
  switch (sampling) {
    case 'automatic':
      // From two device pixels a pixel squares are what the user looks for.
      return { squares: scale >= 2, detail: scale };
    case 'smooth':
      return { squares: false, detail: scale };
    case 'exact':
      // One level finer than the nearest: no pixel of the screen is a blend of two.
      return { squares: true, detail: scale * Math.SQRT2 };
    case 'bin2':
    case 'bin4':
    case 'bin8': {
      const bin = Number(sampling.slice(3));
      return { squares: scale * bin >= 1, detail: Math.min(scale, 1 / bin) };
    }
  }
}

/** What was kept, as far as it still means something. */
function restored(storage: TextStorage | undefined): LookValues {
  try {
    const kept: unknown = JSON.parse(storage?.getItem(storageKey) ?? 'null');
    if (typeof kept !== 'object' || kept === null) return usual;
    const value = new Map<string, unknown>(Object.entries(kept));
    const gamma = value.get('gamma');
    return {
      colours: colourMapNames.find((name) => name === value.get('colours')) ?? usual.colours,
      sampling: samplings.find((name) => name === value.get('sampling')) ?? usual.sampling,
      gamma:
        typeof gamma === 'number' && gamma >= gammaLimits.min && gamma <= gammaLimits.max
          ? gamma
          : usual.gamma,
      rule: ruleOf(value.get('rule')),
    };
  } catch {
    return usual;
  }
}

function ruleOf(kept: unknown): ContrastRule {
  if (typeof kept !== 'object' || kept === null) return usualRule;
  const value = new Map<string, unknown>(Object.entries(kept));
  const inside = (number: unknown, { min, max }: { min: number; max: number }): number | undefined =>
    typeof number === 'number' && number >= min && number <= max ? number : undefined;
  const percent = inside(value.get('percent'), ruleLimits.percent);
  const sigmas = inside(value.get('sigmas'), ruleLimits.sigmas);
  if (value.get('by') === 'percentile' && percent !== undefined) return { by: 'percentile', percent };
  if (value.get('by') === 'sigma' && sigmas !== undefined) return { by: 'sigma', sigmas };
  return usualRule;
}
