import { type Accessor, createSignal } from 'solid-js';
import type { GainOperation, GainOrientation } from '../../dataset/exposure.ts';
import { gainFits, orientedSize } from '../../dataset/gain.ts';
import type { GainNote } from '../../dataset/session.ts';
import type { GainUse, OpenedGain, OpenedMicrograph } from '../../rpc/contract.ts';
import { orientationWords } from './movieWords.ts';

/** A gain reference with the way the user wants it laid on movies. */
export interface ChosenGain extends OpenedGain {
  readonly operation: GainOperation;
  readonly orientation: GainOrientation;
}

/** The gain reference in force: one for all movies of the session, as they come from one detector. */
export interface Gain {
  readonly chosen: Accessor<ChosenGain | undefined>;
  set(gain: ChosenGain | undefined): void;
}

export function createGain(): Gain {
  const [chosen, setChosen] = createSignal<ChosenGain>();
  return { chosen, set: (gain) => setChosen(() => gain) };
}

export function gainUse(gain: ChosenGain | undefined): GainUse | undefined {
  return gain && { gain: gain.id, operation: gain.operation, orientation: gain.orientation };
}

/** What is kept of it with a movie's session. */
export function gainNote(gain: ChosenGain | undefined): GainNote | undefined {
  return gain && { name: gain.name, operation: gain.operation, orientation: gain.orientation };
}

export function fitsOn(
  gain: ChosenGain,
  movie: { readonly width: number; readonly height: number },
): boolean {
  return gainFits(gain, gain.orientation, movie);
}

/** Says why the gain reference in force is not used on a movie; undefined where it fits. */
export function gainProblem(gain: ChosenGain, movie: OpenedMicrograph): string | undefined {
  if (fitsOn(gain, movie)) return undefined;
  const turned = gain.orientation % 2 === 0 ? '' : ` ${orientationWords[gain.orientation]}`;
  const { width, height } = orientedSize(gain, gain.orientation);
  return `${gain.name}${turned} is ${width} × ${height}, but the frames of ${movie.name} are ${movie.width} × ${movie.height}: they are shown without a gain reference.`;
}
