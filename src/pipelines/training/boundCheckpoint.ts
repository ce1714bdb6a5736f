/**
 * A training that can go on, as a safetensors file: the trainer's checkpoint, with the best network so far (`best/NAME`) where there is
 * one. It knows by a hash what it is of, so that it does not go on with anything else.
 */
import { FormatError } from '../../core/errors.ts';
import { readSafetensors, writeSafetensors } from '../../formats/weights/safetensors.ts';
import { asObject } from '../../nn/fields.ts';
import type { CheckpointFile } from '../../nn/train/checkpoint.ts';
import type { NamedTensor, NamedTensors } from '../../nn/train/parameters.ts';

const bestPrefix = 'best/';

export interface BoundCheckpoint {
  readonly trainer: CheckpointFile;
  readonly best?: NamedTensors | undefined;
  /** What the training has to remember besides, as JSON holds it. */
  readonly more?: Readonly<Record<string, unknown>> | undefined;
}

/**
 * @param key of the file's metadata, one for each kind of training.
 */
export function boundCheckpoint(
  { trainer, best = new Map(), more }: BoundCheckpoint,
  key: string,
  hash: string,
): Uint8Array<ArrayBuffer> {
  const tensors = new Map(trainer.tensors);
  for (const [name, tensor] of best) tensors.set(bestPrefix + name, single(tensor));
  const json = JSON.stringify({ ...more, version: 1, hash });
  return writeSafetensors(tensors, new Map([...trainer.metadata, [key, json]]));
}

const single = ({ shape, data }: NamedTensor) => ({ dtype: 'F32' as const, shape, data });

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
): {
  readonly trainer: CheckpointFile;
  readonly best: NamedTensors;
  readonly more: Readonly<Record<string, unknown>>;
} {
  const bad = (what: string): never => {
    throw new FormatError('bad-weights', file, what);
  };
  const { metadata, tensors } = readSafetensors(file, bytes);
  const text = metadata.get(key) ?? bad('is no training that can go on: train anew.');
  const more = asObject(parsed(text)) ?? bad('is damaged: train anew.');
  if (more.version !== 1) bad(`is of version ${String(more.version)}, which this program does not know.`);
  if (more.hash !== hash) bad(`is of other ${of}: give those that it began with, or train anew.`);
  const best = new Map<string, NamedTensor>();
  const own = new Map<string, ReturnType<typeof single>>();
  for (const [name, tensor] of tensors) {
    if (name.startsWith(bestPrefix))
      best.set(name.slice(bestPrefix.length), { shape: tensor.shape, data: tensor.data });
    else own.set(name, single(tensor));
  }
  return { trainer: { tensors: own, metadata }, best, more };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
