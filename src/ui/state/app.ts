import { type Accessor, createContext, createEffect, createSignal, useContext } from 'solid-js';
import { messageOf } from '../../core/errors.ts';
import { openModelStore } from '../../platform/browser/modelStore.ts';
import { openReferenceStore } from '../../platform/browser/references.ts';
import { openSessionStore } from '../../platform/browser/sessions.ts';
import { memoryTrainingStore, openTrainingStore } from '../../platform/browser/trainingStore.ts';
import type { ComputeClient } from '../../rpc/client.ts';
import type { GpuReport, ModelDescription } from '../../rpc/contract.ts';
import { sheetCanvas } from '../viewer/sheetCanvas.ts';
import { type Autosave, createAutosave, memorySessionStore } from './autosave.ts';
import { type Classes, createClasses } from './classes.ts';
import { type Comparison, createComparison } from './comparison.ts';
import { type Consensus, createConsensus } from './consensus.ts';
import { createDiagnostics, type Diagnostics } from './diagnostics.ts';
import { createDocument, type Document } from './document.ts';
import { createEvaluation, type Evaluation } from './evaluation.ts';
import { createExport, type Export } from './export.ts';
import { createExtraction, type Extraction } from './extraction.ts';
import { createGain, type Gain } from './gain.ts';
import { createGainChoice, type GainChoice } from './gainChoice.ts';
import { createGallery, type Gallery } from './gallery.ts';
import { createImport, type Import } from './import.ts';
import { createJobs, type Jobs } from './jobs.ts';
import { createLabels, type Labels } from './labels.ts';
import { createLibrary, type Library } from './library.ts';
import { createMask, type Mask } from './mask.ts';
import { createMaskFiles, type MaskFiles } from './maskFiles.ts';
import { createMatching, type Matching } from './matching.ts';
import { createModels, type Models, memoryModelStore } from './models.ts';
import { createMovie, type Movie } from './movie.ts';
import { createNotices, type Notices } from './notices.ts';
import { createParameters, type Parameters } from './parameters.ts';
import { createPicks, type PicksState } from './picks.ts';
import { createQuality } from './quality.ts';
import { createReferences, memoryReferenceStore, type References } from './references.ts';
import { createReview, type Review } from './review.ts';
import { createSources, type Sources } from './sources.ts';
import { createStars } from './stars.ts';
import { createTasks, type Tasks } from './tasks.ts';
import { createTemplate, type Template } from './template.ts';
import { createTraining, type Training } from './training.ts';
import { createTrust, type Trust } from './trust.ts';
import { isUnfinishedTraining, type UnfinishedTraining } from './unfinishedTraining.ts';
import { createViewState, type ViewState } from './view.ts';

/** Everything the components see. */
export interface App {
  readonly compute: ComputeClient;
  readonly gpu: Accessor<GpuReport | undefined>;
  readonly document: Document;
  readonly classes: Classes;
  readonly consensus: Consensus;
  readonly diagnostics: Diagnostics;
  readonly comparison: Comparison;
  readonly evaluation: Evaluation;
  readonly exports: Export;
  readonly extraction: Extraction;
  readonly imports: Import;
  readonly gallery: Gallery;
  /** The gain reference in force. */
  readonly gain: Gain;
  readonly gainChoice: GainChoice;
  readonly jobs: Jobs;
  /** The picks by hand on all micrographs of the list. */
  readonly labels: Labels;
  readonly library: Library;
  /** Of contamination. */
  readonly mask: Mask;
  readonly maskFiles: MaskFiles;
  readonly matching: Matching;
  readonly models: Models;
  readonly movie: Movie;
  readonly notices: Notices;
  readonly parameters: Parameters;
  readonly picks: PicksState;
  readonly review: Review;
  readonly references: References;
  readonly sources: Sources;
  readonly tasks: Tasks;
  readonly template: Template;
  readonly training: Training;
  readonly trust: Trust;
  readonly view: ViewState;
  readonly help: Accessor<boolean>;
  setHelp(open: boolean): void;
}

/** Wires the parts together. Call inside a Solid root. */
export function createApp(compute: ComputeClient): App {
  const store = openSessionStore().catch(memorySessionStore);
  const notices = createNotices();
  const tasks = createTasks(notices);
  const library = createLibrary();
  const gain = createGain();
  const parameters = createParameters();
  const view = createViewState();
  const mask = createMask(parameters);
  const picks = createPicks(parameters, mask.keepsOut);
  const [gpu, setGpu] = createSignal<GpuReport>();
  const [help, setHelp] = createSignal(false);
  const autosave: Autosave = createAutosave(store, parameters, picks, mask, notices);
  const document = createDocument({
    compute,
    library,
    gain,
    tasks,
    notices,
    parameters,
    mask,
    picks,
    view,
    store,
    flush: autosave.flush,
    onShown: (key) => {
      notices.dismissNews();
      const demo = sources.demoTruth(key);
      // The demo's particle size is known; the user's own choice from before a reload wins.
      const isFresh = demo !== undefined && picks.all().length === 0;
      if (isFresh) parameters.set({ diameterAngstrom: demo.diameterAngstrom });
      // Noise and particles beside each other: what a first visitor has come to see.
      void (isFresh ? jobs.showMode('both') : jobs.showAsBefore());
      sources.rememberCurrent(key, parameters.values.frame).catch(notices.failure);
    },
  });
  const started: Promise<GpuReport> = compute.start().catch((error: unknown) => ({
    available: false,
    description: messageOf(error),
    features: [],
    limits: {},
  }));
  const sources = createSources({
    compute,
    library,
    notices,
    tasks,
    store,
    hasGpu: started.then(({ available }) => available),
    select: document.select,
    close: document.close,
  });
  const models = createModels({
    compute,
    parameters,
    tasks,
    notices,
    store: openModelStore<ModelDescription>().catch(memoryModelStore),
  });
  const dependencies = { compute, document, parameters, picks, view, tasks, notices };
  const template = createTemplate(dependencies);
  const matching = createMatching(dependencies);
  const consensus = createConsensus({ ...dependencies, template });
  const acceptCandidates = template.accept;
  const jobs = createJobs({
    ...dependencies,
    library,
    mask,
    models,
    matching,
    consensus,
    acceptCandidates,
    keep: autosave.keep,
  });
  const trust = createTrust({ ...dependencies, models });
  const gallery = createGallery({ ...dependencies, library, store, autosave }, sheetCanvas);
  const classes = createClasses({ ...dependencies, gallery });
  const maskFiles = createMaskFiles({ ...dependencies, mask });
  createQuality({ ...dependencies, library, mask });
  const stars = createStars(store);
  const exports = createExport({ ...dependencies, stars });
  const extraction = createExtraction({ ...dependencies, library, store });
  const references = createReferences({
    document,
    library,
    notices,
    store: openReferenceStore().catch(memoryReferenceStore),
  });
  const imports = createImport({ ...dependencies, stars, references });
  const comparison = createComparison({ ...dependencies, references });
  const evaluation = createEvaluation({ ...dependencies, library, references, store, autosave });
  const movie = createMovie({ ...dependencies, gain, jobs });
  const gainChoice = createGainChoice({ ...dependencies, gain, movie });
  const trainings = openTrainingStore(isUnfinishedTraining).catch(memoryTrainingStore<UnfinishedTraining>);
  const labels = createLabels({ ...dependencies, library, sessions: store, store: trainings });
  const review = createReview({ ...dependencies, labels, library });
  const training = createTraining({
    ...dependencies,
    ...{ gain, gpu, jobs, labels, library, models, review, store: trainings },
  });

  const diagnostics = createDiagnostics({ compute, gpu, models, tasks });

  autosave.watch(document);
  createEffect(() => {
    const key = document.key();
    if (key !== undefined) library.update(key, { pickCount: picks.shown().length });
  });
  started.then(setGpu).catch(notices.failure);
  models.restore().catch(notices.failure);
  training.restore().catch(notices.failure);
  sources.restore().catch(notices.failure);

  return {
    compute,
    gpu,
    classes,
    consensus,
    diagnostics,
    document,
    exports,
    extraction,
    gallery,
    imports,
    comparison,
    evaluation,
    references,
    gain,
    gainChoice,
    jobs,
    labels,
    library,
    mask,
    maskFiles,
    matching,
    models,
    movie,
    notices,
    parameters,
    picks,
    review,
    sources,
    tasks,
    template,
    training,
    trust,
    view,
    help,
    setHelp,
  };
}

const AppContext = createContext<App>();

export const AppProvider = AppContext.Provider;

export function useApp(): App {
  const app = useContext(AppContext);
  if (!app) throw new Error('useApp was called outside the app.');
  return app;
}
