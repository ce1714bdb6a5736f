import { type Accessor, createMemo, createSignal } from 'solid-js';
import { PICK_SHAPES, type PickLook, type PickMarks, type PickShape, rgbOf } from '../viewer/pickStyle.ts';
import { goodSidePx } from './boxSize.ts';
import type { Parameters } from './parameters.ts';
import type { PickSelection } from './pickSelection.ts';
import { type PicksState, pickDiameterPx } from './picks.ts';
import type { TextStorage } from './texts.ts';

/** What the drawn size of a pick means. */
export type SizedBy = 'diameter' | 'box';

/** How picks are drawn: the user's choice, and what follows from classes and what is chosen. */
export interface PickLookState {
  readonly shape: Accessor<PickShape>;
  setShape(shape: PickShape): void;
  readonly sizedBy: Accessor<SizedBy>;
  setSizedBy(sizedBy: SizedBy): void;
  /** Half of the drawn size, file px. */
  readonly radiusPx: Accessor<number>;
  /** Side of the box that particles would be cut out with, file px. */
  readonly boxPx: Accessor<number>;
  readonly look: Accessor<PickLook>;
  readonly marks: Accessor<PickMarks>;
}

/** As the extraction suggests it, where nothing is known of the pixel size. */
const boxDiameters = 1.75;
const storageKey = 'cryolite-pick-look';

/** @param extractedBoxPx the box that the extraction would take. */
export function createPickLook(
  parameters: Parameters,
  picks: PicksState,
  selection: PickSelection,
  extractedBoxPx: Accessor<number | undefined>,
  storage?: TextStorage,
): PickLookState {
  const stored = restored(storage);
  const [shape, setShape] = createSignal<PickShape>(stored.shape);
  const [sizedBy, setSizedBy] = createSignal<SizedBy>(stored.sizedBy);
  const keep = (): void => {
    try {
      storage?.setItem(storageKey, JSON.stringify({ shape: shape(), sizedBy: sizedBy() }));
    } catch {
      // Storage is refused: the choice lasts until the page is closed.
    }
  };
  const diameterPx = (): number =>
    pickDiameterPx(parameters.values.diameterAngstrom, parameters.values.pixelSizeAngstrom);
  const boxPx = (): number => extractedBoxPx() ?? goodSidePx(boxDiameters * diameterPx());
  const classes = createMemo(() =>
    picks.classes.list().map(({ colour, glyph }) => ({ colour: rgbOf(colour), glyph })),
  );
  const marks = createMemo((): PickMarks => {
    const chosen = selection.picks();
    // Read here, so that a change of the list is drawn, and no signal is asked for each of 50,000 picks.
    const numbers = new Map(picks.classes.list().map(({ id }, i) => [id, i]));
    return {
      classNumberOf: ({ classId }) => (classId === undefined ? 0 : (numbers.get(classId) ?? 0)),
      isChosen: (pick) => chosen.has(pick),
    };
  });
  return {
    shape,
    setShape: (next) => {
      setShape(next);
      keep();
    },
    sizedBy,
    setSizedBy: (next) => {
      setSizedBy(next);
      keep();
    },
    radiusPx: () => (sizedBy() === 'box' ? boxPx() : diameterPx()) / 2,
    boxPx,
    look: createMemo(() => ({ shape: shape(), classes: classes(), offset: selection.offset() })),
    marks,
  };
}

function restored(storage: TextStorage | undefined): { shape: PickShape; sizedBy: SizedBy } {
  try {
    const stored: unknown = JSON.parse(storage?.getItem(storageKey) ?? '{}');
    const { shape, sizedBy } = (stored ?? {}) as { readonly shape?: unknown; readonly sizedBy?: unknown };
    return {
      shape: PICK_SHAPES.find((one) => one === shape) ?? 'circle',
      sizedBy: sizedBy === 'box' ? 'box' : 'diameter',
    };
  } catch {
    // Storage is refused, or holds something else.
    return { shape: 'circle', sizedBy: 'diameter' };
  }
}
