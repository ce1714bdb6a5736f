import type { TrainingRequest } from '../../rpc/contract.ts';

/** A training that can go on, over a reload too. */
export interface UnfinishedTraining {
  readonly request: TrainingRequest;
  /** Steps taken at the checkpoint. */
  readonly step: number;
  readonly checkpoint: ArrayBuffer;
}

/** Whether something from the browser's storage is one: a page of another version may have kept something else there. */
export function isUnfinishedTraining(kept: unknown): kept is UnfinishedTraining {
  return has(kept, { request: isRequest, step: isNumber, checkpoint: isBytes });
}

type Check = (value: unknown) => boolean;

function has(value: unknown, fields: Readonly<Record<string, Check>>): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(fields).every(([name, isRight]) => isRight(Reflect.get(value, name)));
}

const isNumber: Check = (value) => typeof value === 'number' && Number.isFinite(value);
const isText: Check = (value) => typeof value === 'string';
const isBytes: Check = (value) => value instanceof ArrayBuffer;
const isListOf =
  (isRight: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(isRight);

const isPlace: Check = (value) => has(value, { x: isNumber, y: isNumber });
const isPicture: Check = (value) =>
  has(value, {
    fingerprint: isText,
    version: isText,
    pixelSizeAngstrom: isNumber,
    diameterAngstrom: isNumber,
    brightParticles: (bright) => typeof bright === 'boolean',
  });
const isMicrograph: Check = (value) =>
  has(value, { picture: isPicture, name: isText, labels: isListOf(isPlace), rejected: isListOf(isPlace) });
const isRequest: Check = (value) =>
  has(value, {
    micrographs: isListOf(isMicrograph),
    start: (start) => start === 'general' || start === 'none' || has(start, { model: isText }),
    seed: isNumber,
    steps: isNumber,
    particlesPerMicrograph: (count) => count === undefined || isNumber(count),
  });
