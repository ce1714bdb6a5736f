/**
 * A score from 0 to 1 and one plain sentence. The score is the product of factors, each a ramp of one feature between a
 * value that does no harm and one that spoils the micrograph; the sentence tells of the lowest. Where the limits come
 * from stands in README.md.
 */
import { formatPart } from '../../core/units.ts';
import type { ForeignBodies } from './bodies.ts';
import type { SpectrumFeatures } from './spectrum.ts';

export interface QualityFeatures {
  /** Octaves against the finest, from `bandAmplitudes`. */
  readonly bands: readonly number[];
  readonly bodies: ForeignBodies;
  /** In standard deviations. */
  readonly trendRange: number;
  /** Part of the picture. */
  readonly smearedBorder: number;
  readonly spectrum?: SpectrumFeatures | undefined;
  /** The part of the picture that a network calls contaminated; it knows better than `bodies`. */
  readonly contaminatedPart?: number | undefined;
  /** Picks above the threshold; they know better than `bands` whether there is anything. */
  readonly picks?: number | undefined;
}

export type QualityMark =
  | 'good'
  | 'crystalline-ice'
  | 'rough-ice'
  | 'empty'
  | 'contaminated'
  | 'uneven'
  | 'smeared';

export interface Quality {
  /** 0 to 1. */
  readonly score: number;
  /** What weighs most. */
  readonly mark: QualityMark;
  /** One sentence. */
  readonly reason: string;
  /** How much ice speaks against it, from 0 to 1: crystalline, rough, or lying on the film. */
  readonly ice: number;
  readonly features: QualityFeatures;
}

/** Below it a factor is worth a sentence. */
const worthTelling = 0.8;

interface Factor {
  readonly mark: QualityMark;
  readonly factor: number;
  readonly reason: string;
}

export function scoreQuality(features: QualityFeatures): Quality {
  const [ring, texture, dirt] = [crystalline(features), rough(features), contaminated(features)];
  const factors = [ring, texture, empty(features), dirt, uneven(features), smeared(features)];
  const ice = 1 - Math.min(ring.factor, texture.factor, dirt.factor);
  const score = factors.reduce((product, { factor }) => product * factor, 1);
  const worst = factors.reduce((low, one) => (one.factor < low.factor ? one : low));
  if (worst.factor >= worthTelling) {
    return { score, mark: 'good', reason: 'Nothing speaks against this micrograph.', ice, features };
  }
  return { score, mark: worst.mark, reason: worst.reason, ice, features };
}

/** 1 up to `harmless`, `least` from `spoilt` on, straight between. */
function ramp(value: number, harmless: number, spoilt: number, least: number): number {
  const t = Math.min(1, Math.max(0, (value - harmless) / (spoilt - harmless)));
  return 1 + t * (least - 1);
}

function crystalline({ spectrum }: QualityFeatures): Factor {
  const { iceRing } = spectrum ?? {};
  const ratio = iceRing?.ratio ?? 1;
  const length = (iceRing?.resolutionAngstrom ?? 3.7).toFixed(1);
  return {
    mark: 'crystalline-ice',
    factor: ramp(ratio, 1.1, 1.5, 0.1),
    reason: `Crystalline ice: a sharp ring at ${length} Å, ${ratio.toFixed(1)} times its surroundings.`,
  };
}

function rough({ bands }: QualityFeatures): Factor {
  // Against the fine structure, not the noise: denoised pictures have none.
  const structure = Math.max(1, Math.sqrt((bands[1] ?? 0) * (bands[2] ?? 0)));
  const texture = Math.sqrt((bands[3] ?? 0) * (bands[4] ?? 0)) / structure;
  return {
    mark: 'rough-ice',
    factor: ramp(texture, 2.1, 2.8, 0.05),
    reason: `Rough ice or crystals: long waves are ${texture.toFixed(1)} times as strong as fine structure all over the picture.`,
  };
}

function empty({ bands, picks }: QualityFeatures): Factor {
  if (picks !== undefined) {
    const reason =
      picks === 0
        ? 'No particle stands out from the noise.'
        : `Only ${picks} particle${picks === 1 ? ' stands' : 's stand'} out from the noise.`;
    return { mark: 'empty', factor: ramp(-picks, -20, 0, 0.05), reason };
  }
  const structure = Math.sqrt((bands[1] ?? 0) * (bands[2] ?? 0));
  return {
    mark: 'empty',
    factor: ramp(-structure, -1.55, -1.1, 0.05),
    reason:
      structure < 1.15
        ? 'Empty: nothing stands out from the noise.'
        : `Empty or thick ice: fine structure is only ${structure.toFixed(1)} times as strong as the noise.`,
  };
}

function contaminated({ bodies, contaminatedPart }: QualityFeatures): Factor {
  if (contaminatedPart !== undefined) {
    return {
      mark: 'contaminated',
      factor: ramp(contaminatedPart, 0.08, 0.5, 0.05),
      reason: `${formatPart(contaminatedPart)} is covered by contamination.`,
    };
  }
  const { count, part } = bodies;
  return {
    mark: 'contaminated',
    factor: Math.min(ramp(count, 11, 24, 0.2), ramp(part, 0.08, 0.4, 0.05)),
    reason: `Contaminated: ${count} foreign ${count === 1 ? 'body covers' : 'bodies cover'} ${formatPart(part)}.`,
  };
}

function uneven({ trendRange }: QualityFeatures): Factor {
  return {
    mark: 'uneven',
    factor: ramp(trendRange, 3, 10, 0.3),
    reason: `Uneven illumination or a film that ends: the brightness changes by ${trendRange.toFixed(1)} standard deviations across the picture.`,
  };
}

function smeared({ smearedBorder }: QualityFeatures): Factor {
  return {
    mark: 'smeared',
    factor: ramp(smearedBorder, 0.05, 0.5, 0.3),
    reason: `A smeared border takes ${formatPart(smearedBorder)} of the picture.`,
  };
}
