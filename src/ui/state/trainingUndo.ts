import { type Accessor, batch, createSignal } from 'solid-js';
import { isFound, type Pick } from '../../dataset/picks.ts';
import type { MicrographParameters, ModelNote, Provenance } from '../../dataset/session.ts';
import type { WorkDependencies } from './work.ts';

type Choice = globalThis.Pick<MicrographParameters, 'method' | 'pickModel' | 'threshold'>;

/** Which network picked, and what it had found. */
interface Picked {
  readonly choice: Choice;
  readonly candidates: readonly Pick[];
  readonly provenance: Provenance | undefined;
}

/** The way back from a training, and there again: network and what it finds; picks by hand and answers stay. */
export interface TrainingUndo {
  /** Before the new network picks. */
  begin(): void;
  /** When it has picked. */
  end(note: ModelNote): void;
  toggle(): void;
  readonly canUndo: Accessor<boolean>;
  readonly isUndone: Accessor<boolean>;
}

interface States {
  /** The micrograph that was on the screen. */
  readonly fingerprint: string | undefined;
  readonly name: string;
  readonly before: Picked;
  readonly after: Picked;
}

/** The fingerprint of no micrograph. */
const nowhere = '';

export function createUndo({ document, notices, parameters, picks }: WorkDependencies): TrainingUndo {
  const [states, setStates] = createSignal<States>();
  const [isUndone, setUndone] = createSignal(false);
  let begun: { readonly fingerprint: string | undefined; readonly before: Picked } | undefined;

  const shown = (): string | undefined => document.opened()?.fingerprint;
  const now = (): Picked => {
    const { method, pickModel, threshold } = parameters.values;
    const plain = pickModel && { name: pickModel.name, hash: pickModel.hash };
    return {
      choice: { method, pickModel: plain, threshold },
      candidates: picks.all().filter(isFound),
      provenance: document.provenance(),
    };
  };
  return {
    isUndone,
    canUndo: () => states() !== undefined,
    begin: () => {
      begun = { fingerprint: shown(), before: now() };
    },
    end: ({ name, hash }) => {
      if (!begun) return;
      const isHere = begun.fingerprint === shown();
      // What the next micrograph has must not be laid on the one before: of that only the network is known.
      const choice = { ...begun.before.choice, method: 'cnn' as const, pickModel: { name, hash } };
      const after = isHere ? now() : { choice, candidates: [], provenance: undefined };
      setStates({ ...begun, fingerprint: isHere ? begun.fingerprint : nowhere, name, after });
      setUndone(false);
    },
    toggle: () => {
      const known = states();
      if (!known) return notices.info('There is no training to be undone yet.');
      const to = isUndone() ? known.after : known.before;
      batch(() => {
        // On another micrograph the network changes, and what was found there stays until it is picked anew.
        if (known.fingerprint === shown()) {
          setStates({ ...known, [isUndone() ? 'before' : 'after']: now() });
          picks.replaceCandidates(to.candidates, to.choice.threshold);
          document.setProvenance(to.provenance);
        }
        parameters.set({ method: to.choice.method, pickModel: to.choice.pickModel });
        setUndone(!isUndone());
      });
      notices.info(
        isUndone()
          ? `The network of before picks again; “${known.name}” stays in the list of networks.`
          : `“${known.name}” picks again.`,
      );
    },
  };
}
