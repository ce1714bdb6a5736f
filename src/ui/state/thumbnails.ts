import { type Accessor, createSignal } from 'solid-js';
import { isAbort, messageOf } from '../../core/errors.ts';
import type { Pick } from '../../dataset/picks.ts';
import type { ImageKind, ThumbnailRequest, ThumbnailSheet } from '../../rpc/contract.ts';
import { createLatest } from './latest.ts';

/** What all pictures of a gallery have in common. */
export interface ThumbnailLook {
  /** Everything that makes pictures differ, in one word. */
  readonly key: string;
  readonly kind: ImageKind;
  readonly boxAngstrom: number;
  /** Side of a picture, px. */
  readonly sidePx: number;
  /** 0 for none. */
  readonly lowpassAngstrom: number;
  readonly isContrastOwn: boolean;
}

/** A picture on a sheet. */
export interface Thumbnail<Sheet> {
  readonly sheet: Sheet;
  /** Which one of the sheet, from 0. */
  readonly index: number;
  readonly sidePx: number;
}

export interface Thumbnails<Sheet> {
  /** Counts arrivals: what shows pictures reads it. */
  readonly arrivals: Accessor<number>;
  /** Why there are none, in a sentence. */
  readonly problem: Accessor<string | undefined>;
  /** The picture of a pick; one of an earlier look until the new one is there. */
  find(pick: Pick): Thumbnail<Sheet> | undefined;
  /** Asks for what is in sight; what was asked for before and has not begun is forgotten. */
  want(picks: readonly Pick[], look: ThumbnailLook | undefined): void;
  clear(): void;
}

/** Pictures made in one go: few enough that the first are soon there, and a scroll is soon heard. */
const atOnce = 48;
/** Sheets that are kept, some 100 MB. */
const keptSheets = 48;

/**
 * Small pictures of picks, made by the worker in batches, what is in sight first.
 * @param fetch gets the pictures of picks of one micrograph.
 * @param micrographOf tells picks of different ones apart.
 * @param upload makes something that can be drawn of the pixels.
 */
export function createThumbnails<Sheet>(
  fetch: (
    places: readonly Pick[],
    look: ThumbnailLook,
    range: ThumbnailRequest['range'],
  ) => Promise<ThumbnailSheet>,
  upload: (sheet: ThumbnailSheet) => Sheet,
  micrographOf: (pick: Pick) => unknown = () => undefined,
): Thumbnails<Sheet> {
  const [arrivals, setArrivals] = createSignal(0);
  const [problem, setProblem] = createSignal<string>();
  const made = new Map<Pick, Thumbnail<Sheet> & { readonly key: string }>();
  let sheets: readonly (readonly Pick[])[] = [];
  let wanted: { readonly picks: readonly Pick[]; readonly look: ThumbnailLook } | undefined;
  /** The common contrast is that of the first batch of a look. */
  let range: { readonly key: string; readonly range: ThumbnailRequest['range'] } | undefined;

  const missing = (): readonly Pick[] => {
    if (!wanted) return [];
    const { key } = wanted.look;
    const all = wanted.picks.filter((pick) => made.get(pick)?.key !== key);
    const [first] = all;
    const same = first && micrographOf(first);
    return all.filter((pick) => micrographOf(pick) === same).slice(0, atOnce);
  };
  const keep = (picks: readonly Pick[], key: string, sheet: ThumbnailSheet): void => {
    const uploaded = upload(sheet);
    for (const [index, pick] of picks.entries()) {
      made.set(pick, { sheet: uploaded, index, sidePx: sheet.sidePx, key });
    }
    sheets = [...sheets, picks];
    const inSight = new Set(wanted?.picks);
    while (sheets.length > keptSheets && !sheets[0]?.some((pick) => inSight.has(pick))) {
      for (const pick of sheets[0] ?? []) {
        // It may have a newer picture by now, on another sheet.
        if (!sheets.slice(1).some((other) => other.includes(pick))) made.delete(pick);
      }
      sheets = sheets.slice(1);
    }
  };
  const latest = createLatest(async (look: ThumbnailLook) => {
    try {
      for (let picks = missing(); picks.length > 0; picks = missing()) {
        const asked = wanted?.look;
        if (asked?.key !== look.key) return;
        const sheet = await fetch(picks, asked, range?.key === look.key ? range.range : undefined);
        if (wanted?.look.key !== look.key) return;
        range ??= { key: look.key, range: sheet.range };
        if (range.key !== look.key) range = { key: look.key, range: sheet.range };
        keep(picks, look.key, sheet);
        setProblem(undefined);
        setArrivals((count) => count + 1);
      }
    } catch (error) {
      // What was asked of a picture that is gone has nothing to say.
      if (wanted?.look.key === look.key && !isAbort(error)) setProblem(messageOf(error));
    }
  });
  return {
    arrivals,
    problem,
    find: (pick) => made.get(pick),
    want: (picks, look) => {
      wanted = look && { picks, look };
      if (look && missing().length > 0) void latest.ask(look);
      else latest.drop();
    },
    clear: () => {
      made.clear();
      sheets = [];
      wanted = undefined;
      range = undefined;
      setProblem(undefined);
    },
  };
}
