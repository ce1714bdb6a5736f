import { type Accessor, createMemo, createSignal } from 'solid-js';
import type { Pick } from '../../dataset/picks.ts';
import type { MicrographParameters, PickMethod } from '../../dataset/session.ts';
import type { OpenedMicrograph, PickResult } from '../../rpc/contract.ts';
import type { Template } from './template.ts';
import type { WorkDependencies } from './work.ts';

/**
 * What can be combined: methods, and as one method each the picks of files and the picks by hand. Imported picks are ranked by
 * the scores of their file; picks by hand, and those of files without scores, all count alike. What is hidden does not vote.
 */
export type Voice = Exclude<PickMethod, 'consensus'> | 'imported' | 'manual';

/** What a method has found on the micrograph that is shown. */
export interface VoiceResult {
  readonly voice: Voice;
  readonly label: string;
  /** All candidates, whatever the threshold is. */
  readonly picks: readonly Pick[];
  readonly isChosen: boolean;
}

/** What several methods agree on: the last result of each is remembered while the page is open. */
export interface Consensus {
  /** Those that have found something here. */
  readonly voices: Accessor<readonly VoiceResult[]>;
  /** How many have to agree. */
  readonly least: Accessor<number>;
  /** What is missing, in a sentence. */
  readonly problem: Accessor<string | undefined>;
  setLeast(least: number): void;
  choose(voice: Voice, isChosen: boolean): void;
  /** Keeps what a method has found on a micrograph. */
  remember(fingerprint: string, method: PickMethod, picks: readonly Pick[]): void;
  combine(opened: OpenedMicrograph, asked: MicrographParameters): Promise<PickResult>;
}

/** What methods are called where they are combined. */
export const voiceLabels: Readonly<Record<Voice, string>> = {
  cnn: 'Network',
  log: 'LoG',
  template: 'Template',
  matching: 'Matching',
  imported: 'Imported',
  manual: 'By hand',
};
const order: readonly Voice[] = ['cnn', 'log', 'template', 'matching', 'imported', 'manual'];

export function createConsensus(dependencies: WorkDependencies & { readonly template: Template }): Consensus {
  const { compute, document, picks, template } = dependencies;
  const [known, setKnown] = createSignal<ReadonlyMap<string, ReadonlyMap<Voice, readonly Pick[]>>>(new Map());
  const [left, setLeft] = createSignal<ReadonlySet<Voice>>(new Set());
  const [wished, setLeast] = createSignal(2);

  const found = (voice: Voice): readonly Pick[] => {
    if (voice === 'template') return template.found()?.candidates ?? remembered(voice);
    if (voice === 'imported' || voice === 'manual')
      return picks.all().filter((pick) => pick.origin === voice && !picks.classes.isHidden(pick));
    return remembered(voice);
  };
  const remembered = (voice: Voice): readonly Pick[] =>
    known()
      .get(document.opened()?.fingerprint ?? '')
      ?.get(voice) ?? [];
  const voices = createMemo(() =>
    order.flatMap((voice): VoiceResult[] => {
      const own = found(voice);
      return own.length > 0
        ? [{ voice, label: voiceLabels[voice], picks: own, isChosen: !left().has(voice) }]
        : [];
    }),
  );
  const chosen = (): readonly VoiceResult[] => voices().filter(({ isChosen }) => isChosen);
  const least = (): number => Math.max(1, Math.min(wished(), chosen().length));

  return {
    voices,
    least,
    problem: () =>
      chosen().length < 2
        ? 'Pick with two methods first, one after the other: what they have found is combined here.'
        : undefined,
    setLeast,
    choose: (voice, isChosen) => {
      const next = new Set(left());
      if (isChosen) next.delete(voice);
      else next.add(voice);
      setLeft(next);
    },
    remember: (fingerprint, method, candidates) => {
      if (method === 'consensus') return;
      const all = new Map(known());
      all.set(fingerprint, new Map(all.get(fingerprint)).set(method, candidates));
      setKnown(all);
    },
    combine: async (_, { diameterAngstrom, pixelSizeAngstrom = 1 }) =>
      await compute.combinePicks({
        sets: chosen().map(({ voice, label, picks: own }) => ({
          name: label,
          // A person's picks have no score that could be ranked.
          picks: own.map(({ x, y, score, pose }) => ({ x, y, score: voice === 'manual' ? 1 : score, pose })),
        })),
        least: least(),
        diameterAngstrom,
        pixelSizeAngstrom,
      }),
  };
}
