import type { GpuReport, TrainingRequest, TrainingStart } from '../../rpc/contract.ts';
import type { LabelledMicrograph } from './labels.ts';
import { localTexts } from './texts.ts';

/** All draws of a training in the page: the same picks give the same picker. */
const seed = 0;

/** @param all micrographs with picks by hand whose pixel size is known. */
export function requestOf(
  all: readonly LabelledMicrograph[],
  {
    start,
    steps,
    particlesPerMicrograph,
  }: {
    readonly start: TrainingStart;
    readonly steps: number;
    readonly particlesPerMicrograph: number | undefined;
  },
): TrainingRequest {
  const micrographs = all.flatMap(({ note, parameters, labels, rejected }) => {
    const { pixelSizeAngstrom, diameterAngstrom, brightParticles } = parameters;
    if (pixelSizeAngstrom === undefined) return [];
    const { fingerprint, version, name } = note;
    const picture = { fingerprint, version, pixelSizeAngstrom, diameterAngstrom, brightParticles };
    return [{ picture, name, labels, rejected }];
  });
  return { micrographs, start, seed, steps, particlesPerMicrograph };
}

const key = 'cryolite-training-pace';

/** Seconds of a step as measured last on this GPU. */
export function firstPace(gpu: GpuReport | undefined): number | undefined {
  if (!gpu) return undefined;
  try {
    const known: unknown = JSON.parse(localTexts.getItem(key) ?? 'null');
    if (typeof known !== 'object' || known === null) return undefined;
    const seconds: unknown = Reflect.get(known, gpu.description);
    return typeof seconds === 'number' ? seconds : undefined;
  } catch {
    // It holds what somebody else has written: the first steps will tell.
    return undefined;
  }
}

export function rememberPace(gpu: GpuReport | undefined, seconds: number): void {
  if (!gpu) return;
  localTexts.setItem(key, JSON.stringify({ [gpu.description]: seconds }));
}
