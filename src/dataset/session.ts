import type { Pick } from './picks.ts';

export type PickMethod = 'cnn' | 'log';

/** What the user can set for one micrograph. `undefined` lengths mean "off" or "not known". */
export interface MicrographParameters {
  readonly frame: number;
  readonly pixelSizeAngstrom: number | undefined;
  readonly diameterAngstrom: number;
  readonly lowpassAngstrom: number | undefined;
  readonly highpassAngstrom: number | undefined;
  readonly method: PickMethod;
  readonly threshold: number;
  /** Particles brighter than their surroundings, as in negative stain. */
  readonly brightParticles: boolean;
}

/** Where results came from; written beside them. */
export interface Provenance {
  readonly program: string;
  readonly version: string;
  readonly adapter: string;
  readonly method: PickMethod;
  /** SHA-256 of the weights file, hex, for the network. */
  readonly weightsHash?: string;
  readonly diameterAngstrom: number;
  readonly pixelSizeAngstrom: number;
}

/** All that survives a reload about one micrograph; plain data, no pixels. Stored under the fingerprint. */
export interface MicrographSession {
  readonly fingerprint: string;
  readonly name: string;
  readonly parameters: MicrographParameters;
  readonly picks: readonly Pick[];
  readonly provenance: Provenance | undefined;
  /** Milliseconds since 1970. */
  readonly updatedAt: number;
}
