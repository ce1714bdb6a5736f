import type { RadialTemplate } from '../../template/profile.ts';
import { stepsPerPixel } from '../../template/profile.ts';

/** What a trained picker knows of how its particles lie in noise, and how far that is heeded. */
export interface Arrangement {
  /** The mean particle at the working scale; a square of its radius fits into the picture. */
  readonly template: RadialTemplate;
  /** Of the log-odds of a place, the part that comes from arrangements; the rest comes from the network. 1 where only noise surrounds particles. */
  readonly share: number;
  /** Log-odds of a particle = `factor` · log-odds of the drawn arrangements + `offset`. */
  readonly factor: number;
  readonly offset: number;
}

/** As it stands in a model's file. */
export interface ArrangementJson {
  readonly share: number;
  readonly factor: number;
  readonly offset: number;
  readonly templateRadiusPx: number;
  /** The template at radii 0, ½, 1, … px. */
  readonly template: readonly number[];
}

/** Of the working diameter: less would be no particle, more a way to keep a GPU busy. */
const [leastRadius, mostRadius] = [0.5, 1.25];
const largestValue = 1e3;
/** Beyond, all scores are 0 or 1. */
export const [mostFactor, mostOffset] = [20, 50];

export function arrangementToJson({ template, share, factor, offset }: Arrangement): ArrangementJson {
  const { radiusPx, values } = template;
  // Seven digits are what the GPU reads.
  const rounded = Array.from(values, (value) => Number(value.toPrecision(7)));
  return { share, factor, offset, templateRadiusPx: radiusPx, template: rounded };
}

/**
 * Part of the diameter from which on a body tells where the next one may lie; long particles lie beside each other in all distances.
 */
export const compactFrom = 0.75;

/**
 * @param value of a model's file.
 * @param workingDiameterPx and `exclusionDiameters` of the same file.
 * @returns undefined where there is none.
 * @throws by `bad`, with what is wrong.
 */
export function parseArrangement(
  value: unknown,
  workingDiameterPx: number,
  exclusionDiameters: number,
  bad: (what: string) => never,
): Arrangement | undefined {
  if (value === undefined) return undefined;
  if (exclusionDiameters < compactFrom)
    bad(
      `peak.arrangement is for bodies of ${compactFrom} diameters at least, but they have ${exclusionDiameters}`,
    );
  const fields = typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  const number = (name: string, low: number, high: number): number => {
    const given = fields[name];
    return typeof given === 'number' && given >= low && given <= high
      ? given
      : bad(`peak.arrangement.${name} should be a number from ${low} to ${high}, but is ${String(given)}`);
  };
  const radiusPx = number(
    'templateRadiusPx',
    leastRadius * workingDiameterPx,
    mostRadius * workingDiameterPx,
  );
  const { template } = fields;
  const length = Math.floor(radiusPx * stepsPerPixel) + 1;
  const isProfile =
    Array.isArray(template) &&
    template.length === length &&
    template.every((one) => typeof one === 'number' && Math.abs(one) <= largestValue);
  if (!isProfile) bad(`peak.arrangement.template should be ${length} numbers`);
  return {
    template: { radiusPx, values: Float64Array.from(template as number[]) },
    share: number('share', 0, 1),
    factor: number('factor', 0, mostFactor),
    offset: number('offset', -mostOffset, mostOffset),
  };
}
