import { type Accessor, createEffect, createMemo, createSignal, on } from 'solid-js';
import { classIdOf } from '../../dataset/pickClasses.ts';
import type { Pick, Place } from '../../dataset/picks.ts';
import { isFreeOf } from '../../dataset/places.ts';
import type { LabelledNote, MicrographParameters } from '../../dataset/session.ts';
import type { SessionStore } from '../../platform/browser/sessions.ts';
import type { TrainingStore } from '../../platform/browser/trainingStore.ts';
import type { Document } from './document.ts';
import { itemPath, type Library } from './library.ts';
import type { Parameters } from './parameters.ts';
import type { PicksState } from './picks.ts';

/** A micrograph of the list with what the user has said of it. */
export interface LabelledMicrograph {
  readonly note: LabelledNote;
  readonly parameters: MicrographParameters;
  /** Picks by hand, px of the file. */
  readonly labels: readonly Place[];
  /** Where no particle is. */
  readonly rejected: readonly Place[];
}

/** The same with all picks by hand, whatever they are called. */
interface MarkedMicrograph {
  readonly note: LabelledNote;
  readonly parameters: MicrographParameters;
  readonly hands: readonly Pick[];
  readonly rejected: readonly Place[];
}

/** All that a picker can learn from: the picks by hand on the micrographs of the list. */
export interface Labels {
  /** Those with picks by hand. */
  readonly all: Accessor<readonly LabelledMicrograph[]>;
  /** The item of the list that a micrograph is; undefined where it is not in the list. */
  keyOf(note: LabelledNote): string | undefined;
}

export interface LabelsDependencies {
  readonly document: Document;
  readonly library: Library;
  readonly parameters: Parameters;
  readonly picks: PicksState;
  readonly sessions: Promise<SessionStore>;
  readonly store: Promise<TrainingStore<unknown>>;
}

/** A no this near to a pick by hand, in diameters, is about where exactly it is, and none to learn from. */
const sameParticleDiameters = 0.5;

export function createLabels(dependencies: LabelsDependencies): Labels {
  const { document, library, parameters, picks, sessions, store } = dependencies;
  const [known, setKnown] = createSignal<ReadonlyMap<string, MarkedMicrograph>>(new Map());
  const keyOf = (note: LabelledNote): string | undefined => library.keyAt(itemPath(note));

  /** Best effort: without storage they are known until the page is closed. */
  const remember = async (note: LabelledNote, isLabelled: boolean): Promise<void> => {
    try {
      if (isLabelled) await (await store).noteLabelled(note);
      else await (await store).forgetLabelled(note.fingerprint);
    } catch {
      // As above.
    }
  };
  const shown = createMemo((): MarkedMicrograph | undefined => {
    const opened = document.opened();
    const item = library.find(document.key());
    if (!opened || !item) return undefined;
    const { fingerprint, frame, version } = opened;
    const note = { fingerprint, name: item.name, folder: item.folder, frame, version };
    const { pixelSizeAngstrom, diameterAngstrom, brightParticles } = parameters.values;
    const values = { ...parameters.snapshot(), pixelSizeAngstrom, diameterAngstrom, brightParticles };
    return marked(note, values, picks.all(), picks.rejected());
  });
  createEffect(
    on(shown, (now) => {
      if (!now) return;
      const { fingerprint } = now.note;
      const isLabelled = now.hands.length > 0;
      const before = known().has(fingerprint);
      if (!isLabelled && !before) return;
      const next = new Map(known());
      if (isLabelled) next.set(fingerprint, now);
      else next.delete(fingerprint);
      setKnown(next);
      if (isLabelled !== before) void remember(now.note, isLabelled);
    }),
  );
  /** After a reload: what was picked before on micrographs that are in the list again. */
  const restore = async (): Promise<void> => {
    const notes = await (await store).labelled();
    for (const note of notes) {
      if (known().has(note.fingerprint) || keyOf(note) === undefined) continue;
      const session = await (await sessions).load(note.fingerprint);
      if (!session || known().has(note.fingerprint)) continue;
      const found = marked(note, session.parameters, session.picks, session.rejected ?? []);
      if (found.hands.length > 0) setKnown(new Map([...known(), [note.fingerprint, found]]));
    }
  };
  createEffect(
    on(
      () => library.items.length,
      () => {
        // A database that can't be read is the same as none.
        restore().catch(() => {});
      },
    ),
  );
  /** Of classes that are not hidden; kept as long as the same ones are. */
  const learnt = createMemo(() => {
    const hidden = picks.classes.hidden();
    const isHidden = (pick: Pick): boolean => hidden.has(classIdOf(pick));
    const made = new WeakMap<MarkedMicrograph, LabelledMicrograph>();
    return (from: MarkedMicrograph): LabelledMicrograph => {
      const labels = made.get(from) ?? labelled(from, isHidden);
      made.set(from, labels);
      return labels;
    };
  });
  return {
    all: createMemo(() => {
      const here = [...known().values()].filter(({ note }) => keyOf(note) !== undefined);
      return here.map(learnt()).filter(({ labels }) => labels.length > 0);
    }),
    keyOf,
  };
}

function marked(
  note: LabelledNote,
  parameters: MicrographParameters,
  picks: readonly Pick[],
  rejected: readonly Place[],
): MarkedMicrograph {
  return { note, parameters, hands: picks.filter(({ origin }) => origin === 'manual'), rejected };
}

function labelled(
  { note, parameters, hands, rejected }: MarkedMicrograph,
  isHidden: (pick: Pick) => boolean,
): LabelledMicrograph {
  const place = ({ x, y }: Place): Place => ({ x, y });
  const labels = hands.filter((pick) => !isHidden(pick)).map(place);
  const { diameterAngstrom, pixelSizeAngstrom = diameterAngstrom } = parameters;
  // Not looked for in thousands where there is nothing to look for.
  if (rejected.length === 0) return { note, parameters, labels, rejected: [] };
  const isOther = isFreeOf(hands, (sameParticleDiameters * diameterAngstrom) / pixelSizeAngstrom);
  return { note, parameters, labels, rejected: rejected.filter(isOther).map(place) };
}
