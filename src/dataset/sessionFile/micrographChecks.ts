/** Checks of what is known of a micrograph, as it comes in several parts of a session file. */

import type { ParticlePose } from '../../formats/coordinates.ts';
import { gainOrientations } from '../exposure.ts';
import type { Place } from '../picks.ts';
import type { MicrographParameters, ModelNote } from '../session.ts';
import { flag, hex, number, object, oneOf, optional, text, whole } from './checks.ts';

// Ångström, px and seconds: wide enough for all that is measured, and nothing else.
export const length = number(0, 1e9);
export const coordinate = number(-1e7, 1e7);
export const time = number(0, 8.64e15);
export const modelNote = object<ModelNote>({ name: text(), hash: hex });
export const place = object<Place>({ x: coordinate, y: coordinate });
export const pose = object<ParticlePose>({
  classNumber: whole(),
  rotDegrees: number(),
  tiltDegrees: number(),
  psiDegrees: number(),
});
export const method = oneOf('cnn', 'log', 'template', 'matching', 'consensus');

export const parameters = object<MicrographParameters>({
  byteSign: optional(oneOf('signed', 'unsigned')),
  framesPerFraction: optional(whole(1)),
  range: optional(object({ first: whole(), last: whole() })),
  removeHotPixels: optional(flag),
  gain: optional(
    object({ name: text(), operation: oneOf('multiply', 'divide'), orientation: oneOf(...gainOrientations) }),
  ),
  frame: whole(),
  pixelSizeAngstrom: optional(length),
  diameterAngstrom: length,
  hasOwnDiameter: optional(flag),
  lowpassAngstrom: optional(length),
  highpassAngstrom: optional(length),
  filterMethod: optional(oneOf('lengths', 'gaussian', 'wiener', 'nlm', 'unet', 'network')),
  sigmaAngstrom: optional(length),
  defocusAngstrom: optional(number(-1e9, 1e9)),
  voltageKilovolt: optional(number(1, 10_000)),
  detailAngstrom: optional(length),
  strength: optional(number()),
  denoiser: optional(modelNote),
  method,
  pickModel: optional(modelNote),
  threshold: number(),
  brightParticles: flag,
});
