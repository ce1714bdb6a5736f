/** What a training in the worker begins with, and what it asks at its end. */
import { UsageError } from '../core/errors.ts';
import type { Candidate } from '../pipelines/picking/candidates.ts';
import { pickerOf } from '../pipelines/picking/model.ts';
import { type TrainingExample, toFilePlace, type WorkingPicture } from '../pipelines/training/examples.ts';
import { startFrom } from '../pipelines/training/initial.ts';
import type { StartingPoint } from '../pipelines/training/pickerTraining.ts';
import { leastSure } from '../pipelines/training/queries.ts';
import { defaultSettings, type PickerTrainingSettings } from '../pipelines/training/settings.ts';
import type { TrainingQuestion, TrainingRequest, TrainingStart } from '../rpc/training.ts';
import type { ServiceParts } from './serviceParts.ts';

export interface TrainingOrigin {
  readonly point: StartingPoint;
  /** SHA-256 of the network's file, hex; undefined for nothing. */
  readonly hash: string | undefined;
}

/** @throws UsageError for a network that can't be trained further. */
export async function startingPoint(
  { models, picker }: Pick<ServiceParts, 'models' | 'picker'>,
  start: TrainingStart,
  seed: number,
): Promise<TrainingOrigin> {
  const isNone = start === 'none';
  const own = typeof start === 'string' ? undefined : models.find(start.model);
  const model = own ? pickerOf(own) : await picker.get();
  if (model.kind === 'dense') {
    throw new UsageError(
      `${own?.file ?? model.name} can't be trained further: start from Cryolite’s network, or from one trained here.`,
    );
  }
  const point = startFrom(model, isNone, seed);
  return { point, hash: isNone ? undefined : model.hash };
}

/** Short trainings are looked at as often as long ones. */
const looksInAll = 12;

export function settingsFor({
  steps,
  seed,
  particlesPerMicrograph,
  micrographs,
}: TrainingRequest): PickerTrainingSettings {
  const labelled = micrographs.filter(({ labels }) => labels.length > 0).length;
  return {
    ...defaultSettings,
    seed,
    steps,
    evaluateEvery: Math.min(defaultSettings.evaluateEvery, Math.max(2, Math.ceil(steps / looksInAll))),
    ...(particlesPerMicrograph === undefined ? {} : { expectedCount: particlesPerMicrograph * labelled }),
  };
}

interface Judged {
  readonly threshold: number;
  readonly micrographs: readonly {
    readonly fingerprint: string;
    readonly working: WorkingPicture;
    readonly example: TrainingExample;
    /** With chances as scores, px of the working picture. */
    readonly candidates: readonly Candidate[];
  }[];
}

/** More than anybody answers before the next training. */
const questionsAtMost = 30;

export function questionsOf({ threshold, micrographs }: Judged, diameterPx: number): TrainingQuestion[] {
  const candidates = micrographs.flatMap(({ fingerprint, candidates: own }) =>
    own.map((candidate) => ({ ...candidate, micrograph: fingerprint })),
  );
  const answered = new Map(
    micrographs.map(({ fingerprint, example: { labels, rejected = [] } }) => [
      fingerprint,
      [...labels, ...rejected],
    ]),
  );
  const byPrint = new Map(micrographs.map((one) => [one.fingerprint, one]));
  return leastSure(candidates, questionsAtMost, { threshold, diameterPx, answered }).flatMap(
    ({ micrograph, score, ...place }) => {
      const one = byPrint.get(micrograph);
      if (!one) return [];
      return [{ ...toFilePlace(one.working, place), fingerprint: micrograph, chance: score }];
    },
  );
}
