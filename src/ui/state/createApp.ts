import { createEffect, createSignal, on } from 'solid-js';
import { messageOf } from '../../core/errors.ts';
import { keepForOffline } from '../../platform/browser/appUpdate.ts';
import { memoryBatchStore, openBatchStore } from '../../platform/browser/batchStore.ts';
import { openModelStore } from '../../platform/browser/modelStore.ts';
import { openReferenceStore } from '../../platform/browser/references.ts';
import { memoryTrainingStore, openTrainingStore } from '../../platform/browser/trainingStore.ts';
import type { ComputeClient } from '../../rpc/client.ts';
import type { GpuReport, ModelDescription } from '../../rpc/contract.ts';
import { sheetCanvas } from '../viewer/sheetCanvas.ts';
import { createAcceptance } from './acceptance.ts';
import type { App } from './app.ts';
import { type Autosave, createAutosave } from './autosave.ts';
import { createBatch } from './batch.ts';
import { createClasses } from './classes.ts';
import { createComparison } from './comparison.ts';
import { createConsensus } from './consensus.ts';
import { createContrastChoice } from './contrastChoice.ts';
import { createDataset } from './dataset.ts';
import { createDiagnostics } from './diagnostics.ts';
import { createDocument } from './document.ts';
import { createEvaluation } from './evaluation.ts';
import { createExport } from './export.ts';
import { createExtraction } from './extraction.ts';
import { createFileMishaps } from './fileMishaps.ts';
import { createGain } from './gain.ts';
import { createGainChoice } from './gainChoice.ts';
import { createGallery } from './gallery.ts';
import { createImport } from './import.ts';
import { watchFacts } from './itemFacts.ts';
import { createItemNotes } from './itemNotes.ts';
import { createJobs } from './jobs.ts';
import { createJudging } from './judging.ts';
import { createKeeping } from './keeping.ts';
import { createLabels } from './labels.ts';
import { createLibrary } from './library.ts';
import { keepListView } from './listView.ts';
import { createLiveFilter } from './liveFilter.ts';
import { createMask } from './mask.ts';
import { createMaskFiles } from './maskFiles.ts';
import { createMatching } from './matching.ts';
import { createMeasuring } from './measuring.ts';
import { createMicrographThumbnails } from './micrographThumbnails.ts';
import { createModels, memoryModelStore } from './models.ts';
import { createMovie } from './movie.ts';
import { createNotices } from './notices.ts';
import { createPageParts } from './pageParts.ts';
import { createParameters } from './parameters.ts';
import { createPasteboard } from './pasteboard.ts';
import { createPickClasses } from './pickClasses.ts';
import { createPickLook } from './pickLook.ts';
import { createPickSelection } from './pickSelection.ts';
import { createPicks } from './picks.ts';
import { createQuality } from './quality.ts';
import { createReferences, memoryReferenceStore } from './references.ts';
import { createReview } from './review.ts';
import { createSessions } from './sessions.ts';
import { createSeveral } from './several.ts';
import { createSeveralFilter } from './severalFilter.ts';
import { createSources } from './sources.ts';
import { createSpectrum } from './spectrum.ts';
import { createStars } from './stars.ts';
import { createTasks } from './tasks.ts';
import { createTemplate } from './template.ts';
import { localTexts } from './texts.ts';
import { createTour } from './tour.ts';
import { createTraining } from './training.ts';
import { createTrust } from './trust.ts';
import { isUnfinishedTraining, type UnfinishedTraining } from './unfinishedTraining.ts';
import { createUpdate } from './update.ts';
import { createViewState } from './view.ts';
import { createViewPicture } from './viewPicture.ts';
import { createWatch } from './watch.ts';

/** Wires the parts together. Call inside a Solid root. */
export function createApp(compute: ComputeClient): App {
  const keeping = createKeeping({ flush: () => flush() });
  const { store } = keeping;
  const notices = createNotices();
  const tasks = createTasks(notices);
  const library = createLibrary();
  const dataset = createDataset(library);
  const acceptance = createAcceptance(library, dataset);
  const gain = createGain();
  const parameters = createParameters();
  const view = createViewState();
  const page = createPageParts(view);
  const { look, stage, storage } = page;
  const mask = createMask(parameters);
  const picks = createPicks(parameters, mask.keeper, createPickClasses(localTexts));
  const selection = createPickSelection(picks, view.image);
  const [gpu, setGpu] = createSignal<GpuReport>();
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
      void (isFresh ? jobs.showMode('side') : jobs.showAsBefore());
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
    close: async () => {
      // What is known of the list goes with it.
      await flush();
      await document.close();
    },
    onOpened: (name) => sessions.nameBySource(name),
    claim: (found) => fileMishaps.claim(found),
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
    leftWith: async (fingerprint) => (await (await store).load(fingerprint))?.parameters,
  });
  const contrast = createContrastChoice({ ...dependencies, look });
  const liveFilter = createLiveFilter({ ...dependencies, jobs });
  const measuring = createMeasuring(dependencies);
  const trust = createTrust({ ...dependencies, models });
  const gallery = createGallery({ ...dependencies, library, store, autosave, stage }, sheetCanvas);
  const classes = createClasses({ ...dependencies, gallery });
  const maskFiles = createMaskFiles({ ...dependencies, mask });
  createQuality({ ...dependencies, library, mask });
  const stars = createStars(store);
  const exports = createExport({ ...dependencies, stars });
  const extraction = createExtraction({ ...dependencies, library, store });
  const pickLook = createPickLook(parameters, picks, selection, extraction.boxPx, localTexts);
  const viewPicture = createViewPicture({ ...dependencies, look, mask, measuring, pickLook });
  const pasteboard = createPasteboard({ ...dependencies, library, selection });
  const references = createReferences({
    compute,
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

  const several = createSeveral({ ...dependencies, dataset, library, stage, store });
  const severalFilter = createSeveralFilter({ ...dependencies, several });
  const spectrum = createSpectrum({ ...dependencies, gpu, library });
  const batch = createBatch({
    ...dependencies,
    ...{ labels, library, gain, models, matching, mask, autosave, store, selection: dataset.selection },
    ...{ keeping, isKept: keeping.isKept },
    batches: store.then(({ sessionId }) => openBatchStore(sessionId)).catch(memoryBatchStore),
  });
  const judging = createJudging({ ...dependencies, library, gain, store });
  const micrographThumbnails = createMicrographThumbnails({
    compute,
    library,
    isWorking: () => tasks.list().length > 0,
  });
  const watch = createWatch({ sources, library, notices, process: batch.append });
  const itemNotes = createItemNotes(library, store, notices.error);
  const keepView = keepListView({ dataset, stage, store });
  const flush = async (): Promise<void> => {
    await Promise.all([autosave.flush(), itemNotes.flush(), keepView()]);
  };
  const fileMishaps = createFileMishaps({ document, library, notices, picks, sources, store });
  const sessions = createSessions({ compute, keeping, tasks, notices, flush });

  const tour = createTour((step) => {
    if (step === 0 && !document.opened()) void sources.openDemo();
    if (step === 1 && document.opened() && !document.filtered()) void jobs.showMode('side');
    if (step === 2 && document.opened() && picks.all().length === 0) void jobs.pick();
  });
  const diagnostics = createDiagnostics({ compute, gpu, library, models, notices, sessions, storage, tasks });

  const update = createUpdate({
    register: keepForOffline,
    settle: sessions.settle,
    onFailure: notices.failure,
  });

  autosave.watch(document);
  // What is chosen, or half drawn, is of one micrograph and one tool.
  createEffect(on(document.key, selection.clear));
  createEffect(on(view.tool, () => selection.setPending(undefined)));
  watchFacts(document, picks, library);
  started.then(setGpu).catch(notices.failure);
  models.restore().catch(notices.failure);
  training.restore().catch(notices.failure);
  sources.restore().catch(notices.failure);
  batch.restore().catch(notices.failure);

  return {
    ...page,
    compute,
    gpu,
    contrast,
    liveFilter,
    measuring,
    viewPicture,
    acceptance,
    batch,
    classes,
    consensus,
    dataset,
    diagnostics,
    document,
    exports,
    extraction,
    fileMishaps,
    gallery,
    imports,
    comparison,
    evaluation,
    references,
    gain,
    gainChoice,
    jobs,
    judging,
    keeping,
    labels,
    library,
    mask,
    maskFiles,
    matching,
    micrographThumbnails,
    models,
    movie,
    notices,
    parameters,
    picks,
    pickLook,
    pasteboard,
    review,
    selection,
    several,
    severalFilter,
    sessions,
    sources,
    spectrum,
    tasks,
    template,
    training,
    trust,
    update,
    view,
    watch,
    tour,
  };
}
