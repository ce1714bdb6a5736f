/** Searching for what looks like the particles picked by hand, as it crosses the worker boundary. */
import type { Pick } from '../dataset/picks.ts';
import type { Provenance } from '../dataset/session.ts';

export interface TemplateParameters {
  readonly pixelSizeAngstrom: number;
  readonly diameterAngstrom: number;
  readonly brightParticles: boolean;
  /** Whose examples it learns from: without it those of the screen; a batch has its own, so that further clicks change nothing. */
  readonly examplesOf?: string | undefined;
}

/** What looks like the particles picked by hand. */
export interface TemplateResult {
  /** Every candidate above a very low score, best first; none where nothing was picked yet. Scores are correlations. */
  readonly candidates: readonly Pick[];
  readonly suggestedThreshold: number;
  /** The template from its centre outwards; dark is negative, 0 the mean, the scale has no meaning. */
  readonly profile: { readonly stepAngstrom: number; readonly values: readonly number[] };
  /** The particles of this diameter that it is made of, here and on other micrographs. */
  readonly examples: { readonly particles: number; readonly micrographs: number };
  readonly provenance: Provenance;
  readonly seconds: number;
}
