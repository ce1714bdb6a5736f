import { type Accessor, createSignal } from 'solid-js';
import { FormatError } from '../../core/errors.ts';
import type { JobOptions } from '../../core/progress.ts';
import type { GainOperation, GainOrientation } from '../../dataset/exposure.ts';
import type { ComputeClient } from '../../rpc/client.ts';
import type { GainJudgement, OpenedGain, OpenedMicrograph } from '../../rpc/contract.ts';
import type { Document } from './document.ts';
import type { ChosenGain, Gain } from './gain.ts';
import type { Movie } from './movie.ts';
import type { Notices } from './notices.ts';
import { isMovie } from './reading.ts';
import type { Tasks } from './tasks.ts';

export interface GainChoiceDependencies {
  readonly compute: ComputeClient;
  readonly document: Document;
  readonly gain: Gain;
  readonly movie: Movie;
  readonly tasks: Tasks;
  readonly notices: Notices;
}

export interface GainSetting {
  readonly operation: GainOperation;
  readonly orientation: GainOrientation;
}

/** A gain reference laid on the movie in all its ways, for the user to choose one. */
export interface GainOffer {
  readonly gain: OpenedGain;
  readonly movie: OpenedMicrograph;
  readonly judgement: GainJudgement;
  /** What to begin with: what is in force, or what is proposed. */
  readonly setting: GainSetting;
}

/** The way from a file to the gain reference in force. */
export interface GainChoice {
  /** Undefined when there is nothing to choose. */
  readonly offer: Accessor<GainOffer | undefined>;
  /** Reads a gain reference and offers it for the movie on the screen. */
  open(file: File): Promise<void>;
  /** Offers the one in force again. */
  reconsider(): Promise<void>;
  accept(setting: GainSetting): Promise<void>;
  /** Goes on without any; can be undone. */
  remove(): Promise<void>;
  /** Leaves all as it was. */
  cancel(): Promise<void>;
}

export function createGainChoice(dependencies: GainChoiceDependencies): GainChoice {
  const { compute, document, gain, movie, tasks, notices } = dependencies;
  const [offer, setOffer] = createSignal<GainOffer>();
  /** What references were read from, by their ids: the worker forgets them. */
  const files = new Map<number, File>();

  /** Lets the worker forget a reference that is not in force. */
  const letGo = async (reference: OpenedGain | undefined): Promise<void> => {
    if (reference && reference.id !== gain.chosen()?.id) await compute.closeGain(reference.id);
  };
  const propose = (reference: OpenedGain, on: OpenedMicrograph, judgement: GainJudgement): GainOffer => {
    const fitting = judgement.orientations.find(({ fits }) => fits);
    if (!fitting) {
      throw new FormatError(
        'wrong-shape',
        reference.name,
        `is ${reference.width} × ${reference.height}, but the frames of ${on.name} are ${on.width} × ${on.height}: choose the gain reference of this movie's detector and binning.`,
      );
    }
    const { proposal, customary, orientations } = judgement;
    const { id, operation, orientation } = gain.chosen() ?? {};
    const before = id === reference.id &&
      operation &&
      orientation !== undefined && { operation, orientation };
    const fits = orientations.some(({ orientation: way, fits }) => fits && way === customary.orientation);
    const usual = fits ? customary : { ...customary, orientation: fitting.orientation };
    return { gain: reference, movie: on, judgement, setting: before || proposal || usual };
  };
  const consider = async (
    name: string,
    load: (options: JobOptions) => Promise<OpenedGain>,
  ): Promise<void> => {
    const on = document.opened();
    if (!isMovie(on)) return;
    let reference: OpenedGain | undefined;
    const found = await tasks.run('gain', `Trying ${name} on the movie`, async (options) => {
      reference = await load(options);
      return propose(reference, on, await compute.judgeGain(on.id, reference.id, options));
    });
    const before = offer()?.gain;
    if (found && document.opened()?.id === on.id) setOffer(found);
    else await letGo(reference);
    if (before?.id !== offer()?.gain.id) await letGo(before);
  };
  const settle = async (next: ChosenGain | undefined): Promise<void> => {
    const [before, offered] = [gain.chosen(), offer()?.gain];
    gain.set(next);
    setOffer(undefined);
    await movie.applyGain();
    await letGo(before);
    if (offered?.id !== before?.id) await letGo(offered);
  };
  const guard = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      notices.failure(error);
    }
  };
  const read = async (file: File, options: JobOptions): Promise<OpenedGain> => {
    const reference = await compute.openGain(file, options);
    files.set(reference.id, file);
    return reference;
  };
  /** Uses one again that was taken away. */
  const bringBack = async ({ name, operation, orientation }: ChosenGain, file: File): Promise<void> => {
    const again = await tasks.run('gain', `Opening ${name}`, (options) => read(file, options));
    if (again) await settle({ ...again, operation, orientation });
  };
  return {
    offer,
    open: (file) =>
      guard(async () => {
        if (!isMovie(document.opened())) {
          notices.info(`Open a movie first: ${file.name} is a gain reference for one.`);
          return;
        }
        await consider(file.name, (options) => read(file, options));
      }),
    reconsider: () =>
      guard(async () => {
        const chosen = gain.chosen();
        if (chosen) await consider(chosen.name, async () => chosen);
      }),
    accept: (setting) =>
      guard(async () => {
        const chosen = offer()?.gain;
        if (chosen) await settle({ ...chosen, ...setting });
      }),
    remove: () =>
      guard(async () => {
        const before = gain.chosen();
        const file = before && files.get(before.id);
        await settle(undefined);
        if (!before || !file) return;
        notices.undoable(`${before.name} is not used any more.`, () => bringBack(before, file));
      }),
    cancel: () =>
      guard(async () => {
        const offered = offer()?.gain;
        setOffer(undefined);
        await letGo(offered);
      }),
  };
}
