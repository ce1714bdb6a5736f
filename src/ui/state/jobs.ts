import type { ComputeClient } from '../../rpc/client.ts';
import type { ViewMode } from '../viewer/panes.ts';
import type { Document } from './document.ts';
import type { Notices } from './notices.ts';
import { filterProblem, type Parameters } from './parameters.ts';
import type { PicksState } from './picks.ts';
import type { Tasks } from './tasks.ts';
import type { ViewState } from './view.ts';

export interface JobsDependencies {
  readonly compute: ComputeClient;
  readonly document: Document;
  readonly parameters: Parameters;
  readonly picks: PicksState;
  readonly view: ViewState;
  readonly tasks: Tasks;
  readonly notices: Notices;
}

/** The work that the compute worker does on the micrograph on the screen. */
export interface Jobs {
  /** Filters with the lengths in the parameters and shows the result. */
  filter(then?: ViewMode): Promise<void>;
  pick(): Promise<void>;
  /** Changes the picture; asks for the filtered one to be made if there is none. */
  showMode(mode: ViewMode): Promise<void>;
  /** Whether the filtered picture no longer agrees with the lengths in the panel. */
  isFilterStale(): boolean;
}

export function createJobs(dependencies: JobsDependencies): Jobs {
  const { compute, document, parameters, picks, view, tasks, notices } = dependencies;

  const filter = async (then: ViewMode = 'filtered'): Promise<void> => {
    const opened = document.opened();
    if (!opened) return;
    const { pixelSizeAngstrom, lowpassAngstrom, highpassAngstrom } = parameters.values;
    const problem = filterProblem(parameters.values);
    if (problem !== undefined || pixelSizeAngstrom === undefined) {
      notices.error(problem ?? 'Enter the pixel size first.');
      return;
    }
    const lengths = { pixelSizeAngstrom, lowpassAngstrom, highpassAngstrom };
    const result = await tasks.run('filter', 'Filtering', (options) =>
      compute.filter(opened.id, lengths, options),
    );
    if (!result || document.opened() !== opened) return;
    document.setFiltered({ ...result, ...lengths });
    view.setAutomaticContrast('filtered', result.contrast);
    view.setMode(then);
  };

  const pick = async (): Promise<void> => {
    const opened = document.opened();
    if (!opened) return;
    const { pixelSizeAngstrom, diameterAngstrom, method, brightParticles } = parameters.values;
    if (pixelSizeAngstrom === undefined) {
      notices.error('Enter the pixel size first: the particle diameter in Å means nothing without it.');
      return;
    }
    const result = await tasks.run('pick', 'Picking particles', (options) =>
      compute.pick(opened.id, { pixelSizeAngstrom, diameterAngstrom, method, brightParticles }, options),
    );
    if (!result || document.opened() !== opened) return;
    picks.replaceCandidates(result.picks);
    parameters.set({ threshold: result.suggestedThreshold });
    document.setProvenance(result.provenance);
    view.setPicksVisible(true);
    const above = picks.shown().length;
    const seconds = result.seconds < 10 ? result.seconds.toFixed(1) : result.seconds.toFixed(0);
    notices.info(
      result.picks.length === 0
        ? `No particles were found on ${opened.name}: check the diameter, the pixel size and whether particles are dark or bright.`
        : `${above} particles above the suggested threshold on ${opened.name}, in ${seconds}\u00a0s.`,
    );
  };

  return {
    filter,
    pick,
    showMode: async (mode) => {
      if (mode === 'raw' || document.filtered()) view.setMode(mode);
      else await filter(mode);
    },
    isFilterStale: () => {
      const applied = document.filtered();
      const { values } = parameters;
      return (
        applied !== undefined &&
        (applied.lowpassAngstrom !== values.lowpassAngstrom ||
          applied.highpassAngstrom !== values.highpassAngstrom ||
          applied.pixelSizeAngstrom !== values.pixelSizeAngstrom)
      );
    },
  };
}
