/**
 * The queue of a batch as plain data: which micrographs, how far each is, what is done next. All of it survives the page, so
 * every step is a function from items to items.
 */
import type { MicrographParameters } from '../session.ts';
import type { MethodPlans } from './methods.ts';
import type { BatchResult } from './results.ts';

/** What is done to each micrograph, in this order. */
export const BATCH_STEPS = ['sum', 'denoise', 'pick', 'extract'] as const;
export type BatchStep = (typeof BATCH_STEPS)[number];

/** How boxes are cut out. */
export interface BatchBoxes {
  /** Undefined: as suits the diameter. */
  readonly boxAngstrom: number | undefined;
  /** Side of the binned box, px; undefined for none. */
  readonly binTo: number | undefined;
  readonly inverts: boolean;
  readonly normalises: boolean;
}

/** The micrograph that the parameters were set on: others of its kind are taken for the same camera's. */
export interface PatternMicrograph {
  readonly width: number;
  readonly height: number;
  /** As its header says. */
  readonly pixelSizeAngstrom: number | undefined;
}

/** All that is asked of a batch. It does not change while it runs. */
export interface BatchPlan extends MethodPlans {
  readonly steps: Readonly<Record<BatchStep, boolean>>;
  readonly parameters: MicrographParameters;
  readonly pattern: PatternMicrograph | undefined;
  /** Undefined: what the method suggests for each micrograph. */
  readonly threshold: number | undefined;
  readonly boxes: BatchBoxes;
}

export type BatchItemState = 'waiting' | 'running' | 'done' | 'failed';

/** One micrograph of the queue. */
export interface BatchItem {
  /** In the list of micrographs; the same again when its folder is opened again. */
  readonly key: string;
  /** From 0, in the order of the queue. */
  readonly place: number;
  readonly name: string;
  /** Folders above it, as the list has it. */
  readonly folder: string;
  readonly state: BatchItemState;
  /** How often it was begun. */
  readonly attempts: number;
  /** Why it failed, in one sentence. */
  readonly error: string | undefined;
  /** That its last, successful run took. */
  readonly seconds: number | undefined;
  readonly result: BatchResult | undefined;
}

export function newItem(
  { key, name, folder }: Pick<BatchItem, 'key' | 'name' | 'folder'>,
  place: number,
): BatchItem {
  return {
    ...{ key, place, name, folder, state: 'waiting', attempts: 0 },
    ...{ error: undefined, seconds: undefined, result: undefined },
  };
}

export function begun(item: BatchItem): BatchItem {
  return { ...item, state: 'running', attempts: item.attempts + 1, error: undefined };
}

export function finished(item: BatchItem, result: BatchResult, seconds: number): BatchItem {
  return { ...item, state: 'done', error: undefined, result, seconds };
}

/** @param sentence which file, what is wrong, what to do. */
export function failed(item: BatchItem, sentence: string): BatchItem {
  return { ...item, state: 'failed', error: sentence };
}

/** Once more: by hand, or what was under way when it was stopped. What is known from before stays until it is there anew. */
export function waitingAgain(item: BatchItem): BatchItem {
  return { ...item, state: 'waiting', error: undefined };
}

/** What was under way when the page went is begun again; nothing else is. */
export function afterReload(items: readonly BatchItem[]): BatchItem[] {
  return items.map((item) => (item.state === 'running' ? waitingAgain(item) : item));
}

/** The first that waits. */
export function nextWaiting(items: readonly BatchItem[]): BatchItem | undefined {
  return items.find(({ state }) => state === 'waiting');
}

/** A lost device may be no fault of the micrograph: it gets another try by itself, once. */
const triesAfterLoss = 2;

/** @param attempts that were made, this one counted. */
export function triesAgain(isDeviceLost: boolean, attempts: number): boolean {
  return isDeviceLost && attempts < triesAfterLoss;
}

export interface BatchCounts extends Readonly<Record<BatchItemState, number>> {
  readonly all: number;
}

export function countStates(items: readonly BatchItem[]): BatchCounts {
  const counts = { waiting: 0, running: 0, done: 0, failed: 0 };
  for (const { state } of items) counts[state]++;
  return { ...counts, all: items.length };
}

/**
 * Seconds until the queue is empty, by the median of those that are done: some that took long (the first compiles shaders) do
 * not count for all. Undefined before one is done.
 * @param runningSeconds that the one under way has taken so far.
 */
export function secondsLeft(items: readonly BatchItem[], runningSeconds = 0): number | undefined {
  const times = items.flatMap(({ seconds }) => (seconds === undefined ? [] : [seconds]));
  const usual = median(times);
  if (usual === undefined) return undefined;
  const { waiting, running } = countStates(items);
  return waiting * usual + (running > 0 ? Math.max(0, usual - runningSeconds) : 0);
}

/** The middle value, the mean of the two middle ones of an even number; undefined of none. */
export function median(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  return upper === undefined || lower === undefined ? undefined : (upper + lower) / 2;
}
