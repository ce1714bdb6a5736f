/** A general training that can go on, by the very recipe that it began with. */
import { sha256Hex } from '../../../core/hash.ts';
import type { CheckpointFile } from '../../../nn/train/checkpoint.ts';
import { boundCheckpoint, readBoundCheckpoint } from '../boundCheckpoint.ts';
import type { RealSet } from './patches.ts';
import type { Recipe } from './recipe.ts';

const key = 'cryolite.generalTraining';

/**
 * What a training is of, SHA-256 in hex: the recipe, the micrographs with their marks, and the weights that it starts from.
 * @param startedFrom SHA-256 of their file; undefined for nothing.
 */
export async function generalHash(
  recipe: Recipe,
  sets: readonly RealSet[],
  startedFrom: string | undefined,
): Promise<string> {
  const pictures = sets.map((set) =>
    set.pictures.map(({ picture: { width, height }, particles }) => ({
      width,
      height,
      particles: particles.map(({ x, y }) => [x, y]),
    })),
  );
  // What is made of the weights after the last step does not bind the training to it.
  const { startShare: _, ...learnt } = recipe;
  const text = JSON.stringify({ recipe: learnt, pictures, startedFrom: startedFrom ?? null });
  return await sha256Hex(new TextEncoder().encode(text));
}

/** @param hash of `generalHash`. */
export function generalCheckpointBytes(checkpoint: CheckpointFile, hash: string): Uint8Array<ArrayBuffer> {
  return boundCheckpoint({ trainer: checkpoint }, key, hash);
}

/** @throws FormatError 'bad-weights' when it is no checkpoint, or one of another training. */
export function readGeneralCheckpoint(
  file: string,
  bytes: Uint8Array<ArrayBuffer>,
  hash: string,
): CheckpointFile {
  return readBoundCheckpoint(file, bytes, key, hash, 'recipes, micrographs or weights').trainer;
}
