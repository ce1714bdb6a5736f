import { type Accessor, batch, createMemo, createSignal } from 'solid-js';
import * as edit from '../../dataset/contaminationMask.ts';
import { coveredPart, isCovered, type MaskBitmap, paintLine } from '../../dataset/maskBitmap.ts';
import type { MaskGrid, MicrographSize } from '../../dataset/maskGrid.ts';
import type { Pick, Place } from '../../dataset/picks.ts';
import type { Parameters } from './parameters.ts';

/** Diameter of the brush, Å. */
export const brushLimits = { min: 20, max: 20_000, step: 1.25 } as const;

/** The contamination mask of the micrograph on the screen, and its past. */
export interface Mask {
  readonly isEmpty: Accessor<boolean>;
  /** What a network or a file says; undefined where there is only paint. */
  readonly base: Accessor<edit.MaskBase | undefined>;
  /** The cells in force, with the stroke that is being painted; undefined where nothing is masked. */
  readonly bitmap: Accessor<MaskBitmap | undefined>;
  /** The part of the picture that is masked, 0 to 1. */
  readonly part: Accessor<number>;
  readonly settings: Accessor<edit.MaskSettings>;
  set(change: Partial<edit.MaskSettings>): void;
  readonly isVisible: Accessor<boolean>;
  setVisible(visible: boolean): void;
  /** Of the tint, 0 to 1. */
  readonly opacity: Accessor<number>;
  setOpacity(opacity: number): void;
  /** Diameter, Å. */
  readonly brush: Accessor<number>;
  setBrush(diameterAngstrom: number): void;
  /** The brush's radius on the picture, px. */
  readonly brushRadius: Accessor<number>;
  /** Whether the mask keeps a pick out; a manual one is the user's word. Undefined where there is no mask. */
  readonly keeper: Accessor<((pick: Pick) => boolean) | undefined>;
  /** Changes to another micrograph; its past in this tab comes back with it. */
  load(fingerprint: string, size: MicrographSize, saved: edit.SavedMask | undefined): void;
  /** @param fingerprint of a micrograph that may have left the screen. */
  setFromNetwork(fingerprint: string, grid: MaskGrid, name: string): void;
  setFromFile(grid: MaskGrid, name: string): void;
  /** A stroke, from its first place to its last, px; `end` makes it one step of the history. */
  begin(kind: edit.MaskStroke['kind'], at: Place): void;
  extend(to: Place): void;
  end(): void;
  clear(): void;
  undo(): void;
  redo(): void;
  /** What undo would take back, in words. */
  readonly undoAction: Accessor<string | undefined>;
  readonly redoAction: Accessor<string | undefined>;
  /** For the session. */
  readonly saved: Accessor<edit.SavedMask | undefined>;
  savedOf(fingerprint: string): edit.SavedMask | undefined;
}

interface Known {
  readonly history: edit.MaskHistory;
  readonly settings: edit.MaskSettings;
}

const blank: Known = { history: edit.startMask(), settings: edit.defaultMaskSettings };

export function createMask(parameters: Parameters): Mask {
  const known = new Map<string, Known>();
  const [fingerprint, setFingerprint] = createSignal('');
  const [size, setSize] = createSignal<MicrographSize>({ width: 1, height: 1 });
  const [current, setCurrent] = createSignal<Known>(blank);
  const [isVisible, setVisible] = createSignal(true);
  const [opacity, setOpacity] = createSignal(0.6);
  const [brush, setBrushSignal] = createSignal(300);
  /** A stroke in the making, and the cells with it. */
  const [painting, setPainting] = createSignal<
    { readonly stroke: edit.MaskStroke; readonly bitmap: MaskBitmap } | undefined
  >(undefined, { equals: false });

  const keep = (of: string, next: Known): void => {
    known.set(of, next);
    if (of === fingerprint()) setCurrent(next);
  };
  const change = (step: (history: edit.MaskHistory) => edit.MaskHistory): void => {
    const history = step(current().history);
    if (history !== current().history) keep(fingerprint(), { ...current(), history });
  };
  const history = (): edit.MaskHistory => current().history;
  const settled = createMemo(() => {
    const state = history();
    return edit.isEmptyMask(state) ? undefined : edit.drawMask(state, size(), current().settings.threshold);
  });
  const bitmap = createMemo(() => painting()?.bitmap ?? settled(), undefined, { equals: false });
  const brushRadius = (): number => brush() / 2 / (parameters.values.pixelSizeAngstrom ?? 1);
  const marginPx = createMemo(() => {
    const { diameterAngstrom, pixelSizeAngstrom } = parameters.values;
    const { marginDiameters } = current().settings;
    return pixelSizeAngstrom === undefined ? 0 : (marginDiameters * diameterAngstrom) / pixelSizeAngstrom;
  });
  return {
    isEmpty: () => edit.isEmptyMask(history()) && painting() === undefined,
    base: () => history().base,
    bitmap,
    part: createMemo(() => {
      const cells = bitmap();
      return cells ? coveredPart(cells) : 0;
    }),
    settings: () => current().settings,
    set: (wanted) => keep(fingerprint(), { ...current(), settings: { ...current().settings, ...wanted } }),
    isVisible,
    setVisible,
    opacity,
    setOpacity,
    brush,
    setBrush: (diameter) => {
      const limited = Math.min(brushLimits.max, Math.max(brushLimits.min, diameter));
      setBrushSignal(Number(limited.toPrecision(3)));
    },
    brushRadius,
    keeper: createMemo(() => {
      const cells = bitmap();
      const margin = marginPx();
      return cells && ((pick: Pick) => pick.origin !== 'manual' && isCovered(cells, pick, margin));
    }),
    load: (wanted, of, saved) => {
      const restored = edit.restoreMask(saved);
      const { settings } = current();
      const fresh: Known = restored
        ? { history: edit.startMask(restored.state), settings: restored.settings }
        : { history: edit.startMask(), settings };
      batch(() => {
        setPainting(undefined);
        setFingerprint(wanted);
        setSize({ width: of.width, height: of.height });
        keep(wanted, known.get(wanted) ?? fresh);
      });
    },
    setFromNetwork: (of, grid, name) => {
      const before = known.get(of) ?? blank;
      keep(of, { ...before, history: edit.setBase(before.history, { grid, from: 'network', name }) });
    },
    setFromFile: (grid, name) => change((now) => edit.setBase(now, { grid, from: 'file', name })),
    begin: (kind, at) => {
      const cells = edit.drawMask(history(), size(), current().settings.threshold);
      const stroke: edit.MaskStroke = { kind, radius: brushRadius(), points: [at] };
      edit.paintStroke(cells, stroke);
      batch(() => {
        setVisible(true);
        setPainting({ stroke, bitmap: cells });
      });
    },
    extend: (to) => {
      const now = painting();
      if (!now) return;
      const { stroke, bitmap: cells } = now;
      const from = stroke.points.at(-1) ?? to;
      // A hand that trembles need not be kept.
      if (Math.hypot(to.x - from.x, to.y - from.y) < 0.1 * stroke.radius) return;
      paintLine(cells, from, to, stroke.radius, stroke.kind === 'add' ? 1 : 0);
      setPainting({ stroke: { ...stroke, points: [...stroke.points, to] }, bitmap: { ...cells } });
    },
    end: () => {
      const now = painting();
      if (!now) return;
      batch(() => {
        setPainting(undefined);
        change((before) => edit.addStroke(before, now.stroke));
      });
    },
    clear: () => change(edit.clearMask),
    undo: () => change(edit.undoMask),
    redo: () => change(edit.redoMask),
    undoAction: () => edit.undoMaskAction(history()),
    redoAction: () => edit.redoMaskAction(history()),
    saved: () => edit.saveMask(history(), current().settings),
    savedOf: (of) => {
      const found = known.get(of);
      return found && edit.saveMask(found.history, found.settings);
    },
  };
}
