import { isShown as isAboveThreshold } from '../../dataset/picks.ts';
import type { MicrographParameters, MicrographSession } from '../../dataset/session.ts';
import type { OpenedMicrograph, PickResult } from '../../rpc/contract.ts';
import type { ViewMode } from '../viewer/panes.ts';
import type { Consensus } from './consensus.ts';
import { filterProblem, isSameFilter, wishedFilter } from './filtering.ts';
import { filterMethodWords } from './filterMethods.ts';
import type { Library } from './library.ts';
import type { Mask } from './mask.ts';
import type { Matching } from './matching.ts';
import type { Models } from './models.ts';
import type { WorkDependencies } from './work.ts';

export interface JobsDependencies extends WorkDependencies {
  readonly library: Library;
  readonly mask: Mask;
  readonly models: Models;
  readonly matching: Matching;
  readonly consensus: Consensus;
  /** What picking means while the template is the method: it has searched already. */
  readonly acceptCandidates: () => void;
  /** Saves the session of a micrograph that is not on the screen any more. */
  readonly keep: (session: MicrographSession) => Promise<void>;
}

/** The work that the compute worker does on the micrograph on the screen. */
export interface Jobs {
  /** Filters as the parameters say and shows the result. */
  filter(then?: ViewMode): Promise<void>;
  pick(): Promise<void>;
  /** Changes the picture; asks for the filtered one to be made if there is none. */
  showMode(mode: ViewMode): Promise<void>;
  /** After a change of micrograph: the picture that was chosen last, as far as it can be made. */
  showAsBefore(): Promise<void>;
  /** After a change of the raw picture: the filtered one is made again where it is on the screen, or was to be. */
  renewFiltered(): Promise<void>;
  /** Whether the filtered picture no longer agrees with the panel. */
  isFilterStale(): boolean;
}

export function createJobs(dependencies: JobsDependencies): Jobs {
  const {
    compute,
    document,
    parameters,
    picks,
    view,
    tasks,
    notices,
    library,
    mask,
    models,
    matching,
    consensus,
    acceptCandidates,
    keep,
  } = dependencies;
  let chosenMode: ViewMode = 'raw';
  /** What the filter that runs now will show. */
  let coming: ViewMode | undefined;

  /** Advice, with the cursor where it can be followed. */
  const askForPixelSize = (text: string): void => {
    notices.info(text);
    globalThis.document.querySelector<HTMLInputElement>('input:required:invalid')?.focus();
  };

  const filter = async (
    then: ViewMode = 'filtered',
    setContrast = view.setAutomaticContrast,
  ): Promise<void> => {
    const opened = document.opened();
    if (!opened) return;
    const asked = parameters.snapshot();
    const { filterMethod, pixelSizeAngstrom } = asked;
    const isNetwork = filterMethod === 'network';
    if (pixelSizeAngstrom === undefined && !isNetwork)
      return askForPixelSize('Enter the pixel size first: the filter needs it.');
    const wish = wishedFilter(asked);
    if (!wish) return notices.info(filterProblem(asked) ?? '');
    const denoiser = isNetwork ? asked.denoiser : undefined;
    coming = then;
    const result = await tasks.run(
      'filter',
      filterMethodWords(filterMethod).denoises ? 'Denoising' : 'Filtering',
      async (options) => {
        if (denoiser) await models.ready(denoiser, options);
        return await compute.filter(opened.id, wish, options);
      },
    );
    if (coming === then && !tasks.isRunning('filter')) coming = undefined;
    // A movie that has another sum by now is another object, too.
    if (!result || document.opened() !== opened) return;
    document.setFiltered({ ...result, parameters: wish, denoiser });
    setContrast('filtered', result.contrast);
    setContrast('residual', result.residualContrast);
    view.setMode(then);
    chosenMode = then;
  };

  const pick = async (): Promise<void> => {
    const opened = document.opened();
    const key = document.key();
    // One at a time: a second one would end the first, perhaps of another micrograph.
    if (!opened || key === undefined || tasks.isRunning('pick')) return;
    const asked = parameters.snapshot();
    const { pixelSizeAngstrom, diameterAngstrom, method, pickModel, brightParticles } = asked;
    if (method === 'template') return acceptCandidates();
    const own = method === 'cnn' ? pickModel : undefined;
    if (pixelSizeAngstrom === undefined) {
      return askForPixelSize('Enter the pixel size first: the particle diameter is in Å.');
    }
    const problem =
      method === 'matching' ? matching.problem() : method === 'consensus' ? consensus.problem() : undefined;
    if (problem !== undefined) return notices.info(problem);
    const result = await tasks.run(
      'pick',
      'Picking particles',
      async (options) => {
        if (method === 'matching') return await matching.search(opened, asked, options);
        if (method === 'consensus') return await consensus.combine(opened, asked);
        if (own) await models.ready(own, options);
        const model = own?.hash;
        const request = { pixelSizeAngstrom, diameterAngstrom, method, model, brightParticles };
        return await compute.pick(opened.id, request, options);
      },
      opened,
    );
    if (!result) return;
    if (result.contamination) {
      mask.setFromNetwork(opened.fingerprint, result.contamination, own?.name ?? 'Cryolite’s network');
    }
    consensus.remember(opened.fingerprint, method, result.picks);
    const isShown = document.opened()?.fingerprint === opened.fingerprint;
    const place = isShown ? '' : ` on ${opened.name}`;
    const found = isShown ? showPicks(result) : await keepPicks(key, opened, asked, result);
    const seconds = result.seconds < 10 ? result.seconds.toFixed(1) : result.seconds.toFixed(0);
    notices.info(
      result.picks.length === 0
        ? `No particles were found${place}: check the diameter, the pixel size and whether particles are dark or bright.`
        : `${found} particle${found === 1 ? '' : 's'}${place}, in ${seconds}\u00a0s.`,
    );
  };
  const showPicks = (result: PickResult): number => {
    picks.replaceCandidates(result.picks, result.suggestedThreshold);
    document.setProvenance(result.provenance);
    view.setPicksVisible(true);
    return picks.shown().length;
  };
  /** The user has gone on to another micrograph: the picks wait where they belong. */
  const keepPicks = async (
    key: string,
    { fingerprint, name }: OpenedMicrograph,
    asked: MicrographParameters,
    { picks: candidates, suggestedThreshold: threshold, provenance }: PickResult,
  ): Promise<number> => {
    const change = { before: asked.threshold, after: threshold };
    const all = picks.replaceCandidatesOf(fingerprint, candidates, change);
    const pickCount = all.filter((pick) => isAboveThreshold(pick, threshold)).length;
    library.update(key, { pickCount });
    const parameters = { ...asked, threshold };
    const notes = picks.notesOf(fingerprint);
    const kept = { ...notes, mask: mask.savedOf(fingerprint), provenance, updatedAt: Date.now() };
    await keep({ fingerprint, name, parameters, picks: all, ...kept });
    return pickCount;
  };

  return {
    filter: (then) => filter(then),
    pick,
    showMode: async (mode) => {
      if (mode !== 'raw' && !document.filtered()) return filter(mode);
      chosenMode = mode;
      view.setMode(mode);
    },
    showAsBefore: async () => {
      if (chosenMode !== 'raw' && filterProblem(parameters.values) === undefined) await filter(chosenMode);
    },
    renewFiltered: async () => {
      const mode = coming ?? view.mode();
      if (mode === 'raw') return;
      const shown = document.opened();
      await filter(mode, view.renewAutomaticContrast);
      if (document.opened() === shown && !document.filtered()) view.setMode('raw');
    },
    isFilterStale: () => {
      const applied = document.filtered();
      return applied !== undefined && !isSameFilter(applied.parameters, wishedFilter(parameters.values));
    },
  };
}
