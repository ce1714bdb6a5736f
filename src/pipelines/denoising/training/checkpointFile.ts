/** A denoiser's training that can go on with the same data and settings; with it go the looks at what was kept back, as JSON. */
import { FormatError } from '../../../core/errors.ts';
import { sha256Hex } from '../../../core/hash.ts';
import { asObject } from '../../../nn/fields.ts';
import { boundCheckpoint, readBoundCheckpoint } from '../../training/boundCheckpoint.ts';
import type { RefinerSettings } from '../network/settings.ts';
import type { DenoiserCheckpoint, DenoiserLook } from './denoiserTraining.ts';
import type { DenoiserTrainingSettings } from './settings.ts';

const key = 'cryolite.denoiserTraining';

/**
 * What a training is of, SHA-256 in hex. Another one can't go on with its checkpoint.
 * @param data what is learnt from, as the model's file tells it.
 * @param startedFrom SHA-256 of the network; undefined for nothing.
 */
export async function denoiserHash(
  data: object,
  settings: DenoiserTrainingSettings,
  refiner: RefinerSettings,
  startedFrom: string | undefined,
): Promise<string> {
  const text = JSON.stringify({ data, settings, refiner, startedFrom: startedFrom ?? null });
  return await sha256Hex(new TextEncoder().encode(text));
}

/** @param hash of `denoiserHash`. */
export function denoiserCheckpointBytes(
  { trainer, best, looks }: DenoiserCheckpoint,
  hash: string,
): Uint8Array<ArrayBuffer> {
  const { step, gain } = best;
  return boundCheckpoint({ trainer, best: best.tensors, more: { best: { step, gain }, looks } }, key, hash);
}

/** @throws FormatError 'bad-weights' when it is no checkpoint, or one of another training. */
export function readDenoiserCheckpoint(
  file: string,
  bytes: Uint8Array<ArrayBuffer>,
  hash: string,
): DenoiserCheckpoint {
  const { trainer, best, more } = readBoundCheckpoint(file, bytes, key, hash, 'pictures or settings');
  const { step, gain } = asObject(more.best) ?? {};
  const { looks } = more;
  if (typeof step !== 'number' || typeof gain !== 'number' || !areLooks(looks)) {
    throw new FormatError('bad-weights', file, 'is damaged: train anew.');
  }
  return { trainer, best: { tensors: best, step, gain }, looks };
}

function areLooks(value: unknown): value is readonly DenoiserLook[] {
  if (!Array.isArray(value)) return false;
  return value.every((one) => {
    const { step, gainDecibels } = asObject(one) ?? {};
    return typeof step === 'number' && typeof gainDecibels === 'number';
  });
}
