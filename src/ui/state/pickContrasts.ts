import { createSignal } from 'solid-js';
import { isAbort } from '../../core/errors.ts';
import type { Pick } from '../../dataset/picks.ts';
import type { ComputeClient } from '../../rpc/client.ts';
import type { Document } from './document.ts';
import type { GalleryOthers } from './galleryOthers.ts';
import { createLatest } from './latest.ts';
import type { Parameters } from './parameters.ts';
import type { LeftMicrograph } from './pickedMicrographs.ts';

/** How far picks stand out from their surroundings, in standard deviations of their micrograph. */
export interface PickContrasts {
  /** What is known of them now; what is missing is asked for, and whoever reads this hears when it has come. */
  of(picks: readonly Pick[]): (pick: Pick) => number | undefined;
}

/** Undefined where it could not be measured. */
interface Known {
  readonly key: string;
  readonly value: number | undefined;
}

/** @param others whose picks are measured on their own micrographs, one after the other. */
export function createPickContrasts(
  compute: ComputeClient,
  document: Document,
  parameters: Parameters,
  others: globalThis.Pick<GalleryOthers, 'ownerOf' | 'using'>,
): PickContrasts {
  const known = new WeakMap<Pick, Known>();
  const [version, setVersion] = createSignal(0);
  /** All that a contrast depends on, but the pick. */
  const keyOf = (owner: LeftMicrograph | undefined): string => {
    const of = owner?.session.parameters ?? parameters.values;
    const picture = owner ? owner.key : `${document.opened()?.id}/${document.picture()}`;
    return [picture, of.diameterAngstrom, of.pixelSizeAngstrom, of.brightParticles].join('/');
  };
  const measure = async (
    owner: LeftMicrograph | undefined,
    picks: readonly Pick[],
  ): Promise<ArrayLike<number>> => {
    const {
      diameterAngstrom,
      pixelSizeAngstrom = 1,
      brightParticles,
    } = owner?.session.parameters ?? parameters.values;
    const places = picks.map(({ x, y }) => ({ x, y }));
    const diameterPx = diameterAngstrom / pixelSizeAngstrom;
    const on = (id: number): Promise<ArrayLike<number>> =>
      compute.particleContrasts(id, places, diameterPx, brightParticles);
    const opened = document.opened();
    if (owner) return await others.using(owner, on);
    return opened ? await on(opened.id) : [];
  };
  const latest = createLatest(async (missing: readonly Pick[]) => {
    const groups = new Map<LeftMicrograph | undefined, Pick[]>();
    for (const pick of missing) {
      const owner = others.ownerOf(pick);
      const group = groups.get(owner);
      if (group) group.push(pick);
      else groups.set(owner, [pick]);
    }
    for (const [owner, picks] of groups) {
      const key = keyOf(owner);
      let found: ArrayLike<number> = [];
      try {
        found = await measure(owner, picks);
      } catch (error) {
        // The list was left. Of one that can't be read the pictures say so, and asking again would not help.
        if (isAbort(error)) return;
      }
      for (const [i, pick] of picks.entries()) known.set(pick, { key, value: found[i] });
      // Whoever hears it asks for what is missing then.
      setVersion((count) => count + 1);
      if (latest.isWaiting()) return;
    }
  });
  return {
    of: (picks) => {
      version();
      const keys = new Map<LeftMicrograph | undefined, string>();
      const keyNow = (pick: Pick): string => {
        const owner = others.ownerOf(pick);
        const key = keys.get(owner) ?? keyOf(owner);
        keys.set(owner, key);
        return key;
      };
      const values = new Map<Pick, number | undefined>();
      const missing: Pick[] = [];
      for (const pick of picks) {
        const found = known.get(pick);
        if (found?.key === keyNow(pick)) values.set(pick, found.value);
        else missing.push(pick);
      }
      if (missing.length > 0 && document.opened()) void latest.ask(missing);
      return (pick) => values.get(pick);
    },
  };
}
