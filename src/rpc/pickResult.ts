import type { MaskGrid } from '../dataset/maskGrid.ts';
import type { Pick } from '../dataset/picks.ts';
import type { Provenance } from '../dataset/session.ts';

/** What a method found on a micrograph. */
export interface PickResult {
  /** Every candidate above a very low score, best first. */
  readonly picks: readonly Pick[];
  /** The threshold that the method suggests. */
  readonly suggestedThreshold: number;
  readonly provenance: Provenance;
  /** What the network says of contamination, where it does. */
  readonly contamination?: MaskGrid | undefined;
  readonly seconds: number;
}
