import { createSignal } from 'solid-js';
import type { Pick } from '../../dataset/picks.ts';
import type { ComputeClient } from '../../rpc/client.ts';
import type { Document } from './document.ts';
import { createLatest } from './latest.ts';
import type { Parameters } from './parameters.ts';

/** How far picks stand out from their surroundings, in standard deviations of the micrograph. */
export interface PickContrasts {
  /** What is known of them now; what is missing is asked for, and whoever reads this hears when it has come. */
  of(picks: readonly Pick[]): (pick: Pick) => number | undefined;
}

export function createPickContrasts(
  compute: ComputeClient,
  document: Document,
  parameters: Parameters,
): PickContrasts {
  const [known, setKnown] = createSignal<{
    readonly key: string;
    readonly values: ReadonlyMap<Pick, number>;
  }>();
  const latest = createLatest(
    async ({
      key,
      id,
      picks,
    }: {
      readonly key: string;
      readonly id: number;
      readonly picks: readonly Pick[];
    }) => {
      const { diameterAngstrom, pixelSizeAngstrom = 1, brightParticles } = parameters.values;
      const places = picks.map(({ x, y }) => ({ x, y }));
      try {
        const diameterPx = diameterAngstrom / pixelSizeAngstrom;
        const found = await compute.particleContrasts(id, places, diameterPx, brightParticles);
        const before = known();
        const values = new Map(before?.key === key ? before.values : []);
        for (const [i, pick] of picks.entries()) values.set(pick, found[i] ?? 0);
        setKnown({ key, values });
      } catch {
        // The micrograph was left meanwhile; its pictures say so.
      }
    },
  );
  return {
    of: (picks) => {
      const id = document.opened()?.id;
      const { diameterAngstrom, pixelSizeAngstrom, brightParticles } = parameters.values;
      const key = [id, document.picture(), diameterAngstrom, pixelSizeAngstrom, brightParticles].join('/');
      const found = known();
      const values = found?.key === key ? found.values : undefined;
      const missing = picks.filter((pick) => !values?.has(pick));
      if (id !== undefined && missing.length > 0) void latest.ask({ key, id, picks: missing });
      return (pick) => values?.get(pick);
    },
  };
}
