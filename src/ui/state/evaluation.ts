import { type Accessor, createEffect, createMemo, createSignal, on } from 'solid-js';
import { messageOf } from '../../core/errors.ts';
import { fingerprint } from '../../dataset/fingerprint.ts';
import { openMicrograph } from '../../dataset/open.ts';
import { isShown } from '../../dataset/picks.ts';
import type { MicrographSession, Provenance } from '../../dataset/session.ts';
import { type Target, targetWords, thresholdFor } from '../../dataset/targetThreshold.ts';
import { browserFileSource } from '../../platform/browser/fileSource.ts';
import type { SessionStore } from '../../platform/browser/sessions.ts';
import type { EvaluationAnswer, JudgedMicrograph } from '../../rpc/contract.ts';
import type { Autosave } from './autosave.ts';
import { type Judge, judged, type PickedMicrograph, rescaled } from './evaluationData.ts';
import { candidatesOf } from './exportedPicks.ts';
import { createLatest } from './latest.ts';
import type { Library } from './library.ts';
import type { References } from './references.ts';
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

export interface EvaluationDependencies extends WorkDependencies {
  readonly library: Library;
  readonly references: References;
  readonly store: Promise<SessionStore>;
  readonly autosave: Pick<Autosave, 'flush' | 'keep'>;
}

export function createEvaluation(dependencies: EvaluationDependencies): Evaluation {
  const { compute, document, library, parameters, picks, references, store, autosave } = dependencies;
  const { values } = parameters;
  const [isByHand, setByHand] = createSignal(false);
  const [scope, setScope] = createSignal<Scope>('this');
  const [partial, setPartial] = createSignal<boolean>();
  const [answer, setAnswer] = createSignal<EvaluationAnswer>();
  const [problem, setProblem] = createSignal<string>();
  const [target, setTarget] = createSignal<Target>({ of: 'precision', value: 0.9 });
  const [said, setSaid] = createSignal<string>();
  const [isOpen, setOpen] = createSignal(false);
  /** Raised when the list of other micrographs is to be read again. */
  const [others, setOthers] = createSignal<readonly PickedElsewhere[]>([]);

  const judge = createMemo((): Judge | undefined => {
    if (isByHand()) return 'hand';
    return references.current() || others().some(({ picked }) => picked.reference) ? 'file' : undefined;
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
    const elsewhere = new Map(scope() === 'all' ? others().map((one) => [one.key, one]) : []);
    // In the order of the list.
    const keys = elsewhere.size > 0 ? library.items.map(({ key }) => key) : [document.key() ?? ''];
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
    try {
      const result = await compute.evaluatePicks(wanted);
      if (wish()) setAnswer(result);
      setProblem(undefined);
    } catch (error) {
      setAnswer(undefined);
      setProblem(messageOf(error));
    }
  });
  createEffect(
    on(wish, (wanted) => {
      setSaid(undefined);
      if (wanted && wanted.micrographs.length > 0) void evaluate.ask(wanted);
      else {
        evaluate.drop();
        setAnswer(undefined);
      }
    }),
  );

  /** Fingerprints of files that were looked at; reading them again would be felt in long lists. */
  const known = new Map<string, string>();
  const readOthers = createLatest(async (shown: string | undefined) => {
    await autosave.flush();
    const found: PickedElsewhere[] = [];
    for (const { key, name } of library.items) {
      if (key === shown) continue;
      const one = await pickedElsewhere(key, name).catch(() => undefined);
      if (one) found.push(one);
      if (readOthers.isWaiting()) return;
    }
    if (document.key() === shown) setOthers(found);
  });
  const pickedElsewhere = async (key: string, name: string): Promise<PickedElsewhere | undefined> => {
    const file = await library.file(key)?.getFile();
    const of = known.get(key) ?? (file && (await fingerprint(browserFileSource(file), 0)));
    if (of === undefined) return undefined;
    known.set(key, of);
    const session = await (await store).load(of);
    const reference = await references.of(of);
    if (!session) return undefined;
    const { pixelSizeAngstrom = values.pixelSizeAngstrom ?? 1 } = session.parameters;
    const size = session.mask && file ? await openMicrograph(browserFileSource(file)) : undefined;
    const picked = {
      name,
      picks: session.picks,
      exported: candidatesOf({ ...session, parameters: { ...session.parameters, pixelSizeAngstrom } }, size),
      reference: reference?.places,
    };
    return { key, session, picked };
  };
  createEffect(
    on(
      () => [scope(), document.key(), references.version(), library.items.length, isOpen()] as const,
      ([wanted, shown]) => {
        if (wanted === 'all') void readOthers.ask(shown);
        else setOthers([]);
      },
    ),
  );

  /** The others of the list whose scores mean the same, where the threshold is to be the same. */
  const setElsewhere = async (threshold: number): Promise<number> => {
    const own = document.provenance();
    let count = 0;
    for (const { key, session } of others()) {
      const { provenance } = session;
      if (provenance?.method !== own?.method || provenance?.weightsHash !== own?.weightsHash) continue;
      await autosave.keep({
        ...session,
        parameters: { ...session.parameters, threshold },
        updatedAt: Date.now(),
      });
      library.update(key, { pickCount: session.picks.filter((pick) => isShown(pick, threshold)).length });
      count++;
    }
    if (count > 0) void readOthers.ask(document.key());
    return count;
  };

  return {
    judge,
    judgeByHand: setByHand,
    scope,
    setScope,
    isPartial,
    setPartial,
    answer,
    problem: () => problem() ?? (judge() === 'hand' ? caution(document.provenance()) : undefined),
    target,
    setTarget,
    applyTarget: async () => {
      const strict = answer()?.strict;
      const found = strict && thresholdFor(strict.curve, target());
      if (!found) return;
      parameters.set({ threshold: found.threshold });
      const elsewhere = scope() === 'all' ? await setElsewhere(values.threshold) : 0;
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

/** A micrograph of the list that is not on the screen. */
interface PickedElsewhere {
  readonly key: string;
  readonly session: MicrographSession;
  readonly picked: PickedMicrograph;
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
