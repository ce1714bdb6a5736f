import { type Accessor, createEffect, createMemo, createSignal, on } from 'solid-js';
import { messageOf } from '../../core/errors.ts';
import type { Provenance } from '../../dataset/session.ts';
import { type Target, targetWords, thresholdFor } from '../../dataset/targetThreshold.ts';
import type { EvaluationAnswer, JudgedMicrograph } from '../../rpc/contract.ts';
import { type Judge, judged, type PickedMicrograph, rescaled } from './evaluationData.ts';
import { createEvaluationOthers, type EvaluationOthersDependencies } from './evaluationOthers.ts';
import { createLatest } from './latest.ts';
import type { WorkDependencies } from './work.ts';

/** On the screen, or all of the list that have something to be judged by. */
export type Scope = 'this' | 'all';

/** How good the picks are, by coordinates that somebody vouches for. */
export interface Evaluation {
  /** What judges; undefined while there is nothing that could. */
  readonly judge: Accessor<Judge | undefined>;
  /** Judges by the picks by hand, or no longer. */
  judgeByHand(on: boolean): void;
  readonly scope: Accessor<Scope>;
  setScope(scope: Scope): void;
  /** Whether only some particles are marked, so that precisions are lower bounds. */
  readonly isPartial: Accessor<boolean>;
  setPartial(partial: boolean): void;
  readonly answer: Accessor<EvaluationAnswer | undefined>;
  /** Why there is none, or what it must be taken with. */
  readonly problem: Accessor<string | undefined>;
  readonly target: Accessor<Target>;
  setTarget(target: Target): void;
  /** Sets the threshold for the target and says what it gives. */
  applyTarget(): Promise<void>;
  /** The last target, in words. */
  readonly said: Accessor<string | undefined>;
  /** The large view with the table. */
  readonly isOpen: Accessor<boolean>;
  setOpen(open: boolean): void;
}

export interface EvaluationDependencies extends WorkDependencies, EvaluationOthersDependencies {}

export function createEvaluation(dependencies: EvaluationDependencies): Evaluation {
  const { compute, document, library, parameters, picks, references } = dependencies;
  const { values } = parameters;
  const [isByHand, setByHand] = createSignal(false);
  const [scope, setScope] = createSignal<Scope>('this');
  const [partial, setPartial] = createSignal<boolean>();
  const [answer, setAnswer] = createSignal<EvaluationAnswer>();
  const [problem, setProblem] = createSignal<string>();
  const [target, setTarget] = createSignal<Target>({ of: 'precision', value: 0.9 });
  const [said, setSaid] = createSignal<string>();
  const [isOpen, setOpen] = createSignal(false);
  const others = createEvaluationOthers(dependencies);

  const judge = createMemo((): Judge | undefined => {
    if (isByHand()) return 'hand';
    return references.current() || others.all().some(({ picked }) => picked.reference) ? 'file' : undefined;
  });
  // Nobody clicks every particle; who imports a file mostly has them all.
  const isPartial = (): boolean => partial() ?? judge() === 'hand';

  const current = createMemo((): PickedMicrograph | undefined => {
    const opened = document.opened();
    return (
      opened && {
        name: opened.name,
        picks: picks.all(),
        exported: picks.distinct(),
        reference: references.current()?.places,
      }
    );
  });
  const wish = createMemo((): Wish | undefined => {
    const by = judge();
    const here = current();
    const { diameterAngstrom, pixelSizeAngstrom: pixelSize } = values;
    if (!by || !here || pixelSize === undefined) return undefined;
    const elsewhere = new Map(scope() === 'all' ? others.all().map((one) => [one.key, one]) : []);
    // In the order of the list; keys never change, so only its length is followed.
    void library.items.length;
    const keys = elsewhere.size > 0 ? library.plain().map(({ key }) => key) : [document.key() ?? ''];
    const micrographs = keys.flatMap((key) => {
      if (key === document.key()) return judged(here, by) ?? [];
      const found = elsewhere.get(key);
      const one = found && judged(found.picked, by);
      const factor = (found?.session.parameters.pixelSizeAngstrom ?? pixelSize) / pixelSize;
      return one ? rescaled(one, factor) : [];
    });
    return { micrographs, diameterPx: diameterAngstrom / pixelSize };
  });

  const evaluate = createLatest(async (wanted: Wish) => {
    const key = document.key();
    // A threshold that was found on another micrograph must not be set on this one.
    const isAbout = (): boolean => wish() !== undefined && document.key() === key;
    try {
      const result = await compute.evaluatePicks(wanted);
      if (!isAbout()) return;
      setAnswer(result);
      setProblem(undefined);
    } catch (error) {
      if (!isAbout()) return;
      setAnswer(undefined);
      setProblem(messageOf(error));
    }
  });
  createEffect(on(document.key, () => setAnswer(undefined), { defer: true }));
  createEffect(
    on(wish, (wanted) => {
      if (wanted && wanted.micrographs.length > 0) void evaluate.ask(wanted);
      else {
        evaluate.drop();
        setAnswer(undefined);
      }
    }),
  );

  createEffect(
    on(
      () => [scope(), document.key(), references.version(), library.items.length, isOpen()] as const,
      ([wanted]) => {
        if (wanted === 'all') others.read();
        else others.clear();
      },
    ),
  );
  // What was said of a threshold holds while picks and truth on the screen are the same; the others are read anew by setting it.
  createEffect(
    on([judge, scope, target, partial, document.key, picks.all, references.current], () =>
      setSaid(undefined),
    ),
  );

  return {
    judge,
    judgeByHand: setByHand,
    scope,
    setScope,
    isPartial,
    setPartial,
    answer,
    problem: () =>
      problem() ?? others.problem() ?? (judge() === 'hand' ? caution(document.provenance()) : undefined),
    target,
    setTarget,
    applyTarget: async () => {
      const strict = answer()?.strict;
      const found = strict && thresholdFor(strict.curve, target());
      if (!found) return;
      parameters.set({ threshold: found.threshold });
      const elsewhere =
        scope() === 'all' ? await others.setThreshold(values.threshold, document.provenance()) : 0;
      const also = elsewhere === 0 ? '' : ` Set on ${elsewhere} more of the list.`;
      setSaid(`${targetWords(found, isPartial())}${also}`);
    },
    said,
    isOpen,
    setOpen,
  };
}

interface Wish {
  readonly micrographs: readonly JudgedMicrograph[];
  readonly diameterPx: number;
}

/** Picks by hand don't judge what has learnt from them. */
function caution(provenance: Provenance | undefined): string | undefined {
  if (provenance?.method === 'template') {
    return 'The template has learnt from your picks and leaves them out: judge it by particles that it has not seen.';
  }
  // As the training in the page calls its networks.
  return /^Trained on \d/.test(provenance?.weightsName ?? '')
    ? 'This network has learnt from picks by hand, perhaps from these: it may be worse on particles that it has not seen.'
    : undefined;
}
