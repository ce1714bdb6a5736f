/** A trainer's checkpoint as a file that knows by a hash what it is of, so that it does not go on with anything else. */
import { FormatError } from '../../core/errors.ts';
import { readSafetensors, writeSafetensors } from '../../formats/weights/safetensors.ts';
import { asObject } from '../../nn/fields.ts';
import type { CheckpointFile } from '../../nn/train/checkpoint.ts';

/**
 * @param key of the file's metadata, one for each kind of training.
 * @param more what the training has to remember besides, as JSON holds it.
 */
export function boundCheckpoint(
  { tensors, metadata }: CheckpointFile,
  key: string,
  hash: string,
  more: Readonly<Record<string, unknown>> = {},
): Uint8Array<ArrayBuffer> {
  const json = JSON.stringify({ ...more, version: 1, hash });
  return writeSafetensors(tensors, new Map([...metadata, [key, json]]));
}

/**
 * @param file its name, for an error's sentence.
 * @param of what else a training is of, for the same: "picks or settings".
 * @throws FormatError 'bad-weights' when it is no checkpoint, or one of another training.
 */
export function readBoundCheckpoint(
  file: string,
  bytes: Uint8Array<ArrayBuffer>,
  key: string,
  hash: string,
  of: string,
): { readonly checkpoint: CheckpointFile; readonly more: Readonly<Record<string, unknown>> } {
  const bad = (what: string): never => {
    throw new FormatError('bad-weights', file, what);
  };
  const { metadata, tensors } = readSafetensors(file, bytes);
  const text = metadata.get(key) ?? bad('is no training that can go on: train anew.');
  const more = asObject(parsed(text)) ?? bad('is damaged: train anew.');
  if (more.version !== 1) bad(`is of version ${String(more.version)}, which this program does not know.`);
  if (more.hash !== hash) bad(`is of other ${of}: give those that it began with, or train anew.`);
  const own = [...tensors].map(
    ([name, { shape, data }]) => [name, { dtype: 'F32' as const, shape, data }] as const,
  );
  return { checkpoint: { tensors: new Map(own), metadata }, more };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
