import { describe, expect, test } from 'vitest';
import { correlationOf, crossingOf, taper } from '../../../../src/pipelines/frc.ts';
import { ringsOf, trustBands } from '../../../../src/pipelines/trust/bands.ts';
import { judgeHalves } from '../../../../src/pipelines/trust/judgeHalves.ts';
import { judgeResidual } from '../../../../src/pipelines/trust/judgeResidual.ts';
import { halvesVerdict, residualVerdict } from '../../../../src/pipelines/trust/verdict.ts';

const pixelSizeAngstrom = 2;
const diameterAngstrom = 100;
const rings = 257;
const all = Array.from({ length: rings }, (_, q) => q);
/** Power of the signal: at the particle's scale only. Ring q is at 1024 Å / q. */
const signal = (q: number): number => 9 * Math.exp(-((q / 14) ** 2));
const noise = 1;
const angstromOf = (q: number): number => (2 * (rings - 1) * pixelSizeAngstrom) / q;

describe('the bands', () => {
  test('go from twice the diameter to Nyquist, and each ring is in one', () => {
    const bands = trustBands(diameterAngstrom, pixelSizeAngstrom, 500);
    expect(bands.map(({ fromAngstrom, toAngstrom }) => [fromAngstrom, toAngstrom])).toEqual([
      [200, 50],
      [50, 12.5],
      [12.5, 4],
    ]);
    const [first] = bands.map((band) => ringsOf(band, rings, pixelSizeAngstrom));
    expect(first?.[0]).toBe(Math.ceil((2 * 256 * 2) / 200));
    expect(angstromOf(first?.at(-1) ?? 0)).toBeGreaterThanOrEqual(50);
  });

  test('finer than Nyquist are left out', () => {
    expect(trustBands(12, pixelSizeAngstrom, 500).map(({ name }) => name)).toEqual(['particle', 'detail']);
  });
});

describe('a residual', () => {
  const raw = all.map((q) => signal(q) + noise);
  const judge = (denoised: readonly number[], residual: readonly number[]) =>
    judgeResidual({ raw, denoised, residual }, pixelSizeAngstrom, diameterAngstrom);

  test('that is just the noise is flat, and has nothing to do with the denoised picture', () => {
    const judged = judge(
      all.map(signal),
      all.map(() => noise),
    );
    expect(judged.excessLeft).toBeCloseTo(0, 3);
    for (const { coherence } of judged.bands) expect(coherence).toBeCloseTo(0, 6);
    expect(residualVerdict(judged)).toContain('only noise was removed');
  });

  test('of a filter by frequency is coherent with what it lets through, whatever there is', () => {
    const transfer = (q: number): number => signal(q) / (signal(q) + noise);
    const judged = judge(
      raw.map((power, q) => power * transfer(q) ** 2),
      raw.map((power, q) => power * (1 - transfer(q)) ** 2),
    );
    expect(judged.coherence[10]).toBeCloseTo(1, 6);
    expect(judged.coherence[30]).toBeCloseTo(1, 6);
  });

  test('that holds the signal says so', () => {
    const judged = judge(
      raw.map((power) => 0.01 * power),
      raw.map((power) => 0.81 * power),
    );
    expect(judged.excessLeft).toBeGreaterThan(0.7);
    expect(residualVerdict(judged)).toMatch(/^Signal was removed: 7\d %/);
  });

  test('is coherent below 0 where more is shown than there was', () => {
    // D = S + invented, R = N − invented, with the invented part unrelated to both.
    const invented = 3;
    const judged = judge(
      all.map((q) => signal(q) + invented),
      all.map(() => noise + invented),
    );
    for (const { coherence } of judged.bands) expect(coherence).toBeLessThan(-0.4);
  });

  test('is not judged where nothing stands out', () => {
    const flat = all.map(() => noise);
    const nothing = all.map(() => 0);
    const judged = judgeResidual(
      { raw: flat, denoised: nothing, residual: flat },
      pixelSizeAngstrom,
      diameterAngstrom,
    );
    expect(judged.excessLeft).toBeUndefined();
    expect(judged.bands.map(({ share }) => share)).toEqual([1, 1, 1]);
    expect(residualVerdict(judged)).toContain('can’t tell');
  });
});

describe('a curve of correlations', () => {
  const frequencies = all.map((q) => 6 * q);
  test('crosses between rings; zeros of the transfer function make the first crossing an early one', () => {
    const curve = all.map((q) => (q < 100 ? 1 : q < 110 ? 0.1 : Math.max(0, 1 - (q - 100) / 100)));
    const half = crossingOf(curve, frequencies, pixelSizeAngstrom, 0.5);
    expect(half.firstBelowAngstrom).toBeCloseTo(angstromOf(99 + 0.5 / 0.9), 6);
    expect(half.lastAboveAngstrom).toBeCloseTo(angstromOf(150), 6);
  });

  test('may stay above, or never be there; rings of few frequencies do not count', () => {
    const high = crossingOf(
      all.map(() => 0.9),
      frequencies,
      pixelSizeAngstrom,
      0.143,
    );
    expect(high).toEqual({ threshold: 0.143, firstBelowAngstrom: undefined, lastAboveAngstrom: 4 });
    const low = crossingOf(
      all.map((q) => (q < 4 ? 1 : 0)),
      frequencies,
      pixelSizeAngstrom,
      0.5,
    );
    expect(low).toEqual({ threshold: 0.5, firstBelowAngstrom: angstromOf(4), lastAboveAngstrom: undefined });
  });

  test('fades towards both edges alike', () => {
    const weights = taper(50);
    expect(weights).toEqual([...weights].reverse());
    expect([weights[0] ?? 1, weights[25]]).toEqual([expect.closeTo(0.067, 3), 1]);
  });
});

describe('halves', () => {
  const frequencies = Float32Array.from(all, (q) => 6 * q);
  const products = (cross: (q: number) => number, first: (q: number) => number, second = first) => ({
    cross: Float32Array.from(all, (q) => 6 * q * cross(q)),
    first: Float32Array.from(all, (q) => 6 * q * first(q)),
    second: Float32Array.from(all, (q) => 6 * q * second(q)),
    frequencies,
  });
  const raw = products(signal, (q) => signal(q) + noise);

  test('of a denoiser that invents the same twice agree, but are no nearer to the signal', () => {
    const invented = 20;
    const judged = judgeHalves(
      {
        raw,
        denoised: products(
          (q) => signal(q) + invented,
          (q) => signal(q) + invented,
        ),
        across: products(
          signal,
          (q) => signal(q) + invented,
          (q) => signal(q) + noise,
        ),
      },
      pixelSizeAngstrom,
      diameterAngstrom,
    );
    const [particle, , fine] = judged.bands;
    expect(particle?.denoisedFrc).toBeCloseTo(1, 6);
    expect(particle?.signalKept).toBeCloseTo(1, 6);
    expect(particle?.denoisedLikeness).toBeLessThan(particle?.rawLikeness ?? 0);
    // No signal there: nothing is said of it.
    expect(fine?.signalKept).toBeUndefined();
    expect(halvesVerdict(judged)).toContain('further from the signal');
    expect(judged.denoisedCrossings[1]?.firstBelowAngstrom).toBeUndefined();
    expect(judged.rawCrossings[1]?.firstBelowAngstrom).toBeGreaterThan(30);
  });

  test('of a filter keep what it lets through, and are as like to the signal as before, ring by ring', () => {
    const gain = 0.5;
    const judged = judgeHalves(
      {
        raw,
        denoised: products(
          (q) => gain ** 2 * signal(q),
          (q) => gain ** 2 * (signal(q) + noise),
        ),
        across: products(
          (q) => gain * signal(q),
          (q) => gain ** 2 * (signal(q) + noise),
          (q) => signal(q) + noise,
        ),
      },
      pixelSizeAngstrom,
      diameterAngstrom,
    );
    const [particle] = judged.bands;
    expect(particle?.signalKept).toBeCloseTo(0.5, 6);
    expect(particle?.denoisedLikeness).toBeCloseTo(particle?.rawLikeness ?? 0, 6);
    expect(halvesVerdict(judged)).toContain('50 % of the signal is kept');
    // In a picture that is too small for the particle's band the next one does not speak for it.
    const rest = { ...judged, bands: judged.bands.slice(1) };
    expect(halvesVerdict(rest)).toContain('nothing in common at the particle’s scale');
    expect([...correlationOf(raw)].slice(0, 2)).toEqual([0, expect.closeTo(0.9, 2)]);
  });

  test('that have nothing in common tell nothing', () => {
    const none = products(
      () => 0,
      () => 1,
    );
    const judged = judgeHalves(
      { raw: none, denoised: none, across: none },
      pixelSizeAngstrom,
      diameterAngstrom,
    );
    expect(halvesVerdict(judged)).toContain('nothing in common');
  });
});
