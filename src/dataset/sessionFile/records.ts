/** What a session file holds, part by part, with the checks of every field. */
import type { MaskBase, SavedMask } from '../contaminationMask.ts';
import { acceptanceFilters, gridTileLimits, type ListView, listSorts } from '../listView.ts';
import type { MaskGrid } from '../maskGrid.ts';
import { GLYPHS, type PickClass } from '../pickClasses.ts';
import type { Filament, Pick, PlaceSet } from '../picks.ts';
import type {
  ItemNote,
  LabelledNote,
  MicrographSession,
  ModelNote,
  SessionInfo,
  StarNote,
} from '../session.ts';
import { fromBase64, toBase64 } from './base64.ts';
import {
  type Check,
  flag,
  hex,
  list,
  number,
  object,
  oneOf,
  optional,
  SessionProblem,
  text,
  whole,
} from './checks.ts';
import { coordinate, length, method, modelNote, parameters, place, pose, time } from './micrographChecks.ts';

/** Raised when a file of today could not be read by the programs of before. */
export const sessionFileVersion = 1;
export const sessionFormat = 'cryolite session';

/** Parts that nothing honest has more of. */
export const most = {
  micrographs: 50_000,
  items: 50_000,
  picks: 1_000_000,
  models: 100,
  classes: 1000,
  stars: 50_000,
  strokes: 100_000,
  points: 100_000,
  maskCells: 2 ** 24,
} as const;

/** Head of the file: `session.json`. */
export interface SessionHead {
  readonly format: typeof sessionFormat;
  readonly version: number;
  readonly program: string;
  readonly programVersion: string;
  /** Milliseconds since 1970. */
  readonly exportedAt: number;
  readonly session: Omit<SessionInfo, 'id' | 'deletedAt'>;
  readonly micrographs: number;
  readonly models: readonly ModelNote[];
  /** SHA-256 of the texts, hex. */
  readonly stars: readonly string[];
  /** How the list was looked at; absent in files of earlier versions. */
  readonly view?: ListView | undefined;
  /** Whether there is a batch; absent in files of earlier versions. */
  readonly hasBatch?: boolean | undefined;
}

/** A micrograph with what its picks are judged by. */
export interface MicrographRecord {
  readonly session: MicrographSession;
  readonly reference?: PlaceSet | undefined;
  readonly remembered?: PlaceSet | undefined;
  /** Where picks by hand are to be learnt from. */
  readonly labelled?: LabelledNote | undefined;
}

/** As JSON has it: the mask's cells are text. */
export function recordJson({ session, ...places }: MicrographRecord): string {
  const base = session.mask?.base;
  const grid = base && { ...base.grid, values: toBase64(base.grid.values) };
  const mask = session.mask && { ...session.mask, base: base && { ...base, grid } };
  return JSON.stringify({ session: { ...session, mask }, ...places });
}

const places = list(place, most.picks);
const classId = optional(text(100));

const pick = object<Pick>({
  x: coordinate,
  y: coordinate,
  score: number(),
  origin: oneOf('cnn', 'log', 'template', 'matching', 'consensus', 'manual', 'imported'),
  row: optional(whole()),
  pose: optional(pose),
  classId,
});
const filament = object<Filament>({ start: place, end: place, classId });
/** Colours go into styles: nothing but a colour may. */
const colour: Check<string> = (value, at) => {
  const said = text(7)(value, at);
  if (!/^#[0-9a-f]{6}$/i.test(said)) throw new SessionProblem(`${at} is no colour`);
  return said;
};
const pickClass = object<PickClass>({
  id: text(100),
  name: text(200),
  colour,
  glyph: whole(0, GLYPHS.length - 1),
  isHidden: flag,
  isRemoved: flag,
});

const gridValues: Check<MaskGrid['values']> = (value, at) => {
  const bytes = fromBase64(text(2 * most.maskCells)(value, at));
  if (!bytes) throw new SessionProblem(`${at} is no base64`);
  return bytes;
};
const gridFields = object<MaskGrid>({
  width: whole(1, most.maskCells),
  height: whole(1, most.maskCells),
  origin: place,
  step: place,
  values: gridValues,
});
const grid: Check<MaskGrid> = (value, at) => {
  const checked = gridFields(value, at);
  if (checked.values.length !== checked.width * checked.height) {
    throw new SessionProblem(`${at}.values has ${checked.values.length} bytes, not width × height`);
  }
  return checked;
};
const mask = object<SavedMask>({
  version: oneOf(1),
  base: optional(object<MaskBase>({ grid, from: oneOf('network', 'file'), name: text() })),
  strokes: list(
    object({ kind: oneOf('add', 'erase'), radius: length, points: list(place, most.points) }),
    most.strokes,
  ),
  threshold: number(0, 1),
  marginDiameters: number(0, 100),
});

const provenance = object<NonNullable<MicrographSession['provenance']>>({
  program: text(),
  version: text(),
  adapter: text(),
  method,
  weightsHash: optional(text(200)),
  weightsName: optional(text()),
  scale: optional(number()),
  examples: optional(object({ particles: whole(), micrographs: whole() })),
  reference: optional(
    object({
      name: text(),
      kind: oneOf('averages', 'volume'),
      angularStepDegrees: number(),
      defocusAngstrom: optional(number()),
    }),
  ),
  combined: optional(object({ methods: list(text(), 100), least: whole() })),
  diameterAngstrom: length,
  pixelSizeAngstrom: length,
});

const star = object<StarNote>({
  hash: hex,
  name: text(),
  micrograph: optional(text()),
  reading: object({
    id: text(),
    label: text(),
    flipY: flag,
    anchor: oneOf('centre', 'corner'),
    binning: number(1e-6, 1e6),
    unit: oneOf('pixel', 'fraction'),
    format: oneOf('star', 'box', 'eman2', 'cbox', 'topaz', 'cs', 'imod', 'csv'),
  }),
});

const session = object<MicrographSession>({
  fingerprint: hex,
  name: text(),
  parameters,
  picks: list(pick, most.picks),
  provenance: optional(provenance),
  star: optional(star),
  rejected: optional(places),
  filaments: optional(list(filament, most.picks)),
  classes: optional(list(pickClass, most.classes)),
  mask: optional(mask),
  updatedAt: time,
});

const placeSet = object<PlaceSet>({ label: text(), places });

export const checkRecord: Check<MicrographRecord> = object<MicrographRecord>({
  session,
  reference: optional(placeSet),
  remembered: optional(placeSet),
  labelled: optional(
    object<LabelledNote>({
      ...{ fingerprint: hex, name: text(), folder: text(5000), frame: whole(), version: text() },
    }),
  ),
});

export const checkItems: Check<ItemNote[]> = list(
  object<ItemNote>({
    key: text(5000),
    path: optional(text(5000)),
    fingerprint: optional(hex),
    size: optional(whole()),
    modified: optional(number()),
    acceptance: optional(oneOf('accepted', 'rejected')),
    quality: optional(object({ score: number(0, 1), mark: text(), reason: text() })),
    pickCount: optional(whole()),
    ice: optional(number()),
    defocusAngstrom: optional(number()),
  }),
  most.items,
);

const listView = object<ListView>({
  text: text(),
  acceptance: oneOf(...acceptanceFilters),
  sort: oneOf(...listSorts),
  isReversed: flag,
  tilePx: number(gridTileLimits.min, gridTileLimits.max),
  hasPictures: flag,
  isGrid: flag,
});

/** Undefined where it is none: a page of a later version may have kept another. */
export function knownView(kept: unknown): ListView | undefined {
  try {
    return optional(listView)(kept, 'view');
  } catch (error) {
    if (error instanceof SessionProblem) return undefined;
    throw error;
  }
}

/** Of any version: which one it is comes first. */
export const checkVersion = object({ format: oneOf(sessionFormat), version: whole(1) });

export const checkHead: Check<SessionHead> = object<SessionHead>({
  format: oneOf(sessionFormat),
  version: whole(1),
  program: text(),
  programVersion: text(),
  exportedAt: time,
  session: object({ name: text(), hasOwnName: flag, createdAt: time, usedAt: time }),
  micrographs: whole(0, most.micrographs),
  models: list(modelNote, most.models),
  stars: list(hex, most.stars),
  // One of a later version is no reason to refuse all the rest.
  view: knownView,
  hasBatch: optional(flag),
});
