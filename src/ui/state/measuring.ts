import { type Accessor, createEffect, createMemo, createSignal, on } from 'solid-js';
import type { ComputeClient } from '../../rpc/client.ts';
import type { ImageKind, LineProfile, RegionStatistics } from '../../rpc/contract.ts';
import type { Point } from '../viewer/transform.ts';
import type { Document } from './document.ts';
import { createLatest } from './latest.ts';
import type { Notices } from './notices.ts';
import type { ViewState } from './view.ts';

export type FigureKind = 'ruler' | 'profile' | 'region';

/** What is drawn on the picture to measure it; one at a time. */
export interface Figure {
  readonly kind: FigureKind;
  /** Pick coordinates, file px: a line's ends, or two corners of a rectangle. */
  readonly from: Point;
  readonly to: Point;
}

/** What was measured on the pictures in sight. */
export interface Measured {
  readonly figure: Figure;
  readonly profiles: readonly { readonly kind: ImageKind; readonly profile: LineProfile }[];
  readonly regions: readonly { readonly kind: ImageKind; readonly statistics: RegionStatistics }[];
}

export interface Measuring {
  readonly figure: Accessor<Figure | undefined>;
  /** Of the figure or, while it is drawn, of one a moment ago. */
  readonly measured: Accessor<Measured | undefined>;
  /** Across a profile's line, px. */
  readonly widthPx: Accessor<number>;
  setWidthPx(width: number): void;
  draw(figure: Figure): void;
  clear(): void;
}

export const profileWidths = { min: 1, max: 128 } as const;

export interface MeasuringDependencies {
  readonly compute: ComputeClient;
  readonly document: Document;
  readonly view: ViewState;
  readonly notices: Notices;
}

interface Wish {
  readonly id: number;
  readonly figure: Figure;
  readonly widthPx: number;
  readonly kinds: readonly ImageKind[];
}

export function createMeasuring({ compute, document, view, notices }: MeasuringDependencies): Measuring {
  const [figure, setFigure] = createSignal<Figure>();
  const [measured, setMeasured] = createSignal<Measured>();
  const [widthPx, setWidth] = createSignal(5);
  /** The raw picture, and what else is in sight: the residual is its difference from what was made last. */
  const kinds = createMemo(
    (): readonly ImageKind[] => {
      const last = document.filtered()?.kind;
      const inSight = view.panes().map(({ kind }) => (kind === 'residual' ? last : kind));
      const made = (['filtered', 'denoised'] as const).filter(
        (kind) => inSight.includes(kind) && document.made(kind),
      );
      return ['raw', ...made];
    },
    undefined,
    { equals: (a, b) => a.join() === b.join() },
  );

  const measure = async ({ id, figure: of, widthPx: across, kinds: wanted }: Wish): Promise<void> => {
    try {
      const profiles: Measured['profiles'][number][] = [];
      const regions: Measured['regions'][number][] = [];
      for (const kind of wanted) {
        if (of.kind === 'profile') {
          const profile = await compute.lineProfile(id, kind, { from: of.from, to: of.to, widthPx: across });
          profiles.push({ kind, profile });
        }
        if (of.kind === 'region') {
          regions.push({ kind, statistics: await compute.regionStatistics(id, kind, regionOf(of)) });
        }
      }
      if (figure()?.kind === of.kind && document.opened()?.id === id)
        setMeasured({ figure: of, profiles, regions });
    } catch (error) {
      // What was closed meanwhile is not looked at any more.
      if (figure() && document.opened()?.id === id) notices.failure(error);
    }
  };
  const latest = createLatest(measure);

  createEffect(() => {
    const of = figure();
    const opened = document.opened();
    // Made anew, a picture has other values.
    document.picture();
    document.filtered();
    if (!of || !opened || of.kind === 'ruler') return;
    void latest.ask({ id: opened.id, figure: of, widthPx: widthPx(), kinds: kinds() });
  });
  const clear = (): void => {
    latest.drop();
    setFigure(undefined);
    setMeasured(undefined);
  };
  // Who takes up another tool for measuring has done with this figure.
  createEffect(
    on(
      view.tool,
      (tool) => {
        const isOther = tool === 'ruler' || tool === 'profile' || tool === 'region';
        if (isOther && figure() && figure()?.kind !== tool) clear();
      },
      { defer: true },
    ),
  );
  // Another micrograph is on the screen.
  createEffect(on(() => document.opened()?.fingerprint, clear, { defer: true }));

  return {
    figure,
    measured: () => (figure() ? measured() : undefined),
    widthPx,
    setWidthPx: (width) =>
      setWidth(Math.round(Math.min(profileWidths.max, Math.max(profileWidths.min, width)))),
    draw: (next) => {
      if (figure()?.kind !== next.kind) setMeasured(undefined);
      setFigure(next);
    },
    clear,
  };
}

/** The whole pixels from the one under one corner to the one under the other, both included. */
export function regionOf({ from, to }: Figure): RegionStatistics['region'] {
  const x = Math.round(Math.min(from.x, to.x));
  const y = Math.round(Math.min(from.y, to.y));
  const right = Math.round(Math.max(from.x, to.x));
  const bottom = Math.round(Math.max(from.y, to.y));
  return { x, y, width: right - x + 1, height: bottom - y + 1 };
}

/**
 * Length of a line, px, and how it rises from left to right, degrees, 0 to 180, as it is seen.
 * @param way of the image's axes on the screen: the picture may be mirrored.
 */
export function lineOf(
  { from, to }: Figure,
  way: Point = { x: 1, y: 1 },
): { readonly lengthPx: number; readonly degrees: number } {
  const [dx, dy] = [way.x * (to.x - from.x), way.y * (to.y - from.y)];
  const degrees = (Math.atan2(-dy, dx) * 180) / Math.PI;
  return { lengthPx: Math.hypot(dx, dy), degrees: ((degrees % 180) + 180) % 180 };
}
