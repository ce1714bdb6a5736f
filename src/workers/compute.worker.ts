import { expose, transfer } from 'comlink';
import { openBatchStore } from '../platform/browser/batchStore.ts';
import { openBrowserGpu } from '../platform/browser/compute.ts';
import { fetchModel } from '../platform/browser/fetchModel.ts';
import { browserFileSource } from '../platform/browser/fileSource.ts';
import { openModelStore } from '../platform/browser/modelStore.ts';
import { denoiserFile, pickerFile } from '../platform/browser/models.ts';
import { openReferenceStore } from '../platform/browser/references.ts';
import { openSessionTransfer } from '../platform/browser/sessionTransfer.ts';
import { openThumbnailCache } from '../platform/browser/thumbnailCache.ts';
import { openTileCache } from '../platform/browser/tileCache.ts';
import { openTrainingStore } from '../platform/browser/trainingStore.ts';
import { createComputeService } from './computeService.ts';

expose(
  createComputeService({
    openGpu: openBrowserGpu,
    openCache: openTileCache,
    openThumbnailCache,
    sourceOf: browserFileSource,
    loadPickerModel: () => fetchModel(pickerFile),
    loadDenoiserModel: () => fetchModel(denoiserFile),
    sessions: {
      openTransfer: openSessionTransfer,
      openModels: openModelStore,
      openReferences: openReferenceStore,
      openBatches: openBatchStore,
      openLabels: () => openTrainingStore((_kept): _kept is never => false),
    },
    transfer,
  }),
);
