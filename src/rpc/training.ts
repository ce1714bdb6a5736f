/** Training a picker on the picks of the user: what crosses the worker boundary. Places are in pixels of the file. */
import type { JobOptions } from '../core/progress.ts';
import type { Place } from '../dataset/picks.ts';

/** Which picture of a micrograph is learnt from, and how large a particle is in it. */
export interface TrainingPicture {
  readonly fingerprint: string;
  /** Of the raw picture, as `OpenedMicrograph` has it. */
  readonly version: string;
  readonly pixelSizeAngstrom: number;
  readonly diameterAngstrom: number;
  readonly brightParticles: boolean;
}

/** A picture and what somebody said of it. */
export interface TrainingMicrograph {
  readonly picture: TrainingPicture;
  readonly name: string;
  readonly labels: readonly Place[];
  /** Where no particle is. */
  readonly rejected: readonly Place[];
}

/** Where a training starts: Cryolite's own picker, nothing, or an open model's SHA-256. */
export type TrainingStart = 'general' | 'none' | { readonly model: string };

export interface TrainingRequest {
  readonly micrographs: readonly TrainingMicrograph[];
  readonly start: TrainingStart;
  readonly seed: number;
  /** At most. */
  readonly steps: number;
  /** Where it is known; otherwise it is estimated. */
  readonly particlesPerMicrograph: number | undefined;
}

/** A point of a precision–recall curve; the threshold falls along it. */
export interface TrainingCurvePoint {
  readonly recall: number;
  readonly precision: number;
}

/** How good a picker is on what was kept back; the precision is estimated. */
export interface TrainingScore {
  readonly averagePrecision: number;
  readonly curve: readonly TrainingCurvePoint[];
  /** Picks kept back; 0 where they were too few for that. */
  readonly heldOut: number;
}

export interface TrainingLook extends TrainingScore {
  /** Steps taken. */
  readonly step: number;
  /** Whether its network is kept: it was clearly better than all before. */
  readonly isKept: boolean;
}

/** All that is known before the first step. */
export interface TrainingPrepared {
  readonly kind: 'prepared';
  /** Taken already, in a training that goes on. */
  readonly step: number;
  readonly particlesPerMicrograph: number;
  /** The network that is started from, alone; undefined where it has learnt nothing. */
  readonly network: TrainingScore | undefined;
  /** The mean particle, alone. */
  readonly template: TrainingScore | undefined;
  /** Looks of before, in a training that goes on. */
  readonly looks: readonly TrainingLook[];
}

/** Losses of steps, in order, from `first` on; a few messages a second. */
export interface TrainingSteps {
  readonly kind: 'steps';
  readonly first: number;
  readonly losses: readonly number[];
  /** Of the last steps, in the mean. */
  readonly secondsPerStep: number;
}

export type TrainingEvent =
  | TrainingPrepared
  | TrainingSteps
  | { readonly kind: 'look'; readonly look: TrainingLook }
  /** To go on from, after the page was left. */
  | { readonly kind: 'checkpoint'; readonly step: number; readonly bytes: ArrayBuffer };

/** A candidate that the new picker is not sure of. */
export interface TrainingQuestion extends Place {
  readonly fingerprint: string;
  /** That a particle is there, by the picker. */
  readonly chance: number;
}

export interface TrainingOutcome {
  /** A picker's .safetensors file. */
  readonly file: ArrayBuffer;
  /** Steps taken, and those after which it was found best: the picker is of these. */
  readonly step: number;
  readonly bestStep: number;
  /** Whether there is nothing to go on with: the last step was taken, or nothing got better any more. */
  readonly isFinished: boolean;
  readonly looks: readonly TrainingLook[];
  readonly particlesPerMicrograph: number;
  readonly threshold: number;
  /** Best to be answered first. */
  readonly questions: readonly TrainingQuestion[];
  /** To go on from, where it was stopped. */
  readonly checkpoint: ArrayBuffer | undefined;
  /** Floating-point operations of all steps. */
  readonly flops: number;
  readonly adapter: string;
}

/** The part of the worker's contract that trains. */
export interface TrainingApi {
  /** Which of the pictures the worker does not have ready for a training from this start. */
  missingForTraining(
    pictures: readonly TrainingPicture[],
    start: TrainingStart,
  ): Promise<readonly TrainingPicture[]>;
  /** Makes an open micrograph ready for trainings to come. @param id of the open micrograph. */
  keepForTraining(
    id: number,
    picture: TrainingPicture,
    start: TrainingStart,
    job: MessagePort,
  ): Promise<void>;
  /**
   * Trains; an abort stops it and gives what was best until then.
   * @param checkpoint to go on from, of the same request.
   * @throws TrainingError for what can't be learnt; an AbortError where it is stopped before there is anything.
   */
  train(
    request: TrainingRequest,
    checkpoint: ArrayBuffer | undefined,
    events: MessagePort,
    job: MessagePort,
  ): Promise<TrainingOutcome>;
}

/** The same as the page sees it. */
export interface TrainingClient {
  missingForTraining: TrainingApi['missingForTraining'];
  keepForTraining(
    id: number,
    picture: TrainingPicture,
    start: TrainingStart,
    options?: JobOptions,
  ): Promise<void>;
  train(
    request: TrainingRequest,
    checkpoint: ArrayBuffer | undefined,
    onEvent: (event: TrainingEvent) => void,
    options?: JobOptions,
  ): Promise<TrainingOutcome>;
}
