import { type Accessor, createContext, useContext } from 'solid-js';
import type { ComputeClient } from '../../rpc/client.ts';
import type { GpuReport } from '../../rpc/contract.ts';
import type { AcceptanceState } from './acceptance.ts';
import type { Batch } from './batch.ts';
import type { Classes } from './classes.ts';
import type { Comparison } from './comparison.ts';
import type { Consensus } from './consensus.ts';
import type { ContrastChoice } from './contrastChoice.ts';
import type { Dataset } from './dataset.ts';
import type { Diagnostics } from './diagnostics.ts';
import type { Document } from './document.ts';
import type { Evaluation } from './evaluation.ts';
import type { Export } from './export.ts';
import type { Extraction } from './extraction.ts';
import type { FileMishaps } from './fileMishaps.ts';
import type { Gain } from './gain.ts';
import type { GainChoice } from './gainChoice.ts';
import type { Gallery } from './gallery.ts';
import type { Help } from './help.ts';
import type { Import } from './import.ts';
import type { Jobs } from './jobs.ts';
import type { Judging } from './judging.ts';
import type { Keeping } from './keeping.ts';
import type { KeymapChoice } from './keymaps.ts';
import type { Labels } from './labels.ts';
import type { Lens } from './lens.ts';
import type { Library } from './library.ts';
import type { LiveFiltering } from './liveFilter.ts';
import type { Look } from './look.ts';
import type { Mask } from './mask.ts';
import type { MaskFiles } from './maskFiles.ts';
import type { Matching } from './matching.ts';
import type { Measuring } from './measuring.ts';
import type { MicrographThumbnails } from './micrographThumbnails.ts';
import type { Models } from './models.ts';
import type { Movie } from './movie.ts';
import type { Notices } from './notices.ts';
import type { Palette } from './palette.ts';
import type { Panning } from './panning.ts';
import type { Parameters } from './parameters.ts';
import type { Pasteboard } from './pasteboard.ts';
import type { PickLookState } from './pickLook.ts';
import type { PickSelection } from './pickSelection.ts';
import type { PicksState } from './picks.ts';
import type { Presentation } from './presentation.ts';
import type { References } from './references.ts';
import type { Review } from './review.ts';
import type { Sessions } from './sessions.ts';
import type { Several } from './several.ts';
import type { SeveralFilter } from './severalFilter.ts';
import type { Sources } from './sources.ts';
import type { Spectrum } from './spectrum.ts';
import type { Stage } from './stage.ts';
import type { BrowserStorage } from './storage.ts';
import type { Tasks } from './tasks.ts';
import type { Template } from './template.ts';
import type { Tour } from './tour.ts';
import type { Training } from './training.ts';
import type { Trust } from './trust.ts';
import type { Update } from './update.ts';
import type { ViewState } from './view.ts';
import type { ViewPicture } from './viewPicture.ts';
import type { Watch } from './watch.ts';

/** Everything the components see. */
export interface App {
  readonly compute: ComputeClient;
  readonly gpu: Accessor<GpuReport | undefined>;
  readonly acceptance: AcceptanceState;
  /** The work on many micrographs. */
  readonly batch: Batch;
  /** The list as it is filtered and sorted. */
  readonly dataset: Dataset;
  readonly document: Document;
  readonly classes: Classes;
  readonly consensus: Consensus;
  /** Histogram, black and white. */
  readonly contrast: ContrastChoice;
  readonly diagnostics: Diagnostics;
  readonly comparison: Comparison;
  readonly evaluation: Evaluation;
  readonly exports: Export;
  readonly extraction: Extraction;
  readonly imports: Import;
  readonly fileMishaps: FileMishaps;
  readonly gallery: Gallery;
  /** The gain reference in force. */
  readonly gain: Gain;
  readonly gainChoice: GainChoice;
  readonly jobs: Jobs;
  /** The quality of all micrographs. */
  readonly judging: Judging;
  /** The picks by hand on all micrographs of the list. */
  readonly keymap: KeymapChoice;
  readonly labels: Labels;
  readonly lens: Lens;
  readonly keeping: Keeping;
  readonly library: Library;
  readonly liveFilter: LiveFiltering;
  readonly look: Look;
  /** Of contamination. */
  readonly mask: Mask;
  readonly maskFiles: MaskFiles;
  readonly matching: Matching;
  readonly micrographThumbnails: MicrographThumbnails;
  /** Ruler, line profile and region. */
  readonly measuring: Measuring;
  readonly models: Models;
  readonly movie: Movie;
  readonly notices: Notices;
  readonly panning: Panning;
  readonly parameters: Parameters;
  readonly picks: PicksState;
  readonly pickLook: PickLookState;
  /** Picks and filaments that were copied. */
  readonly pasteboard: Pasteboard;
  readonly presentation: Presentation;
  readonly review: Review;
  /** The picks and filaments that the next step is about. */
  readonly selection: PickSelection;
  readonly references: References;
  readonly several: Several;
  readonly severalFilter: SeveralFilter;
  readonly sessions: Sessions;
  readonly sources: Sources;
  readonly spectrum: Spectrum;
  /** What covers the centre. */
  readonly stage: Stage;
  /** What the browser lets us keep. */
  readonly storage: BrowserStorage;
  readonly tasks: Tasks;
  readonly template: Template;
  readonly training: Training;
  readonly trust: Trust;
  /** Of the program. */
  readonly update: Update;
  readonly view: ViewState;
  readonly watch: Watch;
  /** The view as a picture for other people. */
  readonly viewPicture: ViewPicture;
  readonly help: Help;
  readonly palette: Palette;
  readonly tour: Tour;
}

const AppContext = createContext<App>();

export const AppProvider = AppContext.Provider;

export function useApp(): App {
  const app = useContext(AppContext);
  if (!app) throw new Error('useApp was called outside the app.');
  return app;
}
