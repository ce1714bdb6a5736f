/** The batch of a session as a session file has it: what was asked, how far each micrograph is, and what was found. */
import type {
  BatchConsensus,
  BatchMatching,
  BatchTemplate,
  SingleMethod,
  TemplateExample,
} from '../batch/methods.ts';
import { SINGLE_METHODS } from '../batch/methods.ts';
import {
  afterReload,
  type BatchBoxes,
  type BatchItem,
  type BatchPlan,
  type PatternMicrograph,
} from '../batch/queue.ts';
import { type BatchQuality, type BatchResult, ladderOf, type ScoreLadder } from '../batch/results.ts';
import { fromBase64, toBase64 } from './base64.ts';
import {
  type Check,
  flag,
  hex,
  list,
  number,
  object,
  oneOf,
  optional,
  SessionProblem,
  text,
  whole,
} from './checks.ts';
import { length, parameters, place, pose } from './micrographChecks.ts';

/** Without the folder it writes into, which only the browser that made it can open. */
export interface BatchCopy {
  readonly plan: BatchPlan;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly items: readonly BatchItem[];
}

const mostItems = 50_000;
const itemsPerPart = 100;
const mostScores = 1_000_000;
const mostFiles = 1000;

/** What of it comes first; the items follow in parts, as thousands with the boxes that were cut out fill more than a text can hold. */
export interface BatchHead {
  readonly plan: BatchPlan;
  readonly startedAt: number;
  readonly parts: number;
}

export function batchHeadJson({ plan, startedAt, items }: BatchCopy): string {
  const head: BatchHead = { plan, startedAt, parts: Math.ceil(items.length / itemsPerPart) };
  return JSON.stringify(head);
}

/** As JSON has them: scores are text, four bytes each, low byte first. What was under way waits again. */
export function* batchPartsJson({ items }: BatchCopy): Generator<string> {
  for (let from = 0; from < items.length; from += itemsPerPart) {
    const plain = afterReload(items.slice(from, from + itemsPerPart)).map(({ result, ...item }) => {
      const ladder = result?.ladder && { scores: scoreText(result.ladder), fixed: result.ladder.fixed };
      return { ...item, result: result && { ...result, ladder } };
    });
    yield JSON.stringify(plain);
  }
}

function scoreText({ scores }: ScoreLadder): string {
  const bytes = new DataView(new ArrayBuffer(4 * scores.length));
  scores.forEach((score, i) => {
    bytes.setFloat32(4 * i, score, true);
  });
  return toBase64(new Uint8Array(bytes.buffer));
}

const ladderFields = object<{ scores: string; fixed: number }>({
  scores: text(6 * mostScores),
  fixed: whole(),
});
const ladder: Check<ScoreLadder> = (value, at) => {
  const { scores, fixed } = ladderFields(value, at);
  const bytes = fromBase64(scores);
  if (!bytes || bytes.length % 4 !== 0) throw new SessionProblem(`${at}.scores are no numbers`);
  const view = new DataView(bytes.buffer);
  const numbers = Float32Array.from({ length: bytes.length / 4 }, (_, i) => view.getFloat32(4 * i, true));
  if (!numbers.every(Number.isFinite)) throw new SessionProblem(`${at}.scores are not all finite`);
  return ladderOf(numbers, fixed);
};

const name = text(5000);
const method: Check<SingleMethod> = oneOf(...SINGLE_METHODS);
const template = object<BatchTemplate>({
  id: text(),
  examples: list(
    object<TemplateExample>({
      ...{ key: name, name, folder: name, fingerprint: hex },
      picks: list(place, mostScores),
    }),
    mostItems,
  ),
});
const matching = object<BatchMatching>({
  name,
  referencePixelSizeAngstrom: optional(length),
  angularStepDegrees: number(0, 360),
  optics: optional(
    object({
      defocusAngstrom: number(-1e9, 1e9),
      voltageKilovolt: number(1, 10_000),
      sphericalAberrationMm: number(0, 1000),
      amplitudeContrast: number(0, 1),
    }),
  ),
  lowpassAngstrom: optional(length),
  mirrors: flag,
});
const plan = object<BatchPlan>({
  steps: object<BatchPlan['steps']>({ sum: flag, denoise: flag, pick: flag, extract: flag }),
  parameters,
  pattern: optional(
    object<PatternMicrograph>({ width: whole(1), height: whole(1), pixelSizeAngstrom: optional(length) }),
  ),
  threshold: optional(number()),
  boxes: object<BatchBoxes>({
    boxAngstrom: optional(length),
    binTo: optional(whole(1)),
    inverts: flag,
    normalises: flag,
  }),
  template: optional(template),
  matching: optional(matching),
  consensus: optional(object<BatchConsensus>({ methods: list(method, 10), least: whole() })),
});
const result = object<BatchResult>({
  fingerprint: hex,
  width: whole(1),
  height: whole(1),
  pixelSizeAngstrom: optional(length),
  diameterAngstrom: length,
  ladder: optional(ladder),
  threshold: optional(number()),
  suggestedThreshold: optional(number()),
  quality: optional(
    object<BatchQuality>({ score: number(0, 1), mark: text(), reason: text(), ice: number() }),
  ),
  defocusAngstrom: optional(number(-1e9, 1e9)),
  files: list(name, mostFiles),
  stack: optional(
    object<NonNullable<BatchResult['stack']>>({
      ...{ micrograph: name, stack: name },
      ...{ pixelSizeAngstrom: length, binnedPixelSizeAngstrom: length, boxPx: whole(1) },
      particles: list(
        object({
          ...{ x: number(), y: number(), remainderX: number(), remainderY: number() },
          score: optional(number()),
          pose: optional(pose),
          className: optional(name),
        }),
        mostScores,
      ),
    }),
  ),
  stackLabel: optional(name),
});
const items = list(
  object<BatchItem>({
    ...{ key: text(10_000), place: whole(), name, folder: name },
    state: oneOf('waiting', 'running', 'done', 'failed'),
    attempts: whole(),
    error: optional(name),
    seconds: optional(number(0)),
    result: optional(result),
  }),
  itemsPerPart,
);

/** @param part from 0. */
export function checkBatchPart(part: number): Check<BatchItem[]> {
  return (value, at) => {
    const checked = items(value, at);
    // The queue finds an item by its place.
    if (checked.some((item, i) => item.place !== part * itemsPerPart + i))
      throw new SessionProblem(`${at} has items that are not in their order`);
    return checked;
  };
}

export const checkBatchHead: Check<BatchHead> = object<BatchHead>({
  plan,
  startedAt: number(0, 8.64e15),
  parts: whole(0, mostItems / itemsPerPart),
});
