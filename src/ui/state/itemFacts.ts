import { createEffect } from 'solid-js';
import type { Document } from './document.ts';
import type { Library } from './library.ts';
import type { PicksState } from './picks.ts';

/** The list learns what the work on the screen finds out: how many picks, which defocus. Call inside a root. */
export function watchFacts(
  document: Pick<Document, 'key' | 'opened' | 'made'>,
  picks: Pick<PicksState, 'shown'>,
  library: Library,
): void {
  createEffect(() => {
    const key = document.key();
    if (key !== undefined) library.update(key, { pickCount: picks.shown().length });
  });
  createEffect(() => {
    const key = document.key();
    const opened = document.opened();
    if (key === undefined || !opened) return;
    const { width, height, fingerprint, frame, acquisition } = opened;
    const found = document.made('denoised')?.findings.defocusAngstrom ?? acquisition.defocusAngstrom;
    library.update(key, {
      size: { width, height },
      ...(frame === 0 ? { fingerprint } : {}),
      ...(found === undefined ? {} : { defocusAngstrom: found }),
    });
  });
}
