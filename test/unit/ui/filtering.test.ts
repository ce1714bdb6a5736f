import { describe, expect, it } from 'vitest';
import type { MicrographParameters } from '../../../src/dataset/session.ts';
import { filterProblem, isSameFilter, wishedFilter } from '../../../src/ui/state/filtering.ts';
import { parameters } from './fixtures.ts';

const denoiser = { name: 'd.sav', hash: 'abc' };
const network: MicrographParameters = { ...parameters, filterMethod: 'network', denoiser };

describe('a filter', () => {
  it('by a network needs the network, but no pixel size and no lengths', () => {
    const bare = { pixelSizeAngstrom: undefined, lowpassAngstrom: undefined };
    expect(wishedFilter({ ...network, ...bare })).toEqual({ model: 'abc', pixelSizeAngstrom: undefined });
    expect(filterProblem({ ...network, denoiser: undefined })).toBe(
      'Open a denoising network first, or choose the band-pass.',
    );
    expect(wishedFilter({ ...network, denoiser: undefined })).toBeUndefined();
  });

  it('is by lengths in sessions that know of no other, whatever network was chosen once', () => {
    expect(wishedFilter({ ...parameters, denoiser })).toEqual({
      pixelSizeAngstrom: 1.5,
      lowpassAngstrom: 20,
      highpassAngstrom: undefined,
    });
    expect(wishedFilter({ ...parameters, pixelSizeAngstrom: undefined })).toBeUndefined();
  });

  it('is stale when its picture would be another', () => {
    const lengths = { pixelSizeAngstrom: 1.5, lowpassAngstrom: 20, highpassAngstrom: undefined };
    const made = { model: 'abc', pixelSizeAngstrom: 1.5 };
    expect(isSameFilter(lengths, { ...lengths })).toBe(true);
    expect(isSameFilter(lengths, { ...lengths, lowpassAngstrom: 21 })).toBe(false);
    expect(isSameFilter(lengths, { ...lengths, pixelSizeAngstrom: 1.4 })).toBe(false);
    // A network does not look at it.
    expect(isSameFilter(made, { ...made, pixelSizeAngstrom: 2 })).toBe(true);
    expect(isSameFilter(made, { ...made, model: 'def' })).toBe(false);
    expect(isSameFilter(made, lengths)).toBe(false);
    expect(isSameFilter(lengths, made)).toBe(false);
    expect(isSameFilter(made, undefined)).toBe(false);
  });
});
