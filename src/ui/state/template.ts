import { type Accessor, batch, createEffect, createMemo, createSignal, on, onCleanup } from 'solid-js';
import { messageOf } from '../../core/errors.ts';
import type { Pick, Place } from '../../dataset/picks.ts';
import { isFreeOf } from '../../dataset/places.ts';
import type { OpenedMicrograph, TemplateParameters, TemplateResult } from '../../rpc/contract.ts';
import { nearestPick } from '../viewer/hitTest.ts';
import { createLatest } from './latest.ts';
import type { WorkDependencies } from './work.ts';

/**
 * The instant template: at every pick by hand the worker searches for what looks like the picks, and its candidates are
 * shown over the micrograph until the user takes them or turns them down.
 */
export interface Template {
  /** Whether it is the method chosen, for a micrograph that it can be used on. */
  readonly isOn: Accessor<boolean>;
  /** What was found last on this micrograph. */
  readonly found: Accessor<TemplateResult | undefined>;
  /** Picks by hand on this micrograph that it was found with; more may have come since. */
  readonly clicks: Accessor<number>;
  /** Candidates above the threshold that are neither picked nor rejected: what is drawn. */
  readonly ghosts: Accessor<readonly Pick[]>;
  /** The least correlation of a candidate that is shown; as suggested until the user sets it. */
  readonly threshold: Accessor<number>;
  /** Undefined: as suggested. */
  setThreshold(threshold: number | undefined): void;
  readonly isOwnThreshold: Accessor<boolean>;
  readonly isSearching: Accessor<boolean>;
  /** Why there is no result, in a sentence. */
  readonly problem: Accessor<string | undefined>;
  /** Makes picks of all candidates; one step of the history. */
  accept(): void;
  /** The candidate at a place, if there is one. */
  ghostAt(place: Place): Pick | undefined;
}

/** Clicks come in quick succession, and the last of them counts. */
const pauseMilliseconds = 60;
/** A candidate this near to a pick is the same particle. */
const samePlaceDiameters = 0.5;

interface Wish {
  readonly opened: OpenedMicrograph;
  /** Names the picture: a movie may be summed anew. */
  readonly picture: string;
  readonly picked: readonly Place[];
  readonly parameters: TemplateParameters;
}

export function createTemplate(dependencies: WorkDependencies): Template {
  const { compute, document, parameters, picks, view } = dependencies;
  const [found, setFound] = createSignal<TemplateResult>();
  const [clicks, setClicks] = createSignal(0);
  const [problem, setProblem] = createSignal<string>();
  const [chosen, setChosen] = createSignal<number>();
  const [isSearching, setSearching] = createSignal(false);
  const { values } = parameters;

  const isOn = createMemo(
    () =>
      values.method === 'template' &&
      document.opened() !== undefined &&
      values.pixelSizeAngstrom !== undefined,
  );
  const picked = createMemo(() => picks.all().filter(({ origin }) => origin === 'manual'), [], {
    equals: (a, b) => a.length === b.length && a.every((pick, i) => pick === b[i]),
  });
  const wish = createMemo((): Wish | undefined => {
    const opened = document.opened();
    const { pixelSizeAngstrom, diameterAngstrom, brightParticles } = values;
    if (!isOn() || !opened || pixelSizeAngstrom === undefined) return undefined;
    return {
      opened,
      picture: document.picture(),
      picked: picked().map(({ x, y }) => ({ x, y })),
      parameters: { pixelSizeAngstrom, diameterAngstrom, brightParticles },
    };
  });

  const search = createLatest(async (wanted: Wish) => {
    try {
      const result = await compute.findByTemplate(wanted.opened.id, wanted.picked, wanted.parameters);
      if (!isStillAbout(wanted, wish())) return;
      batch(() => {
        setFound(result);
        setClicks(wanted.picked.length);
        setProblem(undefined);
      });
    } catch (error) {
      // A micrograph that was left meanwhile has nothing to say any more.
      if (isStillAbout(wanted, wish())) {
        batch(() => {
          setFound(undefined);
          setProblem(messageOf(error));
        });
      }
    }
  });
  const forget = (): void => {
    setFound(undefined);
    setProblem(undefined);
  };
  let timer: ReturnType<typeof setTimeout> | undefined;
  createEffect(
    on(wish, (wanted, before) => {
      clearTimeout(timer);
      // Clicks refine what is shown; anything else makes it wrong.
      if (!wanted || !before || !isStillAbout(wanted, before)) batch(forget);
      if (wanted?.opened.id !== before?.opened.id) setChosen(undefined);
      if (!wanted) {
        search.drop();
        return;
      }
      timer = setTimeout(() => {
        setSearching(true);
        void search.ask(wanted).finally(() => setSearching(false));
      }, pauseMilliseconds);
    }),
  );
  onCleanup(() => clearTimeout(timer));

  const threshold = createMemo(() => chosen() ?? found()?.suggestedThreshold ?? 0);
  const diameterPx = (): number => values.diameterAngstrom / (values.pixelSizeAngstrom ?? 1);
  /** Neither what the user has picked nor turned down. */
  const open = (candidates: readonly Pick[], taken: readonly Place[]): readonly Pick[] => {
    const isOpen = isFreeOf([...taken, ...picks.rejected()], samePlaceDiameters * diameterPx());
    const isFree = (candidate: Pick): boolean =>
      isOpen(candidate) && !picks.isErasing(candidate) && !picks.isKeptOut(candidate);
    return candidates.filter(isFree);
  };
  const ghosts = createMemo((): readonly Pick[] => {
    const result = found();
    if (!result || !isOn()) return [];
    const shown = result.candidates.filter(({ score }) => score >= threshold());
    return open(shown, picks.shown());
  });
  return {
    isOn,
    found,
    clicks,
    ghosts,
    threshold,
    setThreshold: setChosen,
    isOwnThreshold: () => chosen() !== undefined,
    isSearching,
    problem,
    accept: () => {
      const result = found();
      if (!result || ghosts().length === 0) return;
      const kept = picks.all().filter(({ origin }) => origin === 'manual' || origin === 'imported');
      const accepted = open(result.candidates, kept);
      batch(() => {
        picks.accept(accepted, threshold());
        document.setProvenance(result.provenance);
        view.setPicksVisible(true);
      });
    },
    ghostAt: (place) =>
      nearestPick(ghosts(), Number.NEGATIVE_INFINITY, place, samePlaceDiameters * diameterPx()),
  };
}

/** Whether what was asked for is still what would be, but for the clicks. */
function isStillAbout(wanted: Wish, now: Wish | undefined): boolean {
  const [a, b] = [wanted.parameters, now?.parameters];
  return (
    wanted.opened.id === now?.opened.id &&
    wanted.picture === now.picture &&
    a.pixelSizeAngstrom === b?.pixelSizeAngstrom &&
    a.diameterAngstrom === b.diameterAngstrom &&
    a.brightParticles === b.brightParticles
  );
}
