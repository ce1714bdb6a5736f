import type { ByteSink } from '../../core/bytes.ts';
import type { JobOptions } from '../../core/progress.ts';
import { writeMrc } from '../../formats/mrc/write.ts';
import type { ParticleDetails } from '../../formats/star/details.ts';
import type { ExtractedParticle } from '../../formats/star/extracted.ts';
import { type Centre, checkPicks, extractBoxes } from './boxes.ts';
import type { Picture } from './picture.ts';
import type { BoxSettings } from './settings.ts';

/** A pick to be cut out. */
export interface ScoredCentre extends Centre, ParticleDetails {
  readonly score?: number | undefined;
}

export interface StackResult {
  /** In the order of the picks, and of the stack. */
  readonly particles: readonly ExtractedParticle[];
  /** Boxes that go over the edge of the micrograph, where its edge is repeated. */
  readonly overEdge: number;
  /** Boxes whose background has no contrast, so that they are not normalised. */
  readonly flat: number;
}

export interface StackOptions extends JobOptions {
  /** Of the micrograph, for sentences. */
  readonly name: string;
  /** Of the boxes. */
  readonly pixelSizeAngstrom: number;
  readonly labels: readonly string[];
}

/**
 * Extracts the particles of one micrograph into an MRC stack (mode 2), box by box: only one is in memory. Closes the sink,
 * or aborts it on any failure.
 * @throws CryoliteError as `checkPicks`.
 */
export async function writeParticleStack(
  picture: Picture,
  picks: readonly ScoredCentre[],
  settings: BoxSettings,
  { name, pixelSizeAngstrom, labels, signal, onProgress }: StackOptions,
  sink: ByteSink,
): Promise<StackResult> {
  const particles: ExtractedParticle[] = [];
  let [overEdge, flat] = [0, 0];
  function* pixels(): Generator<Float32Array> {
    for (const box of extractBoxes(picture, picks, settings)) {
      signal?.throwIfAborted();
      onProgress?.({ stage: 'Extracting particles', done: box.index, total: picks.length });
      const { pixel, remainder } = box;
      const { score, pose, className } = picks[box.index] ?? {};
      particles.push({
        ...{ ...pixel, remainderX: remainder.x, remainderY: remainder.y, score },
        ...(pose ? { pose } : {}),
        ...(className === undefined ? {} : { className }),
      });
      if (box.isOverEdge) overEdge++;
      if (box.isFlat) flat++;
      yield box.pixels;
    }
  }
  try {
    checkPicks(name, picture, picks, settings);
  } catch (error) {
    await sink.abort();
    throw error;
  }
  const side = settings.binnedPx;
  await writeMrc(
    sink,
    { width: side, height: side, frames: picks.length, pixelSizeAngstrom, labels },
    pixels(),
  );
  return { particles, overEdge, flat };
}
