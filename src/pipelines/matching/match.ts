import type { JobOptions } from '../../core/progress.ts';
import { filterPlane } from '../../fft/filter.ts';
import { periodogram } from '../../fft/periodogram.ts';
import type { RadialTransfer } from '../../fft/spectrum.ts';
import { highpass, lowpass, product } from '../../fft/transfer.ts';
import { FourierTransforms } from '../../fft/transform.ts';
import type { ParticlePose } from '../../formats/coordinates.ts';
import type { GpuContext } from '../../gpu/context.ts';
import { robustMoments } from '../../gpu/ops/moments.ts';
import type { LoadedPlane } from '../load.ts';
import type { Candidate } from '../picking/candidates.ts';
import { contrastTransfer } from '../simulation/optics.ts';
import type { Picture } from '../template/profile.ts';
import { seenPicture } from '../template/seenPicture.ts';
import { type FoundMap, type FoundPlace, findPlaces } from './found.ts';
import { freeMaps, type MatchResume, ReferenceMatcher, type TemplateSource } from './matcher.ts';
import { type Lie, poseOf } from './pose.ts';
import type { ReferenceOrigin, ReferenceSet } from './references.ts';
import { PeakRefiner } from './refine.ts';
import { checkMatching, type MatchingSettings, matchingRadiusDiameters, matchingScale } from './settings.ts';
import { filteredSquare, type Square } from './square.ts';
import { turnedTemplate } from './templates.ts';
import { expectedFalse, thresholdByDecoys } from './threshold.ts';
import { turnsOfHalfCircle } from './views.ts';
import { whiteningOf } from './whitening.ts';

/** Makes references for pixels of about a size. */
export type MakeReferences = (pixelSizeAngstrom: number) => ReferenceSet;

/** A particle that was found, and how it lies. */
export interface MatchedCandidate extends Candidate {
  /** Of the references, from 0. */
  readonly reference: number;
  readonly pose: ParticlePose;
}

export interface MatchOutcome {
  /** In file pixels, best first; scores are in deviations of what noise correlates with one template. */
  readonly candidates: readonly MatchedCandidate[];
  /** At which a tenth of what is found is expected to be false. */
  readonly suggestedThreshold: number;
  /** False ones expected at it. */
  readonly expectedFalse: number;
  /** What was searched for, before turning: with the transfer function and whitened; protein is dark. */
  readonly references: readonly Square[];
  /** Pictures compared with every place. */
  readonly templates: number;
  readonly workingPixelSizeAngstrom: number;
  readonly flops: number;
}

/** Templates whose scores tell what noise correlates. */
const noiseTemplates = 5;
/** Squares whose spectra are averaged, px; a particle is 24. */
const periodogramEdge = 64;
/** Waves longer than this many diameters are not whitened. */
const longestWaveDiameters = 1.5;
/** References have pixels so many times finer than the picture, so that turning loses nothing. */
const oversampling = 2;
/** Lower scores are not worth listing: less than what one of all templates reaches anywhere. */
const lowestScore = 2;

/**
 * Finds what looks like references on a loaded micrograph, turned in the plane: a matched filter for each, with the noise's
 * spectrum made flat (whitened), normalised by the contrast around each place.
 * @throws UsageError for settings or references that make no sense.
 */
export async function matchReferences(
  context: GpuContext,
  loaded: LoadedPlane,
  pixelSizeAngstrom: number,
  makeReferences: MakeReferences,
  settings: MatchingSettings,
  options: JobOptions & { readonly resume?: MatchResume } = {},
): Promise<MatchOutcome> {
  checkMatching(settings);
  const { diameterAngstrom, brightParticles } = settings;
  const { workingDiameterPx } = matchingScale;
  options.onProgress?.({ stage: 'Preparing the image', done: 0, total: 1 });
  const size = { diameterPx: diameterAngstrom / pixelSizeAngstrom, ...matchingScale };
  const seen = await seenPicture(context, loaded, size, brightParticles);
  const [origin, next] = [seen.toFile({ x: 0, y: 0 }), seen.toFile({ x: 1, y: 1 })];
  const workingPixelSizeAngstrom = (pixelSizeAngstrom * (next.x - origin.x + next.y - origin.y)) / 2;
  const { picture, whitening } = await whitened(context, seen.picture);
  const set = makeReferences(workingPixelSizeAngstrom / oversampling);
  const transfer = product(highpass(matchingScale.highpassDiameters * workingDiameterPx), whitening);
  const references = set.pictures.map((one) =>
    filteredSquare(
      one,
      transferOf(settings, transfer, workingPixelSizeAngstrom),
      workingPixelSizeAngstrom / oversampling,
    ),
  );
  const radiusPx = matchingRadiusDiameters * workingDiameterPx;
  const turns = turnsOfHalfCircle(settings.angularStepDegrees);
  const source: TemplateSource = {
    count: references.length * turns.length,
    variants: [false, true].flatMap((turned) =>
      (set.mirrors ? [false, true] : [false]).map((mirrored) => ({ turned, mirrored })),
    ),
    make: (index) => {
      const reference = references[Math.floor(index / turns.length)];
      const turn = turns[index % turns.length];
      if (!reference || turn === undefined) throw new Error(`There is no template ${index}.`);
      return turnedTemplate(reference, turn, workingPixelSizeAngstrom, radiusPx);
    },
  };
  const matcher = await ReferenceMatcher.open(context, picture, radiusPx);
  try {
    const noise = await noiseOf(context, matcher, source);
    const maps = await matcher.search(source, options, options.resume);
    const refiner = new PeakRefiner(
      picture,
      references,
      workingPixelSizeAngstrom,
      radiusPx,
      settings.angularStepDegrees,
    );
    const scale = { noise, lowestScore, lieOf: (number: number) => lieOf(number, source, turns) };
    const found = (map: FoundMap): Promise<FoundPlace[]> => findPlaces(context, map, refiner, scale, options);
    try {
      const candidates = await found({ plane: maps.best, which: maps.which, sign: 1 });
      const decoys = await found({ plane: maps.inverse, which: maps.whichInverse, sign: -1 });
      const suggestedThreshold = thresholdByDecoys(candidates, decoys);
      return {
        candidates: candidates.map(({ score, lie, ...place }) => {
          const { reference } = lie;
          return { ...seen.toFile(place), score, reference, pose: poseOf(lie, originOf(set, reference)) };
        }),
        suggestedThreshold,
        expectedFalse: expectedFalse(decoys, suggestedThreshold),
        references,
        templates: source.count * source.variants.length,
        workingPixelSizeAngstrom,
        flops: matcher.flops(source),
      };
    } finally {
      freeMaps(context, maps);
    }
  } finally {
    matcher.destroy();
  }
}

function originOf({ origins }: ReferenceSet, reference: number): ReferenceOrigin {
  const origin = origins[reference];
  if (!origin) throw new Error(`There is no reference ${reference}.`);
  return origin;
}

/** The picture with a flat spectrum, and the filter that did it (cycles a pixel). */
async function whitened(
  context: GpuContext,
  picture: Picture,
): Promise<{ picture: Picture; whitening: RadialTransfer }> {
  const { workingDiameterPx, highpassDiameters } = matchingScale;
  const { width, height, data } = picture;
  const transforms = new FourierTransforms(context);
  const plane = { buffer: context.upload('matching', data), width, height };
  try {
    const edge = Math.min(periodogramEdge, 2 * Math.floor(Math.min(width, height) / 2));
    const power = await periodogram(context, transforms, plane, edge);
    const applied = highpass(highpassDiameters * workingDiameterPx);
    const whitening = whiteningOf(power, applied, 1 / (longestWaveDiameters * workingDiameterPx));
    const flat = await filterPlane(context, transforms, plane, whitening);
    try {
      const pixels = new Float32Array(await context.read(flat.buffer, width * height * 4));
      return { picture: { width, height, data: pixels }, whitening };
    } finally {
      context.free(flat.buffer);
    }
  } finally {
    context.free(plane.buffer);
    transforms.destroy();
  }
}

/** What is done to a reference, against frequency in 1/Å: protein becomes dark, as in the picture. */
function transferOf(
  { optics, lowpassAngstrom }: MatchingSettings,
  picture: RadialTransfer,
  workingPixelSizeAngstrom: number,
): (perAngstrom: number) => number {
  const contrast = optics ? contrastTransfer(optics) : () => -1;
  const low = lowpassAngstrom === undefined ? () => 1 : lowpass(lowpassAngstrom);
  return (k) => {
    const cycles = k * workingPixelSizeAngstrom;
    // The picture has nothing beyond.
    return cycles >= 0.5 ? 0 : contrast(k) * low(k) * picture(cycles);
  };
}

/** Deviation of what single templates correlate with the picture, where there are no particles. */
async function noiseOf(
  context: GpuContext,
  matcher: ReferenceMatcher,
  source: TemplateSource,
): Promise<number> {
  const tried = Math.min(noiseTemplates, source.count);
  let sum = 0;
  for (let i = 0; i < tried; i++) {
    const index = Math.floor((i * source.count) / tried);
    const one = {
      count: 1,
      variants: [{ turned: false, mirrored: false }],
      make: () => source.make(index),
    };
    const maps = await matcher.search(one);
    try {
      sum += (await robustMoments(context, maps.best)).deviation;
    } finally {
      freeMaps(context, maps);
    }
  }
  const mean = sum / tried;
  // A picture that is the same everywhere correlates with nothing.
  return mean > 0 ? mean : 1;
}

function lieOf(number: number, { variants }: TemplateSource, turns: readonly number[]): Lie {
  const index = Math.floor(number / variants.length);
  const { turned = false, mirrored = false } = variants[number % variants.length] ?? {};
  const turn = turns[index % turns.length] ?? 0;
  return {
    reference: Math.floor(index / turns.length),
    turnDegrees: turn + (turned ? 180 : 0),
    mirrored,
  };
}
