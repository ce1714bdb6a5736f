/** Curves and rows of the trust panel. */
import type { CrossingReport, HalvesReport, ResidualReport } from '../../rpc/contract.ts';
import type { Axis } from '../controls/CurvePlot.tsx';

type Points = readonly (readonly [x: number, y: number])[];

export interface TrustRow {
  readonly name: string;
  /** In Å. */
  readonly range: string;
  readonly values: readonly string[];
}

const names = { particle: 'Particle', detail: 'Detail', fine: 'Finer' } as const;
const length = (angstrom: number): string => (angstrom < 10 ? angstrom.toFixed(1) : angstrom.toFixed(0));
const bandWords = ({
  name,
  fromAngstrom,
  toAngstrom,
}: {
  readonly name: keyof typeof names;
  readonly fromAngstrom: number;
  readonly toAngstrom: number;
}) => ({ name: names[name], range: `${length(fromAngstrom)}–${length(toAngstrom)} Å` });

/** Spatial frequency to Nyquist, told as resolution. */
export function frequencyAxis(nyquistAngstrom: number): Axis {
  return {
    label: 'resolution, Å',
    min: 0,
    max: 1 / nyquistAngstrom,
    text: (frequency) => (frequency <= 0 ? '∞' : length(1 / frequency)),
  };
}

/** One value a ring, the last at Nyquist, without the mean. */
export function curvePoints(values: readonly number[], nyquistAngstrom: number): Points {
  const last = values.length - 1;
  return values.map((value, ring) => [ring / last / nyquistAngstrom, value] as const).slice(1);
}

/** Decades below the highest power that are drawn. */
const decades = 4;

/** The logarithm of the power; what the window spoils is left out. */
export function powerPoints(report: ResidualReport, which: 'raw' | 'denoised' | 'residual'): Points {
  const { min } = powerAxis(report);
  const logarithms = report[which].map((power) => Math.max(min, Math.log10(Math.max(power, 1e-30))));
  return curvePoints(logarithms, report.nyquistAngstrom).slice(1);
}

export function powerAxis({ raw, residual }: ResidualReport): Axis {
  const highest = Math.max(...raw.slice(2), ...residual.slice(2), 1e-30);
  const max = Math.ceil(2 * Math.log10(highest)) / 2;
  const lowest = Math.min(...raw.slice(2)) / 3;
  const min = Math.max(max - decades, Math.floor(2 * Math.log10(Math.max(lowest, 1e-30))) / 2);
  return { label: 'log₁₀ power', min, max, text: (value) => value.toFixed(1) };
}

export function residualRows({ bands }: ResidualReport): TrustRow[] {
  return bands.map((band) => ({
    ...bandWords(band),
    values: [`${Math.round(100 * band.share)} %`, signed(band.coherence)],
  }));
}

export function halvesRows({ bands }: HalvesReport): TrustRow[] {
  return bands.map((band) => ({
    ...bandWords(band),
    values: [
      band.signalKept === undefined ? '–' : `${Math.round(100 * band.signalKept)} %`,
      band.rawLikeness === undefined ? '–' : band.rawLikeness.toFixed(2),
      band.denoisedLikeness === undefined ? '–' : band.denoisedLikeness.toFixed(2),
    ],
  }));
}

/** Where the curves fall below 0.143, in a sentence. */
export function crossingWords({ rawCrossings, denoisedCrossings }: HalvesReport): string {
  const of = (crossings: readonly CrossingReport[]): string => {
    const found = crossings.find(({ threshold }) => threshold < 0.2)?.firstBelowAngstrom;
    return found === undefined ? 'nowhere' : `at ${length(found)} Å`;
  };
  return `FRC falls below 0.143 ${of(rawCrossings)} for raw halves, ${of(denoisedCrossings)} for filtered ones.`;
}

const signed = (value: number): string =>
  `${value < -0.005 ? '−' : value > 0.005 ? '+' : ''}${Math.abs(value).toFixed(2)}`;
