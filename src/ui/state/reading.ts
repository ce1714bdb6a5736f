import { type FrameRange, frameCount, wholeRange } from '../../dataset/exposure.ts';
import type { ReadingParameters } from '../../dataset/session.ts';
import type { Exposure, GainUse, OpenedMicrograph, OpenRequest } from '../../rpc/contract.ts';

/** All frames of a movie whose length is not known yet: ranges are cut to what the file holds. */
const everyFrame = wholeRange(Number.MAX_SAFE_INTEGER);

/** What to ask of a file about which the user has said so much. */
export function openRequest(frame: number, said: ReadingParameters, gain: GainUse | undefined): OpenRequest {
  const { byteSign, framesPerFraction, range, removeHotPixels = true } = said;
  const isUsual = range === undefined && removeHotPixels && gain === undefined;
  return {
    frame,
    read: { byteSign, framesPerFraction },
    exposure: isUsual ? undefined : { range: range ?? everyFrame, removeHotPixels, gain },
  };
}

/** What of the wishes is true of the picture on the screen: so it is shown and saved. */
export function readingOf(opened: OpenedMicrograph, said: ReadingParameters): ReadingParameters {
  const exposure = opened.exposed?.exposure;
  return {
    byteSign: said.byteSign,
    framesPerFraction: said.framesPerFraction,
    range: exposure && rangeToKeep(exposure.range, opened.frames),
    removeHotPixels: exposure?.removeHotPixels ?? said.removeHotPixels,
    gain: said.gain,
  };
}

/** All frames are kept as nothing said: so they stay all when there are more. */
export function rangeToKeep(range: FrameRange, frames: number): FrameRange | undefined {
  return frameCount(range) >= frames ? undefined : { first: range.first, last: range.last };
}

/**
 * What suits the other files of the same folder, too, where nothing else is known of them. The range does not:
 * frames were left out of one movie for what was seen in it.
 */
export function inheritedReading(last: ReadingParameters): ReadingParameters {
  const { byteSign, framesPerFraction, removeHotPixels } = last;
  return { byteSign, framesPerFraction, removeHotPixels };
}

export function isMovie(opened: OpenedMicrograph | undefined): opened is OpenedMicrograph {
  return opened?.kind === 'movie' && opened.exposed !== undefined;
}

export function isSameExposure(a: Exposure, b: Exposure): boolean {
  return (
    a.range.first === b.range.first &&
    a.range.last === b.range.last &&
    a.removeHotPixels === b.removeHotPixels &&
    a.gain?.gain === b.gain?.gain &&
    a.gain?.operation === b.gain?.operation &&
    a.gain?.orientation === b.gain?.orientation
  );
}
