import { UsageError } from '../../core/errors.ts';
import { createRandom } from '../../core/random.ts';
import { ElectronCounter, highestCountedMean } from './counting.ts';
import { type Detector, drawDetector, sensitivityOf } from './detector.ts';
import { driftPath, type FrameShift } from './drift.ts';
import { MovedPicture, type Picture } from './shift.ts';
import { expectedCounts, type SimulatedField, type SimulationParameters } from './simulate.ts';

/**
 * How counts are stored. `uint8` is MRC mode 0 with counts up to 127: the standard's signed bytes and the unsigned ones of
 * old IMOD and some cameras are then the same, and every program reads them right.
 */
export const movieModes = ['uint8', 'int16', 'uint16', 'float32'] as const;
export type MovieMode = (typeof movieModes)[number];

/** The highest count that each can hold. */
const highestCount: Readonly<Record<MovieMode, number>> = {
  uint8: 127,
  int16: 32_767,
  uint16: 65_535,
  float32: 2 ** 24,
};

export interface MovieParameters {
  readonly frames: number;
  readonly mode: MovieMode;
  /** How far the specimen moves from the first frame to the last, Å. */
  readonly driftAngstrom: number;
  /** Whether the camera is uneven, so that frames need a gain reference. */
  readonly gain: boolean;
  /** Pixels that are far too bright. */
  readonly hotPixels: number;
}

export const defaultMovie: Omit<MovieParameters, 'frames'> = {
  mode: 'uint8',
  driftAngstrom: 5,
  gain: false,
  hotPixels: 0,
};

/** A movie whose frames are drawn one at a time: nothing but the field is held. */
export interface SimulatedMovie {
  readonly width: number;
  readonly height: number;
  readonly frames: number;
  readonly mode: MovieMode;
  /** Where each frame shows what the truth says, px. */
  readonly drift: readonly FrameShift[];
  readonly detector: Detector;
  /**
   * Electrons counted in one frame, row-major, so many rows at a time; the last band may be shorter. A frame is the same
   * whenever and in whatever bands it is drawn. A band is overwritten by the next one.
   */
  bands(frame: number, rowsAtOnce: number): Iterable<Float32Array<ArrayBuffer>>;
}

const mostFrames = 10_000;
/** A larger part of the pixels can't be hot. */
const hottestPart = 0.01;
/** Beyond this part of the shorter side, most of the field would leave the picture. */
const longestDrift = 0.25;
/** Hot pixels count so many times what others do, and so many electrons more. */
const hotFactor = 10;
const hotElectrons = 10;

/** Keeps the draws for camera and drift apart from those for the field, which is the micrograph's of the same seed. */
const detectorSeed = 0x5ca1ab1e;
const driftSeed = 0x0ddba11;

/**
 * A movie of a field: each frame counts its part of the dose while the specimen moves.
 * @throws UsageError for parameters that make no movie.
 */
export function simulateMovie(
  field: SimulatedField,
  parameters: Pick<SimulationParameters, 'seed' | 'pixelSizeAngstrom' | 'camera'>,
  movie: MovieParameters,
): SimulatedMovie {
  checkMovie(field, parameters, movie);
  const { width, height } = field;
  const { seed, pixelSizeAngstrom } = parameters;
  const { frames, mode, gain, hotPixels } = movie;
  const drift = driftPath((seed ^ driftSeed) >>> 0, frames, movie.driftAngstrom / pixelSizeAngstrom);
  const detector = drawDetector((seed ^ detectorSeed) >>> 0, width, height, { gain, hotPixels });
  const sensitivity = sensitivityOf(detector);
  const dosePerFrame = field.dosePerPixel / frames;
  const means = meansOf(field, dosePerFrame);
  const counter = new ElectronCounter(highestMeanOf(means.data, sensitivity, mode));
  checkMode(counter.most, mode);

  function* bands(frame: number, rowsAtOnce: number): Generator<Float32Array<ArrayBuffer>> {
    const moved = new MovedPicture(means, drift[frame] ?? { x: 0, y: 0 });
    const hot = createRandom((seed ^ (frame + 1)) >>> 0);
    let nextHot = 0;
    counter.restart(seed, frame);
    const room = new Float32Array(Math.min(rowsAtOnce, height) * width);
    for (let first = 0; first < height; first += rowsAtOnce) {
      const rows = Math.min(rowsAtOnce, height - first);
      const band = room.subarray(0, rows * width);
      for (let y = first; y < first + rows; y++) {
        moved.row(y, band.subarray((y - first) * width, (y - first + 1) * width));
      }
      if (sensitivity) {
        for (let i = 0, at = first * width; i < band.length; i++, at++) {
          band[i] = (band[i] ?? 0) * (sensitivity[at] ?? 0);
        }
      }
      counter.count(band, band);
      for (; nextHot < hotPixels; nextHot++) {
        const at = (detector.hotPixels[nextHot] ?? 0) - first * width;
        if (at >= band.length) break;
        band[at] = Math.min(highestCount[mode], hot.poisson(hotFactor * dosePerFrame + hotElectrons));
      }
      yield band;
    }
  }
  return { width, height, frames, mode, drift, detector, bands };
}

/** What a frame counts on average. */
function meansOf(field: SimulatedField, dosePerPixel: number): Picture {
  const { width, height } = field;
  return { data: expectedCounts({ ...field, dosePerPixel }), width, height };
}

function highestMeanOf(means: Float32Array, sensitivity: Float32Array | undefined, mode: MovieMode): number {
  const largest = (values: Float32Array): number => values.reduce((a, b) => Math.max(a, b), 0);
  // The cubic interpolation may go a little higher than what it lies between.
  const highest = 1.05 * largest(means) * (sensitivity ? largest(sensitivity) : 1);
  if (highest > highestCountedMean) {
    throw new UsageError(
      `A frame with ${Math.round(highest)} electrons on a pixel can't be simulated as ${mode}: take more --frames or less --dose.`,
    );
  }
  return highest;
}

function checkMode(most: number, mode: MovieMode): void {
  if (most <= highestCount[mode]) return;
  throw new UsageError(
    `A pixel of a frame may count ${most} electrons, more than the ${highestCount[mode]} that ${mode} holds: take --mode int16, or more --frames.`,
  );
}

function checkMovie(
  { width, height }: SimulatedField,
  { pixelSizeAngstrom, camera }: Pick<SimulationParameters, 'pixelSizeAngstrom' | 'camera'>,
  { frames, driftAngstrom, hotPixels }: MovieParameters,
): void {
  if (camera === 'integrating') {
    throw new UsageError('Frames are simulated as counts: take --camera counting or perfect for a movie.');
  }
  if (!Number.isInteger(frames) || frames < 1 || frames > mostFrames) {
    throw new UsageError(`A movie of ${frames} frames can't be simulated: choose from 1 to ${mostFrames}.`);
  }
  const longest = longestDrift * Math.min(width, height) * pixelSizeAngstrom;
  if (!(driftAngstrom >= 0 && driftAngstrom <= longest)) {
    throw new UsageError(
      `A drift of ${driftAngstrom} Å can't be simulated: choose from 0 to ${Math.floor(longest)} Å, a quarter of the picture.`,
    );
  }
  const hottest = Math.floor(hottestPart * width * height);
  if (!Number.isInteger(hotPixels) || hotPixels < 0 || hotPixels > hottest) {
    throw new UsageError(`${hotPixels} hot pixels can't be simulated: choose from 0 to ${hottest}.`);
  }
}
