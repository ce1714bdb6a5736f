/** A picker's training that can go on with the same picks; with it go the looks at what was kept back, as JSON. */
import { FormatError } from '../../core/errors.ts';
import { sha256Hex } from '../../core/hash.ts';
import { asObject } from '../../nn/fields.ts';
import { boundCheckpoint, readBoundCheckpoint } from './boundCheckpoint.ts';
import type { TrainingExample } from './examples.ts';
import type { CurvePoint } from './heldOut.ts';
import type { HeldOutReport, PickerCheckpoint } from './pickerTraining.ts';
import type { PickerTrainingSettings } from './settings.ts';

const pickerKey = 'cryolite.pickerTraining';
/** Another number whenever looks at what was kept back are judged otherwise: those of a checkpoint are compared with new ones. */
const method = 2;

/**
 * What a training is of, SHA-256 in hex: method, labels, settings and the network it starts from. Another one can't go on with its
 * checkpoint.
 * @param startedFrom SHA-256 of the network; undefined for nothing.
 */
export async function trainingHash(
  examples: readonly TrainingExample[],
  settings: PickerTrainingSettings,
  startedFrom: string | undefined,
): Promise<string> {
  const labels = examples.map(({ name, picture: { width, height }, labels, rejected = [] }) => ({
    name,
    width,
    height,
    labels: labels.map(({ x, y }) => [x, y]),
    rejected: rejected.map(({ x, y }) => [x, y]),
  }));
  const text = JSON.stringify({ method, labels, settings, startedFrom: startedFrom ?? null });
  return await sha256Hex(new TextEncoder().encode(text));
}

/** @param hash of `trainingHash`. */
export function pickerCheckpointBytes(checkpoint: PickerCheckpoint, hash: string): Uint8Array<ArrayBuffer> {
  const { trainer, best, history } = checkpoint;
  const more = { best: { step: best.step }, history };
  return boundCheckpoint({ trainer, best: best.tensors, more }, pickerKey, hash);
}

/**
 * @param file its name, for an error's sentence.
 * @param hash of the training that is to go on.
 * @throws FormatError 'bad-weights' when it is no checkpoint, or one of another training.
 */
export function readPickerCheckpoint(
  file: string,
  bytes: Uint8Array<ArrayBuffer>,
  hash: string,
): PickerCheckpoint {
  const { trainer, best, more } = readBoundCheckpoint(file, bytes, pickerKey, hash, 'picks or settings');
  const { step } = asObject(more.best) ?? {};
  const { history } = more;
  if (typeof step !== 'number' || !isHistory(history)) {
    throw new FormatError('bad-weights', file, 'is damaged: train anew.');
  }
  return { trainer, best: { tensors: best, step }, history };
}

function isHistory(value: unknown): value is readonly HeldOutReport[] {
  return Array.isArray(value) && value.every((one) => isReport(asObject(one)));
}

function isReport(one: Readonly<Record<string, unknown>> | undefined): boolean {
  if (!one) return false;
  const { step, averagePrecision, heldOut, curve, logYields, isKept } = one;
  const areNumbers = [step, averagePrecision, heldOut].every((number) => typeof number === 'number');
  const areYields = Array.isArray(logYields) && logYields.every((number) => typeof number === 'number');
  if (!areYields || typeof isKept !== 'boolean') return false;
  return areNumbers && Array.isArray(curve) && curve.every((point) => isPoint(asObject(point)));
}

function isPoint(
  point: Readonly<Record<string, unknown>> | undefined,
): point is Record<keyof CurvePoint, number> {
  return (
    point !== undefined &&
    [point.threshold, point.recall, point.precision].every((number) => typeof number === 'number')
  );
}
