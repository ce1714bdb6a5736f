import { expose, transfer } from 'comlink';
import { openBrowserGpu } from '../platform/browser/compute.ts';
import { browserFileSource } from '../platform/browser/fileSource.ts';
import { denoiserFile, fetchModel, pickerFile } from '../platform/browser/models.ts';
import { openTileCache } from '../platform/browser/tileCache.ts';
import { createComputeService } from './computeService.ts';

expose(
  createComputeService({
    openGpu: openBrowserGpu,
    openCache: openTileCache,
    sourceOf: browserFileSource,
    loadPickerModel: () => fetchModel(pickerFile),
    loadDenoiserModel: () => fetchModel(denoiserFile),
    transfer,
  }),
);
