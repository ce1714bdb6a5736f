import { describe, expect, it } from 'vitest';
import type { FilterMethod, MicrographParameters } from '../../../src/dataset/session.ts';
import type { AppliedFilter } from '../../../src/ui/state/document.ts';
import { filterProblem, isSameFilter, wishedFilter } from '../../../src/ui/state/filtering.ts';
import { filterMethods, filterMethodWords } from '../../../src/ui/state/filterMethods.ts';
import { findingsWords, madeLabel } from '../../../src/ui/state/filterWords.ts';
import { parametersFor, savedParameters } from '../../../src/ui/state/parameters.ts';
import { image, parameters } from './fixtures.ts';

const denoiser = { name: 'd.sav', hash: 'abc' };
const by = (filterMethod: FilterMethod, more: Partial<MicrographParameters> = {}): MicrographParameters => ({
  ...parameters,
  diameterAngstrom: 150,
  filterMethod,
  denoiser,
  ...more,
});

describe('a filter', () => {
  it('by a network needs the network, but no pixel size and no lengths', () => {
    const bare = { pixelSizeAngstrom: undefined, lowpassAngstrom: undefined };
    expect(wishedFilter(by('network', bare))).toEqual({
      method: 'network',
      model: 'abc',
      pixelSizeAngstrom: undefined,
    });
    expect(filterProblem(by('network', { denoiser: undefined }))).toBe(
      'Open a denoising network first, or choose another method.',
    );
    expect(wishedFilter(by('network', { denoiser: undefined }))).toBeUndefined();
  });

  it('is by lengths in sessions that know of no other, whatever network was chosen once', () => {
    expect(wishedFilter({ ...parameters, denoiser })).toEqual({
      method: 'lengths',
      pixelSizeAngstrom: 1.5,
      lowpassAngstrom: 20,
      highpassAngstrom: undefined,
    });
    expect(wishedFilter({ ...parameters, pixelSizeAngstrom: undefined })).toBeUndefined();
    expect(filterMethodWords(undefined).value).toBe('lengths');
  });

  it('takes what is not said from the diameter, or leaves it to the spectrum', () => {
    const off = { lowpassAngstrom: undefined };
    expect(wishedFilter(by('gaussian', off))).toMatchObject({ method: 'gaussian', sigmaAngstrom: 5 });
    expect(wishedFilter(by('gaussian', { sigmaAngstrom: 2 }))).toMatchObject({ sigmaAngstrom: 2 });
    expect(wishedFilter(by('nlm', off))).toMatchObject({ detailAngstrom: 17, strength: 1.2 });
    expect(wishedFilter(by('nlm', { detailAngstrom: 9, strength: 3 }))).toMatchObject({
      detailAngstrom: 9,
      strength: 3,
    });
    expect(wishedFilter(by('wiener', off))).toMatchObject({ defocusAngstrom: undefined });
    for (const method of ['wiener', 'unet'] as const) {
      const known = { defocusAngstrom: 9000, voltageKilovolt: 200 };
      expect(wishedFilter(by(method, known))).toEqual({ method, pixelSizeAngstrom: 1.5, ...known });
    }
    for (const { value } of filterMethods.filter(({ value }) => value !== 'network'))
      expect(filterProblem(by(value, { pixelSizeAngstrom: undefined }))).toMatch(/pixel size first/);
  });

  it('knows the voltage of the microscope from the user, else from the file; without a word of it, from the last micrograph', () => {
    const last = { ...parameters, voltageKilovolt: 200 };
    expect(parametersFor(image, parameters, undefined).voltageKilovolt).toBeUndefined();
    expect(parametersFor(image, last, image).voltageKilovolt).toBe(200);
    const said = parametersFor({ ...image, acquisition: { voltageKilovolt: 120 } }, last, image);
    expect(said.voltageKilovolt).toBe(120);
    // A session of an earlier version says nothing of it.
    expect({ ...said, ...savedParameters(parameters) }.voltageKilovolt).toBe(120);
    expect({ ...said, ...savedParameters({ ...parameters, voltageKilovolt: 300 }) }.voltageKilovolt).toBe(
      300,
    );
  });

  it('is stale when its picture would be another', () => {
    const lengths = {
      method: 'lengths',
      pixelSizeAngstrom: 1.5,
      lowpassAngstrom: 20,
      highpassAngstrom: undefined,
    } as const;
    const made = { method: 'network', model: 'abc', pixelSizeAngstrom: 1.5 } as const;
    expect(isSameFilter(lengths, { ...lengths })).toBe(true);
    expect(isSameFilter(lengths, { ...lengths, lowpassAngstrom: 21 })).toBe(false);
    expect(isSameFilter(lengths, { ...lengths, pixelSizeAngstrom: 1.4 })).toBe(false);
    // A network does not look at it.
    expect(isSameFilter(made, { ...made, pixelSizeAngstrom: 2 })).toBe(true);
    expect(isSameFilter(made, { ...made, model: 'def' })).toBe(false);
    expect(isSameFilter(made, lengths)).toBe(false);
    expect(isSameFilter(lengths, made)).toBe(false);
    expect(isSameFilter(made, undefined)).toBe(false);
    const optics = { defocusAngstrom: undefined, voltageKilovolt: undefined };
    const wiener = { method: 'wiener', pixelSizeAngstrom: 1.5, ...optics } as const;
    expect(isSameFilter(wiener, { ...wiener })).toBe(true);
    expect(isSameFilter(wiener, { ...wiener, defocusAngstrom: 9000 })).toBe(false);
    expect(isSameFilter(wiener, { ...wiener, voltageKilovolt: 200 })).toBe(false);
    expect(isSameFilter({ ...wiener, method: 'unet' }, wiener)).toBe(false);
  });

  it('says what its picture is, and what it found', () => {
    const unknown = { defocusAngstrom: undefined, voltageKilovolt: undefined };
    const applied = (change: Partial<AppliedFilter>): AppliedFilter => ({
      kind: 'denoised',
      version: 'v',
      contrast: { black: -1, white: 1 },
      residualContrast: { black: -1, white: 1 },
      seconds: 1,
      findings: {},
      denoiser: undefined,
      parameters: { method: 'wiener', pixelSizeAngstrom: 1, ...unknown },
      ...change,
    });
    expect(madeLabel('filtered', undefined)).toBe('Filtered');
    expect(madeLabel('denoised', applied({}))).toBe('Wiener filter, display only');
    const findings = { defocusAngstrom: 17812, signalToNoise: 0.03141 };
    expect(findingsWords(applied({ findings }))).toBe('Defocus 1.78 µm found · signal to noise 0.031');
    expect(findingsWords(applied({}))).toBe('No rings found: used without a defocus');
    const unet = { method: 'unet', pixelSizeAngstrom: 1, ...unknown, defocusAngstrom: 17812 } as const;
    expect(findingsWords(applied({ findings, parameters: unet }))).toMatch(/^Defocus 1\.78 µm as given/);
    expect(
      findingsWords(
        applied({ parameters: { method: 'nlm', pixelSizeAngstrom: 1, detailAngstrom: 9, strength: 1 } }),
      ),
    ).toBeUndefined();
  });
});
