/** The ways to a filtered picture, as the panel offers them: one line each. */
import type { FilterMethod } from '../../dataset/session.ts';

export interface FilterMethodWords {
  readonly value: FilterMethod;
  readonly label: string;
  readonly hint: string;
  /** Whether it estimates what is there, and so may mislead, where a filter only leaves something out. */
  readonly denoises: boolean;
}

export const filterMethods: readonly FilterMethodWords[] = [
  {
    value: 'lengths',
    label: 'Band-pass',
    hint: 'Removes what is finer or wider than two lengths',
    denoises: false,
  },
  {
    value: 'gaussian',
    label: 'Gaussian',
    hint: 'Smooths by a Gaussian of a width in Å',
    denoises: false,
  },
  {
    value: 'wiener',
    label: 'Wiener',
    hint: 'Passes each frequency as far as it is signal, by the micrograph’s own spectrum and its defocus',
    denoises: true,
  },
  {
    value: 'nlm',
    label: 'Non-local means',
    hint: 'Averages places that look alike',
    denoises: true,
  },
  {
    value: 'unet',
    label: 'Cryolite’s U-Net',
    hint: 'Refines the Wiener filter’s picture by a network that has learnt what particles look like; nothing finer than 16 Å',
    denoises: true,
  },
  {
    value: 'network',
    label: 'Network of yours',
    hint: 'Denoises with a network from a file, such as Topaz-Denoise',
    denoises: true,
  },
];

/** The method of a micrograph; a band-pass where a session knows of none. */
export function filterMethodWords(method: FilterMethod | undefined): FilterMethodWords {
  const [first, ...others] = filterMethods;
  if (!first) throw new Error('There is no filter.');
  return others.find(({ value }) => value === method) ?? first;
}
