import {
  type FrameRange,
  frameCount,
  type GainOperation,
  type GainOrientation,
} from '../../dataset/exposure.ts';
import type { FrameKind } from '../../formats/image.ts';
import type { OpenedMicrograph } from '../../rpc/contract.ts';

/** "Frames 3 to 20 of 40"; people count from 1. */
export function rangeText(range: FrameRange, frames: number): string {
  const { first, last } = range;
  if (first === last) return `Frame ${first + 1} of ${frames}`;
  if (frameCount(range) === frames) return `All ${frames} frames`;
  return `Frames ${first + 1} to ${last + 1} of ${frames}`;
}

/** The range's share of the dose, "22.5 of 50 e/Å²"; undefined where the file does not tell the dose. */
export function doseText(opened: OpenedMicrograph, range: FrameRange): string | undefined {
  const { acquisition, frames, framesPerFraction, rawFrames } = opened;
  const total = acquisition.doseElectronsPerSquareAngstrom;
  if (total === undefined) return undefined;
  // Raw frames that fill no fraction at the end of an EER movie are part of its dose, too.
  const share =
    framesPerFraction !== undefined && rawFrames !== undefined
      ? (frameCount(range) * framesPerFraction) / rawFrames
      : frameCount(range) / frames;
  const dose = total * Math.min(1, share);
  const same = numberOf(dose) === numberOf(total);
  return same ? `${numberOf(total)} e/Å²` : `${numberOf(dose)} of ${numberOf(total)} e/Å²`;
}

function numberOf(value: number): string {
  return String(Number(value.toPrecision(3)));
}

/** What one of the frames is called. */
export function frameWord(kind: FrameKind): string {
  if (kind === 'movie') return 'Frame';
  return kind === 'stack' ? 'Image' : 'Section';
}

/** "Movie of 40 frames"; undefined for a plain image. */
export function kindText({
  kind,
  frames,
}: {
  readonly kind: FrameKind;
  readonly frames: number;
}): string | undefined {
  const many = (word: string): string => `${frames} ${word}${frames === 1 ? '' : 's'}`;
  switch (kind) {
    case 'image':
      return undefined;
    case 'movie':
      return `Movie of ${many('frame')}`;
    case 'stack':
      return `Stack of ${many('image')}`;
    case 'volume':
      return `Volume of ${many('section')}`;
    case 'volume-stack':
      return `Stack of volumes, ${many('section')}`;
  }
}

/** How a gain reference lies on the frames. Quarter turns come first, then the mirror. */
export const orientationWords: Readonly<Record<GainOrientation, string>> = {
  0: 'as stored',
  1: 'turned 90° counter-clockwise',
  2: 'turned 180°',
  3: 'turned 90° clockwise',
  4: 'mirrored left-right',
  5: 'turned 90° counter-clockwise, then mirrored left-right',
  // Half a turn and a mirror left-right are a mirror top-bottom.
  6: 'mirrored top-bottom',
  7: 'turned 90° clockwise, then mirrored left-right',
};

export function gainText(gain: {
  readonly name: string;
  readonly orientation: GainOrientation;
  readonly operation: GainOperation;
}): string {
  return `${gain.name}, ${orientationWords[gain.orientation]}, ${gain.operation}`;
}
