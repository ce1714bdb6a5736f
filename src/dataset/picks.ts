import type { ParticlePose } from '../formats/coordinates.ts';

/** Who put a pick there. */
export type PickOrigin = 'cnn' | 'log' | 'template' | 'matching' | 'consensus' | 'manual' | 'imported';

/** A place on a micrograph, px of the file. */
export interface Place {
  readonly x: number;
  readonly y: number;
}

/** Places that came together, and what from: "truth.star". */
export interface PlaceSet {
  readonly label: string;
  readonly places: readonly Place[];
}

/**
 * One particle. x is the column and y the row of its centre, in pixels of the file's own array; (0, 0) is the
 * centre of the first stored element. Every other convention is converted at the format's door.
 */
export interface Pick {
  readonly x: number;
  readonly y: number;
  /** Figure of merit, larger is better; a probability for the network, σ above background for LoG, a correlation for the template, σ of noise for matching, mean reciprocal rank for a consensus. */
  readonly score: number;
  readonly origin: PickOrigin;
  /** Row of the imported STAR table this pick came from, from 0; a moved pick keeps it. */
  readonly row?: number | undefined;
  /** How the particle lies, where the method tells; a place that a person has said has none. */
  readonly pose?: ParticlePose | undefined;
  /** What kind of thing the user says it is (`PickClass`); the first class without it, as in sessions of earlier versions. */
  readonly classId?: string | undefined;
}

/** A pick on its way into a file, with what the user calls it where they tell classes apart. */
export interface NamedPick extends Pick {
  readonly className?: string | undefined;
}

/** A straight piece of a filament, from one end to the other; as wide as a particle. */
export interface Filament {
  /** Ends of its axis, px of the file. */
  readonly start: Place;
  readonly end: Place;
  /** As of a pick. */
  readonly classId?: string | undefined;
}

/** Whether a method put it there, and nobody else has said that it is a particle. */
export function isFound({ origin }: Pick): boolean {
  return origin !== 'manual' && origin !== 'imported';
}

/** Manual picks are the user's word and stay whatever the threshold is. */
export function isShown(pick: Pick, threshold: number): boolean {
  return pick.origin === 'manual' || pick.score >= threshold;
}
