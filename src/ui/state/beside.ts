/** Which pictures lie side by side or on either side of the wipe: what they lack, and what comes next. */
import type { MadeKind, ShownKind } from '../../rpc/contract.ts';
import {
  type SidePictures,
  sideChoices,
  type ViewMode,
  type WipePictures,
  wipeChoices,
} from '../viewer/panes.ts';

/** Whether there is a picture of a kind. */
export type IsMade = (kind: MadeKind) => boolean;

const others: Readonly<Record<MadeKind, MadeKind>> = { filtered: 'denoised', denoised: 'filtered' };
export const otherKind = (kind: MadeKind): MadeKind => others[kind];

/** @param own what the panel makes: with nothing made yet, the residual is to be its. */
export function lackingOf(kinds: readonly ShownKind[], isMade: IsMade, own: MadeKind): readonly MadeKind[] {
  const lacks = new Set<MadeKind>();
  for (const kind of kinds) {
    if (kind === 'raw') continue;
    if (kind !== 'residual') {
      if (!isMade(kind)) lacks.add(kind);
    } else if (!isMade(own) && !isMade(otherKind(own))) lacks.add(own);
  }
  return [...lacks];
}

/** The same with what was made last in the place of the other kind, where it was in none. */
export function sideWith(side: SidePictures, kind: MadeKind): SidePictures {
  return side.includes(kind) ? side : side.map((one) => (one === 'raw' ? one : kind));
}

export function wipeWith({ left, right }: WipePictures, kind: MadeKind): WipePictures {
  return left === kind || right === kind || right === 'residual' ? { left, right } : { left, right: kind };
}

/** What comes after these: all three, and whatever needs nothing to be made. */
export function nextSide(side: SidePictures, isMade: IsMade): SidePictures {
  return after(
    sideChoices,
    (one) => sameSide(one, side),
    (one) => one.length === 3 || one.every(isThere(isMade)),
  );
}

/** What comes after these and needs nothing to be made. */
export function nextWipe(wipe: WipePictures, isMade: IsMade): WipePictures {
  const isThereFor = isThere(isMade);
  return after(
    wipeChoices,
    (one) => sameWipe(one, wipe),
    ({ left, right }) => isThereFor(left) && (right === 'residual' || isThereFor(right)),
  );
}

/** The first choice that needs nothing to be made; undefined where there is only the raw picture. */
export function firstSide(isMade: IsMade): SidePictures | undefined {
  return sideChoices.find((one) => one.every(isThere(isMade)));
}

export function firstWipe(isMade: IsMade): WipePictures | undefined {
  return wipeChoices.find(({ left, right }) => [left, right].every(isThere(isMade)));
}

export const sameSide = (a: SidePictures, b: SidePictures): boolean => a.join() === b.join();
export const sameWipe = (a: WipePictures, b: WipePictures): boolean =>
  a.left === b.left && a.right === b.right;

const isThere =
  (isMade: IsMade) =>
  (kind: ShownKind): boolean =>
    kind === 'raw' || (kind !== 'residual' && isMade(kind));

function after<T>(
  choices: readonly T[],
  isCurrent: (choice: T) => boolean,
  suits: (choice: T) => boolean,
): T {
  const at = choices.findIndex(isCurrent);
  const turned = [...choices.slice(at + 1), ...choices.slice(0, at + 1)];
  const next = turned.find(suits) ?? turned.at(-1);
  if (next === undefined) throw new Error('There is nothing to choose from.');
  return next;
}

/** Which picture is saved: the one that is looked at alone, else what the panel makes, else the other. */
export function kindToSave(mode: ViewMode, isMade: IsMade, own: MadeKind): MadeKind | undefined {
  const looked = mode === 'filtered' || mode === 'denoised' ? mode : own;
  return [looked, own, otherKind(own)].find(isMade);
}

/** What to show after a picture was made while `mode` was shown. */
export function modeWith(mode: ViewMode, kind: MadeKind): ViewMode {
  return mode === 'raw' || mode === 'filtered' || mode === 'denoised' ? kind : mode;
}
