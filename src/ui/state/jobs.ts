import { isShown as isAboveThreshold } from '../../dataset/picks.ts';
import type { FilterMethod, MicrographParameters, MicrographSession } from '../../dataset/session.ts';
import { type MadeKind, madeKindOf, type OpenedMicrograph, type PickResult } from '../../rpc/contract.ts';
import { kindsOf, type SidePictures, type ViewMode, type WipePictures } from '../viewer/panes.ts';
import { firstSide, firstWipe, lackingOf, modeWith, otherKind, sideWith, wipeWith } from './beside.ts';
import type { Consensus } from './consensus.ts';
import { candidatesOf } from './exportedPicks.ts';
import { filterProblem, isSameFilter, wishedFilter } from './filtering.ts';
import { filterMethodWords } from './filterMethods.ts';
import type { Library } from './library.ts';
import type { Mask } from './mask.ts';
import type { Matching } from './matching.ts';
import type { Models } from './models.ts';
import type { ViewState } from './view.ts';
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
  /** What its parameters were when it was left; undefined where nothing was kept of it. */
  readonly leftWith: (fingerprint: string) => Promise<MicrographParameters | undefined>;
}

/** The work that the compute worker does on the micrograph on the screen. */
export interface Jobs {
  /** Filters or denoises as the panel says and shows the result. */
  filter(): Promise<void>;
  pick(): Promise<void>;
  /** Changes the picture; what it needs and is not there is made. */
  showMode(mode: ViewMode): Promise<void>;
  /** What the panel makes; where that is shown, the picture of the other kind. */
  showMade(): Promise<void>;
  /** Two pictures or all three side by side. */
  showSide(pictures: SidePictures): Promise<void>;
  /** A line to wipe between two pictures. */
  showWipe(pictures: WipePictures): Promise<void>;
  /** After a change of micrograph: the picture that was chosen last, as far as it can be made. */
  showAsBefore(): Promise<void>;
  /** After a change of the raw picture: what was made of it is made again where it is on the screen, or was to be. */
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
    leftWith,
  } = dependencies;
  let chosenMode: ViewMode = 'raw';
  /** What the filter that runs now will show; undefined where the user has chosen something else meanwhile. */
  let coming: ViewMode | undefined;

  /** Advice, with the cursor where it can be followed. */
  const askForPixelSize = (text: string): void => {
    notices.info(text);
    globalThis.document.querySelector<HTMLInputElement>('input:required:invalid')?.focus();
  };

  /** What each kind is made by where the panel is at the other one. */
  const usual: Record<MadeKind, FilterMethod> = { filtered: 'lengths', denoised: 'wiener' };
  const ownMethod = (): FilterMethod => parameters.values.filterMethod ?? 'lengths';
  const ownKind = (): MadeKind => madeKindOf(ownMethod());
  const isMade = (kind: MadeKind): boolean => document.made(kind) !== undefined;
  /** Where the other kind would be, comes this one. */
  const bring = (kind: MadeKind): void => {
    view.setSide(sideWith(view.side(), kind));
    view.setWipe(wipeWith(view.wipe(), kind));
  };

  /** What is in sight and was not made gives way to what there is: its place would wait for ever. */
  const keepToMade = (): void => {
    const mode = view.mode();
    const kinds = kindsOf({ mode, side: view.side(), wipe: view.wipe() });
    if (lackingOf(kinds, isMade, ownKind()).length === 0) return;
    const [side, wipe] = [firstSide(isMade), firstWipe(isMade)];
    if (mode === 'side' && side) view.setSide(side);
    else if (mode === 'wipe' && wipe) view.setWipe(wipe);
    else view.setMode('raw');
  };

  /** Makes a picture and shows it. @returns whether it is shown. */
  const make = async (
    filterMethod: FilterMethod,
    then: ViewMode,
    setContrast?: ViewState['setAutomaticContrast'],
  ): Promise<boolean> => {
    const opened = document.opened();
    if (await tryToMake(filterMethod, then, setContrast)) return true;
    if (document.opened() === opened && !tasks.isRunning('filter')) keepToMade();
    return false;
  };
  const tryToMake = async (
    filterMethod: FilterMethod,
    then: ViewMode,
    setContrast = view.setAutomaticContrast,
  ): Promise<boolean> => {
    const opened = document.opened();
    if (!opened) return false;
    const asked = { ...parameters.snapshot(), filterMethod };
    const isNetwork = filterMethod === 'network';
    if (asked.pixelSizeAngstrom === undefined && !isNetwork) {
      askForPixelSize('Enter the pixel size first: the filter needs it.');
      return false;
    }
    const wish = wishedFilter(asked);
    if (!wish) {
      notices.info(filterProblem(asked) ?? '');
      return false;
    }
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
    const isAwaited = coming === then;
    if (isAwaited && !tasks.isRunning('filter')) coming = undefined;
    // A movie that has another sum by now is another object, too.
    if (!result || document.opened() !== opened) return false;
    usual[result.kind] = filterMethod;
    document.setFiltered({ ...result, parameters: wish, denoiser });
    setContrast(result.kind, result.contrast);
    setContrast('residual', result.residualContrast);
    if (!isAwaited) return false;
    bring(result.kind);
    view.setMode(then);
    chosenMode = then;
    return true;
  };
  const show = async (mode: ViewMode, setContrast?: ViewState['setAutomaticContrast']): Promise<void> => {
    const kinds = kindsOf({ mode, side: view.side(), wipe: view.wipe() });
    const lacks = lackingOf(kinds, isMade, ownKind());
    for (const kind of lacks) {
      const method = kind === ownKind() ? ownMethod() : usual[kind];
      if (!(await make(method, mode, setContrast))) return;
    }
    if (lacks.length > 0) return;
    coming = undefined;
    chosenMode = mode;
    view.setMode(mode);
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
    opened: OpenedMicrograph,
    asked: MicrographParameters,
    { picks: candidates, suggestedThreshold: threshold, provenance }: PickResult,
  ): Promise<number> => {
    const { fingerprint, name } = opened;
    const change = { before: asked.threshold, after: threshold };
    const all = picks.replaceCandidatesOf(fingerprint, candidates, change);
    // What was set after the search had begun is the user's last word.
    const parameters = { ...((await leftWith(fingerprint)) ?? asked), threshold };
    const notes = picks.notesOf(fingerprint);
    const kept = { ...notes, mask: mask.savedOf(fingerprint), provenance, updatedAt: Date.now() };
    const session = { fingerprint, name, parameters, picks: all, ...kept };
    // As the screen would count them.
    const counted = candidatesOf(session, opened).filter((pick) => !picks.classes.isHidden(pick));
    const pickCount = counted.filter((pick) => isAboveThreshold(pick, threshold)).length;
    library.update(key, { pickCount });
    await keep(session);
    return pickCount;
  };

  return {
    filter: async () => {
      await make(ownMethod(), modeWith(view.mode(), ownKind()));
    },
    pick,
    showMode: async (mode) => {
      // The first to be seen beside raw is what the panel says.
      if (!document.filtered()) bring(ownKind());
      await show(mode);
    },
    showMade: async () => {
      const own = ownKind();
      const other = otherKind(own);
      await show(view.mode() === own && isMade(other) ? other : own);
    },
    showSide: async (pictures) => {
      view.setSide(pictures);
      await show('side');
    },
    showWipe: async (pictures) => {
      view.setWipe(pictures);
      await show('wipe');
    },
    showAsBefore: async () => {
      if (chosenMode !== 'raw' && filterProblem(parameters.values) === undefined) await show(chosenMode);
    },
    renewFiltered: async () => {
      const mode = coming ?? view.mode();
      if (mode !== 'raw') await show(mode, view.renewAutomaticContrast);
    },
    isFilterStale: () => {
      if (!document.filtered()) return false;
      const own = document.made(ownKind());
      return !own || !isSameFilter(own.parameters, wishedFilter(parameters.values));
    },
  };
}
