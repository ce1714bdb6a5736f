import type { LossKind } from '../../gpu/ops/trainLoss.ts';
import { asObject } from '../fields.ts';
import type { Schedule, TrainingSettings } from './settings.ts';

/**
 * Settings from parsed JSON, as `JSON.stringify` wrote them. Ranges are checked later, by `checkSettings`.
 * @param bad throws the file's error.
 */
export function parseSettings(json: unknown, bad: (what: string) => never): TrainingSettings {
  const object = (value: unknown, name: string) => asObject(value) ?? bad(`its settings have no ${name}`);
  const settings = object(json, 'contents');
  const numberIn = (from: Record<string, unknown>, name: string): number => {
    const value = from[name];
    return typeof value === 'number' && Number.isFinite(value)
      ? value
      : bad(`${name} of its settings is ${String(value)}`);
  };
  const optional = (name: 'clipNorm' | 'averageDecay') =>
    settings[name] === undefined ? {} : { [name]: numberIn(settings, name) };
  const optimiser = object(settings.optimiser, 'optimiser');
  const { frozen } = settings;
  if (frozen !== undefined && !(Array.isArray(frozen) && frozen.every((name) => typeof name === 'string'))) {
    bad('frozen of its settings is no list of names');
  }
  return {
    loss: parseLoss(object(settings.loss, 'loss'), numberIn, bad),
    optimiser: {
      learningRate: numberIn(optimiser, 'learningRate'),
      beta1: numberIn(optimiser, 'beta1'),
      beta2: numberIn(optimiser, 'beta2'),
      epsilon: numberIn(optimiser, 'epsilon'),
      weightDecay: numberIn(optimiser, 'weightDecay'),
    },
    schedule: parseSchedule(object(settings.schedule, 'schedule'), numberIn, bad),
    ...optional('clipNorm'),
    ...optional('averageDecay'),
    ...(frozen === undefined ? {} : { frozen: (frozen as unknown[]).map(String) }),
  };
}

type NumberIn = (from: Record<string, unknown>, name: string) => number;

function parseLoss(
  loss: Record<string, unknown>,
  numberIn: NumberIn,
  bad: (what: string) => never,
): LossKind {
  const { kind } = loss;
  if (kind === 'l2' || kind === 'l1' || kind === 'bce') return { kind };
  if (kind === 'focal') return { kind, alpha: numberIn(loss, 'alpha'), gamma: numberIn(loss, 'gamma') };
  if (kind === 'expectedCount') return { kind, pi: numberIn(loss, 'pi'), slack: numberIn(loss, 'slack') };
  return bad(`its loss is ${String(kind)}`);
}

function parseSchedule(
  schedule: Record<string, unknown>,
  numberIn: NumberIn,
  bad: (what: string) => never,
): Schedule {
  const { kind } = schedule;
  if (kind === 'constant') return { kind };
  if (kind !== 'cosine') return bad(`its schedule is ${String(kind)}`);
  return {
    kind,
    warmUpSteps: numberIn(schedule, 'warmUpSteps'),
    steps: numberIn(schedule, 'steps'),
    final: numberIn(schedule, 'final'),
  };
}
