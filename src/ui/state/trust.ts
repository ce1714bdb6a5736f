import { type Accessor, createEffect, createMemo, createSignal, on } from 'solid-js';
import type { HalvesReport, ResidualReport, TrustRequest } from '../../rpc/contract.ts';
import type { Models } from './models.ts';
import { isMovie } from './reading.ts';
import type { WorkDependencies } from './work.ts';

/** What there is to trust in the filtered picture on the screen. */
export interface Trust {
  /** Of the filtered picture that is there; undefined until it was judged. */
  readonly residual: Accessor<ResidualReport | undefined>;
  /** Of the movie on the screen, with the filter that is shown. */
  readonly halves: Accessor<HalvesReport | undefined>;
  /** Whether there are halves: a sum of at least two frames. */
  readonly hasHalves: Accessor<boolean>;
  /** A sentence that says why nothing can be judged, or undefined when it can. */
  readonly problem: Accessor<string | undefined>;
  judge(): Promise<void>;
  compareHalves(): Promise<void>;
}

export interface TrustDependencies extends WorkDependencies {
  readonly models: Models;
}

export function createTrust({
  compute,
  document,
  models,
  notices,
  parameters,
  tasks,
  view,
}: TrustDependencies): Trust {
  const [residual, setResidual] = createSignal<ResidualReport>();
  const [halves, setHalves] = createSignal<HalvesReport>();
  const request = (): TrustRequest | undefined => {
    const { pixelSizeAngstrom, diameterAngstrom } = parameters.values;
    return pixelSizeAngstrom === undefined ? undefined : { pixelSizeAngstrom, diameterAngstrom };
  };
  const problem = (): string | undefined => {
    if (!document.filtered()) return 'Filter or denoise the micrograph first.';
    return request() ? undefined : 'Enter the pixel size first: scales are in Å.';
  };
  /** What the numbers are about: they go when any of it changes. */
  const subject = createMemo(() => {
    const { pixelSizeAngstrom, diameterAngstrom } = parameters.values;
    return [document.opened()?.id, document.filtered(), pixelSizeAngstrom, diameterAngstrom] as const;
  });
  createEffect(
    on(subject, () => {
      setResidual(undefined);
      setHalves(undefined);
    }),
  );
  const judge = async (): Promise<void> => {
    const [opened, wanted] = [document.opened(), request()];
    const about = subject();
    const trouble = problem();
    if (trouble !== undefined) return void notices.info(trouble);
    if (!opened || !wanted) return;
    const report = await tasks.run('trust', 'Judging the residual', (options) =>
      compute.judgeResidual(opened.id, wanted, options),
    );
    if (subject() === about) setResidual(report);
  };
  const compareHalves = async (): Promise<void> => {
    const [opened, applied, wanted] = [document.opened(), document.filtered(), request()];
    const about = subject();
    if (!opened || !applied || !wanted) return;
    const report = await tasks.run('trust', 'Denoising the halves', async (options) => {
      if (applied.denoiser) await models.ready(applied.denoiser, options);
      return await compute.compareHalves(opened.id, applied.parameters, wanted, options);
    });
    if (subject() === about) setHalves(report);
  };
  // Who looks at the residual wants to know what it means.
  const isLooking = createMemo(() => view.mode() === 'residual' || view.mode() === 'wipe');
  createEffect(
    on([isLooking, subject], ([looks]) => {
      if (looks && problem() === undefined && !residual()) void judge();
    }),
  );
  return {
    residual,
    halves,
    hasHalves: () => {
      const opened = document.opened();
      const range = opened?.exposed?.exposure.range;
      return isMovie(opened) && range !== undefined && range.last > range.first;
    },
    problem,
    judge,
    compareHalves,
  };
}
