import { type Accessor, createEffect, createMemo, createSignal, on } from 'solid-js';
import type { Place, PlaceSet } from '../../dataset/picks.ts';
import { createLatest } from './latest.ts';
import type { References } from './references.ts';
import type { WorkDependencies } from './work.ts';

/** What the picks on the screen are set beside. */
export type ComparedWith = 'reference' | 'remembered';

/** Who has which places. Those that both have are where the picks on the screen are. */
export interface ComparedSets {
  readonly both: readonly Place[];
  readonly onlyPicks: readonly Place[];
  readonly onlyOther: readonly Place[];
  /** The other set's name. */
  readonly label: string;
}

/** Two sets of picks on the micrograph: those that are shown, and the reference or picks of before. */
export interface Comparison {
  readonly with: Accessor<ComparedWith | undefined>;
  /** Undefined: the picks alone are drawn again. */
  compareWith(other: ComparedWith | undefined): void;
  /** What there is to compare with. */
  readonly choices: Accessor<readonly ComparedWith[]>;
  /** On or off, with what there is. */
  toggle(): void;
  readonly sets: Accessor<ComparedSets | undefined>;
  /** Keeps the picks that are shown, to compare later ones with them. */
  remember(): void;
  forget(): void;
}

/** Two picks nearer than this are of one particle: neighbours are a diameter apart. */
const sameParticleDiameters = 0.5;

interface Wish {
  readonly a: readonly Place[];
  readonly b: PlaceSet;
  readonly radiusPx: number;
}

export function createComparison(
  dependencies: Pick<WorkDependencies, 'compute' | 'parameters' | 'picks' | 'notices' | 'view'> & {
    readonly references: References;
    /** The time of day, for the name of remembered picks. */
    readonly now?: () => Date;
  },
): Comparison {
  const { compute, parameters, picks, notices, view, references, now = () => new Date() } = dependencies;
  const [wanted, setWanted] = createSignal<ComparedWith>();
  const [sets, setSets] = createSignal<ComparedSets>();

  const other = (which: ComparedWith): PlaceSet | undefined =>
    which === 'reference' ? references.current() : references.remembered();
  const choices = createMemo(() => (['reference', 'remembered'] as const).filter((one) => other(one)));
  const wish = createMemo((): Wish | undefined => {
    const which = wanted();
    const b = which && other(which);
    const { diameterAngstrom, pixelSizeAngstrom } = parameters.values;
    if (!b || pixelSizeAngstrom === undefined) return undefined;
    const a = picks.shown().map(({ x, y }) => ({ x, y }));
    return { a, b, radiusPx: (sameParticleDiameters * diameterAngstrom) / pixelSizeAngstrom };
  });
  const compare = createLatest(async (asked: Wish) => {
    const { a, b, radiusPx } = asked;
    try {
      const found = await compute.comparePicks({ a, b: b.places, radiusPx });
      // Of another micrograph, or beside other picks of before: what comes next is about that.
      if (wish()?.b !== b) return;
      const pick = (from: readonly Place[], indices: readonly number[]): Place[] =>
        indices.flatMap((index) => from[index] ?? []);
      setSets({
        both: pick(
          a,
          found.both.map((pair) => pair.a),
        ),
        onlyPicks: pick(a, found.onlyA),
        onlyOther: pick(b.places, found.onlyB),
        label: b.label,
      });
    } catch (error) {
      if (wish()?.b !== b) return;
      setWanted(undefined);
      notices.failure(error);
    }
  });
  createEffect(
    on(wish, (asked, before) => {
      if (asked?.b !== before?.b) setSets(undefined);
      if (asked) void compare.ask(asked);
      else {
        compare.drop();
        setSets(undefined);
      }
    }),
  );
  const compareWith = (which: ComparedWith | undefined): void => {
    setWanted(which);
    if (which) view.setPicksVisible(true);
  };

  return {
    with: wanted,
    compareWith,
    choices,
    toggle: () => {
      const [first] = choices();
      if (wanted() && sets()) compareWith(undefined);
      else if (first) compareWith(first);
      else notices.info('There is nothing to compare with: open a reference, or remember the picks of now.');
    },
    sets,
    remember: () => {
      const time = now().toTimeString().slice(0, 5);
      const places = picks.shown().map(({ x, y }) => ({ x, y }));
      if (places.length > 0) references.remember({ label: `picks of ${time}`, places });
    },
    forget: () => {
      const before = references.remembered();
      references.remember(undefined);
      if (before) notices.undoable('The remembered picks are forgotten.', () => references.remember(before));
      if (wanted() === 'remembered') setWanted(undefined);
    },
  };
}
