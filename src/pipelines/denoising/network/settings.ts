import { FormatError } from '../../../core/errors.ts';
import { asObject } from '../../../nn/fields.ts';
import type { OpenedModel } from '../../models/open.ts';

/** How a picture is made for a denoiser that refines a Wiener filter's. */
export interface RefinerSettings {
  /** Length of a pixel that the network sees, Å. */
  readonly workingPixelAngstrom: number;
  /** Its values, in standard deviations of the filtered picture, end at ± this. */
  readonly clip: number;
}

/** Half of all that can be seen of a protein in ice on one micrograph lies beyond 30 Å, and next to nothing below 16 Å: README.md. */
export const usualRefiner: RefinerSettings = { workingPixelAngstrom: 8, clip: 30 };

const method = 'wiener';

/** As it stands in the model's file. */
export const refinerToJson = (settings: RefinerSettings): object => ({ method, ...settings });

/**
 * What a model says of how it wants to be fed; undefined for a network that sees the micrograph itself.
 * @throws FormatError 'bad-weights' where that makes no sense.
 */
export function refinerOf({ task, settings, file }: OpenedModel): RefinerSettings | undefined {
  if (task !== 'denoise' || settings.preprocess === undefined) return undefined;
  const json = asObject(settings.preprocess);
  const [pixel, clip] = [json?.workingPixelAngstrom, json?.clip];
  const isLength = (value: unknown): value is number =>
    typeof value === 'number' && value > 0 && value < 1000;
  if (json?.method !== method || !isLength(pixel) || !isLength(clip)) {
    throw new FormatError('bad-weights', file, 'asks for a preparation that this program does not know.');
  }
  return { workingPixelAngstrom: pixel, clip };
}
