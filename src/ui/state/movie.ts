import { type Accessor, createEffect, createMemo, createSignal, on } from 'solid-js';
import { type FrameRange, frameCount, wholeRange } from '../../dataset/exposure.ts';
import type { ComputeClient } from '../../rpc/client.ts';
import type { Exposure } from '../../rpc/contract.ts';
import type { Document } from './document.ts';
import { fitsOn, type Gain, gainNote, gainUse } from './gain.ts';
import type { Jobs } from './jobs.ts';
import { createLatest } from './latest.ts';
import { rangeText } from './movieWords.ts';
import type { Notices } from './notices.ts';
import type { Parameters } from './parameters.ts';
import { isMovie, isSameExposure } from './reading.ts';
import type { Tasks } from './tasks.ts';

export interface MovieDependencies {
  readonly compute: ComputeClient;
  readonly document: Document;
  readonly gain: Gain;
  readonly jobs: Jobs;
  readonly parameters: Parameters;
  readonly tasks: Tasks;
  readonly notices: Notices;
}

/** Which frames of the movie on the screen are summed, and how its detector is corrected. */
export interface Movie {
  /** What is shown, or what will be once the work under way is done; undefined where no movie is open. */
  readonly exposure: Accessor<Exposure | undefined>;
  /** The user looks at one frame after the other. */
  readonly isSingle: Accessor<boolean>;
  /** Each of these comes back when the picture on the screen is the one that was asked for last. */
  setRange(range: FrameRange): Promise<void>;
  /** Changes between one frame and the sum that was there before. */
  setSingle(isSingle: boolean): Promise<void>;
  setRemoveHotPixels(remove: boolean): Promise<void>;
  /** Moves the frame, or all frames of the sum, by so many. */
  step(by: number): Promise<void>;
  /** Lays the gain reference in force on the movie, or takes the former one away. */
  applyGain(): Promise<void>;
}

interface Wish {
  /** Handle of the movie. */
  readonly id: number;
  readonly exposure: Exposure;
}

/** Call inside a root. */
export function createMovie(dependencies: MovieDependencies): Movie {
  const { compute, document, gain, jobs, parameters, tasks, notices } = dependencies;
  const [wish, setWish] = createSignal<Wish>();
  const [isSingle, setIsSingle] = createSignal(false);
  /** The sum to come back to from a single frame. */
  let sumRange: FrameRange | undefined;

  const exposure = (): Exposure | undefined => {
    const opened = document.opened();
    if (!isMovie(opened)) return undefined;
    const wanted = wish();
    return wanted?.id === opened.id ? wanted.exposure : opened.exposed?.exposure;
  };
  const make = async ({ id, exposure: wanted }: Wish): Promise<void> => {
    const isShown = (): boolean => document.opened()?.id === id;
    if (!isShown()) return;
    const { range } = wanted;
    const label = `${frameCount(range) > 1 ? 'Summing' : 'Reading'}: ${rangeText(range, document.opened()?.frames ?? 0)}`;
    try {
      const result = await tasks.runOrThrow('expose', label, (options) =>
        compute.expose(id, wanted, options),
      );
      // Cancelled: what waited was meant, too.
      if (!result) latest.drop();
      else if (isShown()) {
        document.setExposed(result);
        await jobs.renewFiltered();
      }
    } catch (error) {
      // The worker's complaint that the movie was closed meanwhile is no news.
      if (isShown()) notices.failure(error);
    }
    // The controls show what is on the screen again, whatever came of the wish.
    if (!latest.isWaiting()) setWish(undefined);
  };
  const latest = createLatest(make);
  const change = async (to: Partial<Exposure>): Promise<void> => {
    const opened = document.opened();
    const now = exposure();
    if (!opened || !now) return;
    const next = { ...now, ...to };
    if (isSameExposure(now, next)) return;
    setWish({ id: opened.id, exposure: next });
    await latest.ask({ id: opened.id, exposure: next });
  };
  const setRange = (range: FrameRange): Promise<void> => change({ range });

  // Another sum of the same movie is another object with the same handle.
  const id = createMemo(() => document.opened()?.id);
  createEffect(
    on(id, () => {
      tasks.cancel('expose');
      latest.drop();
      sumRange = undefined;
      const shown = document.opened()?.exposed?.exposure.range;
      setIsSingle(shown !== undefined && frameCount(shown) === 1);
    }),
  );
  return {
    exposure,
    isSingle,
    setRange,
    setSingle: async (single) => {
      const opened = document.opened();
      const now = exposure();
      if (!opened || !now || single === isSingle()) return;
      setIsSingle(single);
      if (single) sumRange = now.range;
      const { first } = now.range;
      await setRange(single ? { first, last: first } : (sumRange ?? wholeRange(opened.frames)));
    },
    setRemoveHotPixels: (removeHotPixels) => change({ removeHotPixels }),
    step: async (by) => {
      const opened = document.opened();
      const now = exposure();
      if (!opened || !now) return;
      const { first, last } = now.range;
      const move = Math.min(opened.frames - 1 - last, Math.max(-first, by));
      await setRange({ first: first + move, last: last + move });
    },
    applyGain: async () => {
      const opened = document.opened();
      if (!isMovie(opened)) return;
      const chosen = gain.chosen();
      const fitting = chosen && fitsOn(chosen, opened) ? chosen : undefined;
      parameters.set({ gain: gainNote(fitting) });
      await change({ gain: gainUse(fitting) });
    },
  };
}
