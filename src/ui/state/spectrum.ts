import { type Accessor, createEffect, createMemo, createSignal, on, onCleanup, untrack } from 'solid-js';
import { isAbort, messageOf } from '../../core/errors.ts';
import type {
  DefocusReport,
  GpuReport,
  ImageKind,
  ShownKind,
  SpectrumReport,
  SpectrumRequest,
} from '../../rpc/contract.ts';
import { paneAt } from '../viewer/panes.ts';
import {
  imagePoint,
  regionAround,
  regionInSight,
  type SpectrumPlace,
  type SpectrumScale,
} from '../viewer/spectrumGeometry.ts';
import { clamp, type Point, type Rect } from '../viewer/transform.ts';
import { createLatest } from './latest.ts';
import type { Library } from './library.ts';
import { createUserRings, type UserRings } from './spectrumRings.ts';
import type { WorkDependencies } from './work.ts';

/** What the spectrum is made of: the picture, what is in sight of it, or a box around the cursor. */
export type SpectrumScope = 'whole' | 'view' | 'cursor';

/** Edges of the box around the cursor, px of the file. */
export const spectrumBoxes = [256, 512, 1024, 2048] as const;
export type SpectrumBox = (typeof spectrumBoxes)[number];

/** Width of the panel, CSS px. */
export const spectrumWidth = { min: 240, start: 320, max: 720, step: 24 } as const;

/** How long the view must rest before its spectrum is made. */
const restMilliseconds = 120;

/** The power spectrum over the viewer's corner. */
export interface Spectrum {
  readonly isOpen: Accessor<boolean>;
  readonly isLarge: Accessor<boolean>;
  readonly width: Accessor<number>;
  readonly scope: Accessor<SpectrumScope>;
  readonly box: Accessor<SpectrumBox>;
  /** Whether the place under the cursor is kept, so that the cursor can go to the spectrum. */
  readonly isPinned: Accessor<boolean>;
  /** Which picture it is of. */
  readonly kind: Accessor<ImageKind>;
  /** The part of the picture that is asked for, px of the file; undefined where it is all of it. */
  readonly region: Accessor<Rect | undefined>;
  /** The spectrum there is; that of the part before, until the next one has come. */
  readonly report: Accessor<SpectrumReport | undefined>;
  readonly scale: Accessor<SpectrumScale | undefined>;
  readonly isMaking: Accessor<boolean>;
  /** Why there is none, in a sentence. */
  readonly problem: Accessor<string | undefined>;
  /** What is under the cursor on the spectrum. */
  readonly place: Accessor<SpectrumPlace | undefined>;
  readonly rings: UserRings;
  /** Where the transfer function of the micrograph's defocus is 0, 1/Å; none where the defocus is not known. */
  readonly zeros: Accessor<readonly number[]>;
  /** What was found when it was last looked for in this picture. */
  readonly defocus: Accessor<DefocusReport | undefined>;
  setOpen(isOpen: boolean): void;
  setLarge(isLarge: boolean): void;
  setWidth(width: number): void;
  setScope(scope: SpectrumScope): void;
  setBox(box: SpectrumBox): void;
  setPinned(isPinned: boolean): void;
  setPlace(place: SpectrumPlace | undefined): void;
  /** Looks for the defocus; where it is sure it becomes the micrograph's. */
  estimateDefocus(): Promise<void>;
  /** Makes a defocus the micrograph's, or forgets the one it has. */
  setDefocus(defocusAngstrom: number | undefined): void;
}

export interface SpectrumDependencies extends WorkDependencies {
  readonly gpu: Accessor<GpuReport | undefined>;
  readonly library: Library;
}

interface Wish {
  readonly id: number;
  readonly request: SpectrumRequest;
}

export function createSpectrum({
  compute,
  document,
  gpu,
  library,
  parameters,
  tasks,
  view,
}: SpectrumDependencies): Spectrum {
  const [isOpen, setOpen] = createSignal(false);
  const [isLarge, setLarge] = createSignal(false);
  const [width, setWidthSignal] = createSignal<number>(spectrumWidth.start);
  const [scope, setScope] = createSignal<SpectrumScope>('whole');
  const [box, setBox] = createSignal<SpectrumBox>(512);
  const [isPinned, setPinned] = createSignal(false);
  const [report, setReport] = createSignal<SpectrumReport>();
  const [isMaking, setMaking] = createSignal(false);
  const [problem, setProblem] = createSignal<string>();
  const [place, setPlace] = createSignal<SpectrumPlace>();
  const [zeros, setZeros] = createSignal<readonly number[]>([]);
  const [defocus, setDefocusReport] = createSignal<DefocusReport>();
  const [followed, setFollowed] = createSignal<Point>();
  const [followedKind, setFollowedKind] = createSignal<ShownKind>();
  const rings = createUserRings();

  // Beside the picture the cursor is on the spectrum, or on its way there: the last place stays.
  createEffect(() => {
    const at = view.cursor();
    const pane = at && paneAt(view.panes(), at);
    if (!at || !pane || isPinned() || scope() !== 'cursor') return;
    const point = imagePoint(view.view(), pane.rect, at, view.image());
    if (!point) return;
    setFollowed(point);
    setFollowedKind(pane.kind);
  });
  const sameRegion = (a: Rect | undefined, b: Rect | undefined): boolean =>
    a?.x === b?.x && a?.y === b?.y && a?.width === b?.width && a?.height === b?.height;
  const region = createMemo(
    (): Rect | undefined => {
      const image = document.opened();
      if (!isOpen() || !image || scope() === 'whole') return undefined;
      if (scope() === 'cursor') {
        const middle = { x: image.width / 2, y: image.height / 2 };
        return regionAround(followed() ?? middle, box(), image);
      }
      return regionInSight(view.view(), view.panes()[0]?.rect ?? view.canvas(), image);
    },
    undefined,
    { equals: sameRegion },
  );
  /** Of several pictures the one under the cursor, or the first. A residual has no plane: its raw picture stands in. */
  const kind = createMemo((): ImageKind => {
    const shown = view.panes().map((pane) => pane.kind);
    const under = scope() === 'cursor' ? followedKind() : undefined;
    const wanted = under !== undefined && shown.includes(under) ? under : shown[0];
    return (wanted === 'filtered' || wanted === 'denoised') && document.made(wanted) ? wanted : 'raw';
  });
  const wish = createMemo((): Wish | undefined => {
    const opened = document.opened();
    if (!isOpen() || !opened) return undefined;
    // Made anew when the picture is: another sum of a movie, another filter.
    void document.picture();
    void document.filtered();
    return { id: opened.id, request: { kind: kind(), region: region() } };
  });

  let running: AbortController | undefined;
  const latest = createLatest<Wish>(async ({ id, request }) => {
    const controller = new AbortController();
    running = controller;
    setMaking(true);
    try {
      const made = await compute.powerSpectrum(id, request, { signal: controller.signal });
      if (untrack(wish)?.id !== id) return;
      setReport(made);
      setProblem(undefined);
    } catch (error) {
      // Of a micrograph that is on the screen no more nobody wants to hear.
      if (isAbort(error) || untrack(wish)?.id !== id) return;
      setReport(undefined);
      setProblem(messageOf(error));
    } finally {
      running = undefined;
      setMaking(latest.isWaiting());
    }
  });
  createEffect(
    on(wish, (wanted) => {
      if (!wanted) {
        latest.drop();
        running?.abort();
        return;
      }
      if (gpu()?.available === false) {
        setReport(undefined);
        setProblem('The power spectrum needs WebGPU, which this browser does not offer.');
        return;
      }
      // The box follows the cursor as fast as spectra are made; a view is judged when it has come to rest.
      if (untrack(scope) !== 'view') return void latest.ask(wanted);
      const timer = setTimeout(() => void latest.ask(wanted), restMilliseconds);
      onCleanup(() => clearTimeout(timer));
    }),
  );
  createEffect(
    on(
      () => document.opened()?.id,
      () => {
        setReport(undefined);
        setProblem(undefined);
        setFollowed(undefined);
        setPinned(false);
        setPlace(undefined);
      },
      { defer: true },
    ),
  );
  // What was found is of one picture, with one scale.
  createEffect(
    on([() => document.picture(), () => parameters.values.pixelSizeAngstrom], () =>
      setDefocusReport(undefined),
    ),
  );

  const scale = createMemo((): SpectrumScale | undefined => {
    const made = report();
    const { pixelSizeAngstrom } = parameters.values;
    return (
      made && {
        edge: made.edge,
        pixelSizeAngstrom: pixelSizeAngstrom === undefined ? undefined : pixelSizeAngstrom * made.bin,
      }
    );
  });
  createEffect(
    on(
      () => {
        const { defocusAngstrom, voltageKilovolt } = parameters.values;
        return [isOpen(), defocusAngstrom, voltageKilovolt, scale()?.pixelSizeAngstrom] as const;
      },
      ([open, defocusAngstrom, voltageKilovolt, pixel]) => {
        if (!open) return;
        if (defocusAngstrom === undefined || pixel === undefined) return void setZeros([]);
        let isOver = false;
        onCleanup(() => {
          isOver = true;
        });
        const request = { defocusAngstrom, voltageKilovolt, highestPerAngstrom: 0.5 / pixel };
        compute.transferZeros(request).then(
          (found) => {
            if (!isOver) setZeros(found);
          },
          () => {
            if (!isOver) setZeros([]);
          },
        );
      },
    ),
  );

  const setDefocus = (defocusAngstrom: number | undefined): void => {
    const rounded = defocusAngstrom === undefined ? undefined : Number(defocusAngstrom.toPrecision(4));
    parameters.set({ defocusAngstrom: rounded });
    const key = document.key();
    if (key !== undefined) library.update(key, { defocusAngstrom: rounded });
  };
  return {
    isOpen,
    isLarge,
    width,
    scope,
    box,
    isPinned,
    kind,
    region,
    report,
    scale,
    isMaking,
    problem,
    place,
    rings,
    zeros,
    defocus,
    setOpen,
    setLarge,
    setWidth: (wanted) => setWidthSignal(Math.round(clamp(wanted, spectrumWidth.min, spectrumWidth.max))),
    setScope: (next) => {
      setPinned(false);
      setScope(next);
    },
    setBox,
    setPinned,
    setPlace,
    estimateDefocus: async () => {
      const opened = document.opened();
      const { pixelSizeAngstrom, voltageKilovolt } = parameters.values;
      if (!opened || pixelSizeAngstrom === undefined) return;
      const picture = document.picture();
      const found = await tasks.run('defocus', 'Looking for the defocus', (options) =>
        compute.estimateDefocus(opened.id, { pixelSizeAngstrom, voltageKilovolt }, options),
      );
      // Pictures of two micrographs may be called alike.
      if (!found || document.opened()?.id !== opened.id || document.picture() !== picture) return;
      setDefocusReport(found);
      if (found.isSure) setDefocus(found.defocusAngstrom);
    },
    setDefocus,
  };
}
