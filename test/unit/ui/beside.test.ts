/** Which pictures lie beside each other. */
import { describe, expect, it } from 'vitest';
import type { MadeKind } from '../../../src/rpc/contract.ts';
import {
  kindToSave,
  lackingOf,
  modeWith,
  nextSide,
  nextWipe,
  sideWith,
  wipeWith,
} from '../../../src/ui/state/beside.ts';
import { kindsOf, type SidePictures, type WipePictures } from '../../../src/ui/viewer/panes.ts';

const made =
  (...kinds: readonly MadeKind[]) =>
  (kind: MadeKind): boolean =>
    kinds.includes(kind);
const all: SidePictures = ['raw', 'filtered', 'denoised'];

describe('pictures beside each other', () => {
  it('lack what is not made; the residual is of whatever there is', () => {
    expect(lackingOf(all, made(), 'filtered')).toEqual(['filtered', 'denoised']);
    expect(lackingOf(all, made('filtered'), 'filtered')).toEqual(['denoised']);
    expect(lackingOf(['raw', 'residual'], made(), 'denoised')).toEqual(['denoised']);
    expect(lackingOf(['raw', 'residual'], made('filtered'), 'denoised')).toEqual([]);
    expect(lackingOf(['raw'], made(), 'filtered')).toEqual([]);
  });

  it('give way to what was made last, unless it is among them', () => {
    expect(sideWith(['raw', 'filtered'], 'denoised')).toEqual(['raw', 'denoised']);
    expect(sideWith(all, 'denoised')).toEqual(all);
    expect(wipeWith({ left: 'raw', right: 'filtered' }, 'denoised')).toEqual({
      left: 'raw',
      right: 'denoised',
    });
    expect(wipeWith({ left: 'filtered', right: 'denoised' }, 'filtered').right).toBe('denoised');
    expect(wipeWith({ left: 'raw', right: 'residual' }, 'denoised').right).toBe('residual');
    expect(modeWith('raw', 'denoised')).toBe('denoised');
    expect(modeWith('filtered', 'denoised')).toBe('denoised');
    expect(modeWith('wipe', 'denoised')).toBe('wipe');
  });

  it('are saved as they are looked at, else as the panel makes them', () => {
    const both = made('filtered', 'denoised');
    expect(kindToSave('denoised', both, 'filtered')).toBe('denoised');
    expect(kindToSave('side', both, 'filtered')).toBe('filtered');
    expect(kindToSave('raw', made('denoised'), 'filtered')).toBe('denoised');
    expect(kindToSave('raw', made(), 'filtered')).toBeUndefined();
  });

  it('come in turn, side by side: whatever there is, and all three anyway', () => {
    const turns = (isMade: (kind: MadeKind) => boolean, count: number): string[] => {
      let side: SidePictures = ['raw', 'filtered'];
      return Array.from({ length: count }, () => {
        side = nextSide(side, isMade);
        return side.join(' ');
      });
    };
    expect(turns(made('filtered'), 2)).toEqual(['raw filtered denoised', 'raw filtered']);
    expect(turns(made('filtered', 'denoised'), 4)).toEqual([
      'raw denoised',
      'filtered denoised',
      'raw filtered denoised',
      'raw filtered',
    ]);
  });

  it('come in turn under the wipe, of what there is', () => {
    const turns = (isMade: (kind: MadeKind) => boolean, count: number): string[] => {
      let wipe: WipePictures = { left: 'raw', right: 'filtered' };
      return Array.from({ length: count }, () => {
        wipe = nextWipe(wipe, isMade);
        return `${wipe.left} ${wipe.right}`;
      });
    };
    expect(turns(made('filtered'), 2)).toEqual(['raw residual', 'raw filtered']);
    expect(turns(made('filtered', 'denoised'), 4)).toEqual([
      'raw denoised',
      'filtered denoised',
      'raw residual',
      'raw filtered',
    ]);
  });

  it('are what a mode shows', () => {
    const wipe = { share: 0.5, left: 'filtered', right: 'denoised' } as const;
    expect(kindsOf({ mode: 'side', side: all, wipe })).toEqual(all);
    expect(kindsOf({ mode: 'wipe', side: all, wipe })).toEqual(['filtered', 'denoised']);
    expect(kindsOf({ mode: 'residual', side: all, wipe })).toEqual(['residual']);
  });
});
