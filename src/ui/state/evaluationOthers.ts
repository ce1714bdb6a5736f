import { type Accessor, batch, createSignal } from 'solid-js';
import { isShown } from '../../dataset/picks.ts';
import type { Provenance } from '../../dataset/session.ts';
import type { Autosave } from './autosave.ts';
import type { PickedMicrograph } from './evaluationData.ts';
import { createLatest } from './latest.ts';
import { type LeftMicrograph, type ListDependencies, leftMicrographs } from './pickedMicrographs.ts';
import type { References } from './references.ts';

/** A micrograph of the list that is not on the screen, and what its picks are judged by. */
export interface JudgedElsewhere extends LeftMicrograph {
  readonly picked: PickedMicrograph;
}

/** The other micrographs of the list, for an evaluation of all. */
export interface EvaluationOthers {
  readonly all: Accessor<readonly JudgedElsewhere[]>;
  /** What was left out and why, in a sentence. */
  readonly problem: Accessor<string | undefined>;
  /** Looks through the list again. */
  read(): void;
  /** Forgets what was found. */
  clear(): void;
  /**
   * Sets the threshold on those whose scores mean the same.
   * @param own how the picks of the micrograph on the screen were made.
   * @returns on how many.
   */
  setThreshold(threshold: number, own: Provenance | undefined): Promise<number>;
}

export interface EvaluationOthersDependencies extends ListDependencies {
  readonly references: References;
  readonly autosave: globalThis.Pick<Autosave, 'flush' | 'change'>;
}

export function createEvaluationOthers(dependencies: EvaluationOthersDependencies): EvaluationOthers {
  const { autosave, document, library, references } = dependencies;
  const [all, setAll] = createSignal<readonly JudgedElsewhere[]>([]);
  const [problem, setProblem] = createSignal<string>();
  const fingerprints = new Map<string, string>();
  let isWanted = false;

  const latest = createLatest(async (shown: string | undefined) => {
    await autosave.flush();
    const found: JudgedElsewhere[] = [];
    const failures: string[] = [];
    const isOver = (): boolean => !isWanted || latest.isWaiting();
    const onFailure = (sentence: string): void => void failures.push(sentence);
    try {
      for await (const one of leftMicrographs(dependencies, { onFailure, fingerprints })) {
        if (isOver()) return;
        const { name, session, candidates: exported } = one;
        const reference = (await references.of(session.fingerprint))?.places;
        found.push({ ...one, picked: { name, picks: session.picks, exported, reference } });
      }
    } catch (error) {
      onFailure(String(error));
    }
    if (isOver() || document.key() !== shown) return;
    const [first, ...more] = failures;
    batch(() => {
      setAll(found);
      setProblem(first && `Left out: ${first}${more.length > 0 ? ` (and ${more.length} more)` : ''}`);
    });
  });
  const read = (): void => {
    isWanted = true;
    void latest.ask(document.key());
  };
  return {
    all,
    problem,
    read,
    clear: () => {
      isWanted = false;
      latest.drop();
      batch(() => {
        setAll([]);
        setProblem(undefined);
      });
    },
    setThreshold: async (threshold, own) => {
      let count = 0;
      for (const { key, session, candidates } of all()) {
        const { provenance, fingerprint } = session;
        if (provenance?.method !== own?.method || provenance?.weightsHash !== own?.weightsHash) continue;
        await autosave.change(fingerprint, { threshold });
        library.update(key, { pickCount: candidates.filter((pick) => isShown(pick, threshold)).length });
        count++;
      }
      if (count > 0) read();
      return count;
    },
  };
}
