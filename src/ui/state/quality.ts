import { createEffect, on, onCleanup } from 'solid-js';
import type { OpenedMicrograph } from '../../rpc/contract.ts';
import type { Library } from './library.ts';
import type { Mask } from './mask.ts';
import type { WorkDependencies } from './work.ts';

/** Judging waits until the user has looked around: tiles come first. */
const pauseMilliseconds = 1500;

/**
 * Judges the micrograph on the screen a while after it came, and again when it was picked or its mask has changed; the
 * library remembers what was said.
 */
export function createQuality(
  dependencies: Pick<WorkDependencies, 'compute' | 'document' | 'parameters' | 'picks'> & {
    readonly library: Library;
    readonly mask: Mask;
  },
): void {
  const { compute, document, parameters, picks, library, mask } = dependencies;
  const wish = () => {
    const opened = document.opened();
    const key = document.key();
    if (!opened || key === undefined || document.provenance() === undefined) return { opened, key };
    // Picks count once a method has looked for them.
    return { opened, key, picks: picks.shown().length };
  };
  /** Some paint alone does not say that the rest is clean. */
  const masked = (): number | undefined => (mask.base() ? mask.part() : undefined);
  const lengths = () => [parameters.values.pixelSizeAngstrom, parameters.values.diameterAngstrom];
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asked: AbortController | undefined;
  const judge = async (opened: OpenedMicrograph, key: string, found: number | undefined): Promise<void> => {
    asked?.abort();
    const own = new AbortController();
    asked = own;
    const { pixelSizeAngstrom, diameterAngstrom } = parameters.values;
    const request = { pixelSizeAngstrom, diameterAngstrom, contaminatedPart: masked(), picks: found };
    try {
      const quality = await compute.quality(opened.id, request, { signal: own.signal });
      if (!own.signal.aborted) library.update(key, { quality });
    } catch {
      // Without a GPU, or closed meanwhile: a micrograph that nobody judged.
    }
  };
  createEffect(
    on([wish, masked, lengths], ([{ opened, key, picks: found }]) => {
      clearTimeout(timer);
      if (!opened || key === undefined) return;
      timer = setTimeout(() => void judge(opened, key, found), pauseMilliseconds);
    }),
  );
  onCleanup(() => {
    clearTimeout(timer);
    asked?.abort();
  });
}
