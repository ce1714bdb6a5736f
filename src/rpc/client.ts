import { type Remote, transfer, wrap } from 'comlink';
import type { JobOptions } from '../core/progress.ts';
import type {
  CacheUsage,
  ComputeApi,
  DemoResult,
  Exposure,
  ExposureResult,
  FilterParameters,
  FilterResult,
  GainJudgement,
  GpuMemory,
  GpuReport,
  MadeKind,
  ModelDescription,
  NetworkProfile,
  OpenedGain,
  OpenedMicrograph,
  OpenRequest,
  PickParameters,
  PickResult,
  Place,
  PlaceScore,
  ProfileRequest,
  ShownKind,
  StageTime,
  SumPart,
  TemplateParameters,
  TemplateResult,
  TilePixels,
} from './contract.ts';
import { type CoordinateClient, unpackFile } from './coordinates.ts';
import type { EvaluationApi } from './evaluation.ts';
import type { InspectionClient } from './inspection.ts';
import { runJob } from './job.ts';
import type { MaskClient } from './masks.ts';
import type { MatchingClient } from './matching.ts';
import type { MicrographThumbnailClient } from './micrographThumbnails.ts';
import type { ParticleClient } from './particles.ts';
import type { SessionFileClient } from './sessionFiles.ts';
import type { SpectrumClient } from './spectrum.ts';
import type { TrainingClient, TrainingEvent } from './training.ts';
import type { TrustClient } from './trust.ts';

/** The compute worker as the page sees it: plain promises, an AbortSignal and a progress listener. */
export interface ComputeClient
  extends CoordinateClient,
    EvaluationApi,
    TrainingClient,
    InspectionClient,
    ParticleClient,
    MaskClient,
    MatchingClient,
    MicrographThumbnailClient,
    SpectrumClient,
    SessionFileClient,
    TrustClient {
  start(): Promise<GpuReport>;
  open(file: File, request: OpenRequest, options?: JobOptions): Promise<OpenedMicrograph>;
  close(id: number): Promise<void>;
  expose(id: number, exposure: Exposure, options?: JobOptions): Promise<ExposureResult>;
  exportSum(id: number, part: SumPart, options?: JobOptions): Promise<Blob>;
  openGain(file: File, options?: JobOptions): Promise<OpenedGain>;
  closeGain(id: number): Promise<void>;
  judgeGain(id: number, gain: number, options?: JobOptions): Promise<GainJudgement>;
  scorePlaces(
    id: number,
    sets: readonly (readonly Place[])[],
    diameterPx: number,
    options?: JobOptions,
  ): Promise<readonly PlaceScore[]>;
  tile(id: number, kind: ShownKind, level: number, column: number, row: number): Promise<TilePixels>;
  valueAt(id: number, kind: ShownKind, x: number, y: number): Promise<number | undefined>;
  filter(id: number, parameters: FilterParameters, options?: JobOptions): Promise<FilterResult>;
  exportFiltered(id: number, kind: MadeKind, options?: JobOptions): Promise<Blob>;
  pick(id: number, parameters: PickParameters, options?: JobOptions): Promise<PickResult>;
  findByTemplate(
    id: number,
    picked: readonly Place[],
    parameters: TemplateParameters,
    options?: JobOptions,
  ): Promise<TemplateResult>;
  demo(options?: JobOptions): Promise<DemoResult>;
  openModel(file: File, options?: JobOptions): Promise<ModelDescription>;
  closeModel(hash: string): Promise<void>;
  gpuMemory(): Promise<GpuMemory | undefined>;
  profile(request: ProfileRequest, options?: JobOptions): Promise<NetworkProfile>;
  stageTimes(): Promise<readonly StageTime[]>;
  cacheUsage(): Promise<CacheUsage>;
  clearCache(): Promise<void>;
}

/** Wraps a worker that exposes `ComputeApi`. */
export function createComputeClient(worker: Worker): ComputeClient {
  const remote: Remote<ComputeApi> = wrap<ComputeApi>(worker);
  const job = <T>(call: (port: MessagePort) => Promise<T>, options: JobOptions = {}): Promise<T> =>
    runJob((port) => call(transfer(port, [port])), options);
  return {
    start: () => remote.start(),
    open: (file, request, options) => job((port) => remote.open(file, request, port), options),
    close: (id) => remote.close(id),
    expose: (id, exposure, options) => job((port) => remote.expose(id, exposure, port), options),
    exportSum: (id, part, options) => job((port) => remote.exportSum(id, part, port), options),
    openGain: (file, options) => job((port) => remote.openGain(file, port), options),
    closeGain: (id) => remote.closeGain(id),
    judgeGain: (id, gain, options) => job((port) => remote.judgeGain(id, gain, port), options),
    scorePlaces: (id, sets, diameterPx, options) =>
      job((port) => remote.scorePlaces(id, sets, diameterPx, port), options),
    exportSession: (request, options) => job((port) => remote.exportSession(request, port), options),
    importSession: (file, options) => job((port) => remote.importSession(file, port), options),
    tile: (id, kind, level, column, row) => remote.tile(id, kind, level, column, row),
    histogram: (id, kind) => remote.histogram(id, kind),
    lineProfile: (id, kind, request, options) =>
      job((port) => remote.lineProfile(id, kind, request, port), options),
    regionStatistics: (id, kind, region, options) =>
      job((port) => remote.regionStatistics(id, kind, region, port), options),
    filterBlock: (id, filter, block) => remote.filterBlock(id, filter, block),
    valueAt: (id, kind, x, y) => remote.valueAt(id, kind, x, y),
    filter: (id, parameters, options) => job((port) => remote.filter(id, parameters, port), options),
    exportFiltered: (id, kind, options) => job((port) => remote.exportFiltered(id, kind, port), options),
    pick: (id, parameters, options) => job((port) => remote.pick(id, parameters, port), options),
    findByTemplate: (id, picked, parameters, options) =>
      job((port) => remote.findByTemplate(id, picked, parameters, port), options),
    missingForTraining: (pictures, start) => remote.missingForTraining(pictures, start),
    keepForTraining: (id, picture, start, options) =>
      job((port) => remote.keepForTraining(id, picture, start, port), options),
    train: async (request, checkpoint, onEvent, options) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = ({ data }: MessageEvent<TrainingEvent>) => onEvent(data);
      try {
        const events = transfer(port2, [port2]);
        return await job((port) => remote.train(request, checkpoint, events, port), options);
      } finally {
        port1.close();
      }
    },
    particleThumbnails: (id, kind, request, options) =>
      job((port) => remote.particleThumbnails(id, kind, request, port), options),
    particleContrasts: (id, places, diameterPx, bright, options) =>
      job((port) => remote.particleContrasts(id, places, diameterPx, bright, port), options),
    classAverages: (id, request, options) => job((port) => remote.classAverages(id, request, port), options),
    extractParticles: (file, request, options) =>
      job((port) => remote.extractParticles(file, request, port), options),
    readCoordinates: async (file, among) => unpackFile(await remote.readCoordinates(file, among)),
    evaluatePicks: (request) => remote.evaluatePicks(request),
    comparePicks: (request) => remote.comparePicks(request),
    lookAtFile: (file, wantsPicture, options) =>
      job((port) => remote.lookAtFile(file, wantsPicture, port), options),
    openMask: (file, size, options) => job((port) => remote.openMask(file, size, port), options),
    exportMask: (bitmap, size, pixelSize, name) => remote.exportMask(bitmap, size, pixelSize, name),
    quality: (id, request, options) => job((port) => remote.quality(id, request, port), options),
    openReference: (file, options) => job((port) => remote.openReference(file, port), options),
    closeReference: (id) => remote.closeReference(id),
    previewReference: (id, parameters, options) =>
      job((port) => remote.previewReference(id, parameters, port), options),
    matchReference: (micrograph, id, parameters, options) =>
      job((port) => remote.matchReference(micrograph, id, parameters, port), options),
    combinePicks: (request) => remote.combinePicks(request),
    judgeResidual: (id, request, options) => job((port) => remote.judgeResidual(id, request, port), options),
    powerSpectrum: (id, request, options) => job((port) => remote.powerSpectrum(id, request, port), options),
    estimateDefocus: (id, request, options) =>
      job((port) => remote.estimateDefocus(id, request, port), options),
    transferZeros: (request) => remote.transferZeros(request),
    compareHalves: (id, parameters, request, options) =>
      job((port) => remote.compareHalves(id, parameters, request, port), options),
    demo: (options) => job((port) => remote.demo(port), options),
    openModel: (file, options) => job((port) => remote.openModel(file, port), options),
    closeModel: (hash) => remote.closeModel(hash),
    gpuMemory: () => remote.gpuMemory(),
    profile: (request, options) => job((port) => remote.profile(request, port), options),
    stageTimes: () => remote.stageTimes(),
    cacheUsage: () => remote.cacheUsage(),
    clearCache: () => remote.clearCache(),
  };
}
