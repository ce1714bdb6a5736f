/** The radial profile's curves and what is said of a defocus. */
import type { DefocusReport, SpectrumReport } from '../../rpc/contract.ts';
import type { Axis } from '../controls/CurvePlot.tsx';

type Points = readonly (readonly [x: number, y: number])[];

/** Rings in the middle that hold gradients and the window, as a part of Nyquist. */
const spoiltPart = 1 / 32;

/** Round resolutions, of which those are told that keep their distance. */
const toldResolutions = [
  50, 20, 15, 12, 10, 8, 7, 6, 5, 4.5, 4, 3.5, 3, 2.5, 2.2, 2, 1.8, 1.6, 1.5, 1.4, 1.2, 1,
];
/** The least distance between two of them, as a part of the axis: a dozen letters fit it. */
const tickDistance = 0.13;

/** Squared frequency: Thon rings are evenly spaced in it. Told as resolution; in px where there is no scale. */
export function squaredAxis(nyquist: number, unit: 'Å' | 'px'): Axis {
  const ticks: number[] = [0];
  for (const angstrom of toldResolutions.map((one) => one * Math.max(1, Math.round(nyquist / 8)))) {
    const squared = 1 / angstrom ** 2;
    if (squared <= 1 / nyquist ** 2 && squared - (ticks.at(-1) ?? 0) >= tickDistance / nyquist ** 2)
      ticks.push(squared);
  }
  return {
    ticks,
    label: `resolution, ${unit}, spaced by 1/${unit}²`,
    min: 0,
    max: 1 / nyquist ** 2,
    text: (squared) => (squared <= 0 ? '∞' : String(Number((1 / Math.sqrt(squared)).toPrecision(3)))),
  };
}

/** Power over its smooth background, ring by ring. @param nyquist length of the wave of the last ring. */
export function profilePoints({ radial, background }: SpectrumReport, nyquist: number): Points {
  return pointsOf(
    Array.from(radial, (value, ring) => value / Math.max(1e-30, background[ring] ?? 1)),
    nyquist,
  );
}

/** What was fitted, over the same background. The two may have another number of rings. */
export function fittedPoints(found: DefocusReport, { background }: SpectrumReport, nyquist: number): Points {
  const last = found.fitted.length - 1;
  const smooth = (share: number): number => background[Math.round(share * (background.length - 1))] ?? 1;
  return pointsOf(
    found.fitted.map(
      (value, ring) => (value * (found.noise[ring] ?? 0)) / Math.max(1e-30, smooth(ring / last)),
    ),
    nyquist,
  );
}

function pointsOf(values: readonly number[], nyquist: number): Points {
  const last = values.length - 1;
  return values
    .map((value, ring) => [(ring / last / nyquist) ** 2, value] as const)
    .slice(Math.max(1, Math.ceil(spoiltPart * last)));
}

/** From the least to the greatest value, a little wider, and never narrower than two per cent. */
export function profileAxis(points: Points): Axis {
  const values = points.map(([, value]) => value);
  const low = Math.min(...values, 0.99);
  const high = Math.max(...values, 1.01);
  const margin = (high - low) / 20;
  return {
    label: 'power ÷ smooth',
    min: low - margin,
    max: high + margin,
    text: (value) => value.toPrecision(2),
  };
}

/** The result in a sentence or two. */
export function defocusWords({ defocusAngstrom, certainty, isSure, agreement }: DefocusReport): string {
  const micrometres = `${(defocusAngstrom / 10_000).toFixed(2)} µm`;
  const percent = `${Math.round(100 * certainty)} %`;
  if (isSure)
    return `Defocus ${micrometres}, ${percent} sure within a tenth; rings agree ${agreement.toFixed(2)}.`;
  return `No defocus is sure: the likeliest is ${micrometres}, ${percent} within a tenth.`;
}
