/** How well a mask agrees with another, and what it does to picks. */
import { isCovered, type MaskBitmap } from '../../dataset/maskBitmap.ts';
import type { Place } from '../../dataset/picks.ts';

export interface MaskAgreement {
  /** Of what either covers, the part that both do (Jaccard's index); 1 where neither covers anything. */
  readonly iou: number;
  /** Of what the mask covers, the part that the other does, too; 1 where it covers nothing. */
  readonly precision: number;
  /** Of what the other covers, the part that the mask does, too; 1 where that covers nothing. */
  readonly recall: number;
}

/** Compares two masks of one micrograph, cell by cell. @throws RangeError when their cells are not the same. */
export function maskIoU(mask: MaskBitmap, truth: MaskBitmap): MaskAgreement {
  if (mask.width !== truth.width || mask.height !== truth.height) {
    throw new RangeError(
      `Masks of ${mask.width} × ${mask.height} and ${truth.width} × ${truth.height} cells can't be compared.`,
    );
  }
  let [both, own, others] = [0, 0, 0];
  for (let i = 0; i < mask.data.length; i++) {
    const [a, b] = [mask.data[i] ?? 0, truth.data[i] ?? 0];
    both += a & b;
    own += a;
    others += b;
  }
  const part = (of: number): number => (of === 0 ? 1 : both / of);
  return { iou: part(own + others - both), precision: part(own), recall: part(others) };
}

/** How many picks have their centre in a mask, or nearer to it than a margin. */
export function picksOnMask(picks: readonly Place[], mask: MaskBitmap, marginPx = 0): number {
  return picks.filter((pick) => isCovered(mask, pick, marginPx)).length;
}

/** Parts picks into those that no mask covers and those that are kept out; order is kept. */
export function keepOut<P extends Place>(
  picks: readonly P[],
  masks: readonly MaskBitmap[],
  marginPx: number,
): { readonly kept: P[]; readonly out: P[] } {
  const kept: P[] = [];
  const out: P[] = [];
  for (const pick of picks) (masks.some((mask) => isCovered(mask, pick, marginPx)) ? out : kept).push(pick);
  return { kept, out };
}
