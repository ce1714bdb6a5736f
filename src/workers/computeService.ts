import type { ByteSource } from '../core/bytes.ts';
import { memorySink } from '../core/bytes.ts';
import { CryoliteError, GpuUnavailableError, messageOf, UsageError } from '../core/errors.ts';
import type { JobOptions } from '../core/progress.ts';
import { fingerprint } from '../dataset/fingerprint.ts';
import { customaryUsage, readGain } from '../dataset/gain.ts';
import { openMicrograph } from '../dataset/open.ts';
import type { Provenance } from '../dataset/session.ts';
import { NO_PIXEL_SIZE } from '../formats/image.ts';
import type { GpuContext } from '../gpu/context.ts';
import { createGpuProvider, withGpu } from '../jobs/gpu.ts';
import { describeBandPass } from '../pipelines/denoise.ts';
import { writePlaneAsMrc } from '../pipelines/exportPlane.ts';
import { judgeGain } from '../pipelines/movie/judgeGain.ts';
import { type PickerModel, parsePickerModel } from '../pipelines/picking/model.ts';
import { type PickResume, pickParticles } from '../pipelines/picking/pick.ts';
import { scoreReadings } from '../pipelines/readingScore.ts';
import { simulatedMrc } from '../pipelines/simulation/files.ts';
import { defaultSimulation, simulateMicrograph } from '../pipelines/simulation/simulate.ts';
import type { ComputeApi, GpuReport, PickParameters } from '../rpc/contract.ts';
import { serveJob } from '../rpc/job.ts';
import type { TileCache } from '../tiles/cache.ts';
import { Gains } from './gains.ts';
import { describeDocument, type OpenDocument, openDocument, pictureOf } from './openedFile.ts';
import type { OpenImage } from './openImage.ts';
import { sumFile } from './sumFile.ts';

/** What the service needs of the place it runs in. */
export interface ComputePlatform {
  readonly openGpu: () => Promise<GpuContext>;
  readonly openCache: () => Promise<TileCache>;
  readonly sourceOf: (file: File) => ByteSource;
  readonly loadPickerModel: () => Promise<Uint8Array<ArrayBuffer>>;
  /** Hands an array over to the caller without a copy. */
  readonly transfer: <T>(value: T, transferables: Transferable[]) => T;
}

/** Micrographs whose planes may be on the GPU at once. */
const residentImages = 2;

const demoName = 'cryolite-demo.mrc';

/** The compute worker's side of the contract. */
export function createComputeService(platform: ComputePlatform): ComputeApi {
  const gpu = createGpuProvider(platform.openGpu);
  const cache = platform.openCache();
  const documents = new Map<number, OpenDocument>();
  const gains = new Gains();
  const lay = gains.lay.bind(gains);
  let recent: OpenImage[] = [];
  let hasGpu = true;
  let nextId = 1;
  let model: Promise<PickerModel> | undefined;

  const documentOf = (id: number): OpenDocument => {
    const document = documents.get(id);
    if (!document) throw new CryoliteError('closed', 'This micrograph is not open any more; open it again.');
    return document;
  };
  const imageOf = (id: number): OpenImage => {
    const { image } = documentOf(id);
    if (recent[0] !== image) {
      recent = [image, ...recent.filter((other) => other !== image)];
      for (const old of recent.splice(residentImages)) old.release();
    }
    return image;
  };
  /** What is done late to an image that had to make room meanwhile must not keep it in memory. */
  const using = async <T>(
    id: number,
    work: (image: OpenImage, document: OpenDocument) => Promise<T>,
  ): Promise<T> => {
    const document = documentOf(id);
    const image = imageOf(id);
    try {
      return await work(image, document);
    } finally {
      if (!recent.includes(image)) image.release();
    }
  };
  const forget = (id: number): void => {
    const image = documents.get(id)?.image;
    documents.delete(id);
    recent = recent.filter((other) => other !== image);
    image?.close();
  };
  const needGpu = (): void => {
    if (!hasGpu) throw new GpuUnavailableError('This needs WebGPU, which this browser does not offer.');
  };
  /** Long work on the GPU: says so when the device was lost, and goes on with a new one. */
  const onGpu = <T>(options: JobOptions, work: (gpuContext: GpuContext) => Promise<T>): Promise<T> =>
    withGpu(gpu, work, () =>
      options.onProgress?.({ stage: 'The GPU was lost; going on with a new device', done: 0, total: 1 }),
    );
  /** What can do without: by the CPU where there is no GPU, or none any more. */
  const orOnCpu = async <T>(onDevice: () => Promise<T>, onCpu: () => Promise<T>): Promise<T> => {
    if (!hasGpu) return await onCpu();
    try {
      return await onDevice();
    } catch (error) {
      if (error instanceof GpuUnavailableError) return await onCpu();
      throw error;
    }
  };
  /** Short work, such as a tile: once more on a new device. */
  const withContext = <T>(
    work: (acquire: (() => Promise<GpuContext>) | undefined) => Promise<T>,
  ): Promise<T> =>
    orOnCpu(
      () => withGpu(gpu, (gpuContext) => work(async () => gpuContext)),
      () => work(undefined),
    );
  const pickerModel = (): Promise<PickerModel> => {
    model ??= platform.loadPickerModel().then((bytes) => parsePickerModel(bytes, 'The picking network'));
    model.catch(() => {
      model = undefined;
    });
    return model;
  };

  return {
    start: async (): Promise<GpuReport> => {
      try {
        const { adapterName, device } = await gpu.acquire();
        hasGpu = true;
        const { maxBufferSize, maxStorageBufferBindingSize } = device.limits;
        return {
          available: true,
          description: adapterName,
          features: [...device.features].sort(),
          limits: { maxBufferSize, maxStorageBufferBindingSize },
        };
      } catch (error) {
        hasGpu = false;
        return { available: false, description: messageOf(error), features: [], limits: {} };
      }
    },

    open: (file, request, port) =>
      serveJob(port, async (options) => {
        const source = platform.sourceOf(file);
        const micrograph = await openMicrograph(source, request.read);
        const document = await openDocument(source, micrograph, request, lay, await cache);
        const { image } = document;
        const id = nextId++;
        documents.set(id, document);
        try {
          imageOf(id);
          const { statistics, contrast } = await withContext((acquire) =>
            image.summary(acquire, () =>
              acquire
                ? onGpu(options, (gpuContext) => image.withRaw(gpuContext, options, () => {}))
                : image.pixelsOnCpu(options),
            ),
          );
          return describeDocument(id, document, statistics, contrast);
        } catch (error) {
          forget(id);
          throw error;
        }
      }),

    close: async (id) => forget(id),

    expose: (id, exposure, port) =>
      serveJob(port, (options) =>
        using(id, async (image, document) => {
          const start = performance.now();
          const next = pictureOf(document, exposure, lay);
          await orOnCpu(
            () => onGpu(options, (gpuContext) => image.show(gpuContext, next, options)),
            () => image.show(undefined, next, options),
          );
          document.shown = next;
          const contrast = await withContext((acquire) => image.contrast(acquire, 'raw'));
          const seconds = (performance.now() - start) / 1000;
          const { version } = next;
          return { ...next.report, version, statistics: image.knownStatistics(), contrast, seconds };
        }),
      ),

    exportSum: (id, part, port) =>
      serveJob(port, async (options) => {
        needGpu();
        const { file, shown } = documentOf(id);
        if (!shown) throw new UsageError(`${file.name} is no movie: it has no frames to sum.`);
        return await onGpu(options, (gpuContext) => sumFile(gpuContext, file, shown, part, options));
      }),

    openGain: (file, port) =>
      serveJob(port, async () => {
        const source = platform.sourceOf(file);
        const micrograph = await openMicrograph(source);
        const gain = await readGain(micrograph);
        const held = { gain, format: micrograph.format, fingerprint: await fingerprint(source, 0) };
        const { name, width, height, description } = micrograph;
        const warnings = micrograph.warnings.filter((warning) => warning !== NO_PIXEL_SIZE);
        return { id: gains.add(held), name, width, height, description, warnings };
      }),

    closeGain: async (id) => gains.close(id),

    judgeGain: (id, gainId, port) =>
      serveJob(port, async (options) => {
        needGpu();
        const { file, movie, shown } = documentOf(id);
        if (!movie || !shown)
          throw new UsageError(`${file.name} is no movie: a gain reference is for movies.`);
        const { gain, format } = gains.find(gainId);
        const { range } = shown.report.exposure;
        return await using(id, async () => {
          const pixels = await onGpu(options, (gpuContext) => movie.on(gpuContext).rawSum(range, options));
          options.signal?.throwIfAborted();
          options.onProgress?.({ stage: 'Comparing patterns', done: 0, total: 1 });
          const judgement = judgeGain({ pixels, width: file.width, height: file.height }, gain);
          return { ...judgement, customary: customaryUsage(format, file.format) };
        });
      }),

    scorePlaces: (id, sets, diameterPx, port) =>
      serveJob(port, async () => {
        const picture = await withContext((acquire) => using(id, (image) => image.overview(acquire, 'raw')));
        return scoreReadings(picture, sets, diameterPx).scores;
      }),

    tile: async (id, kind, level, column, row) => {
      const tile = await withContext((acquire) =>
        using(id, (image) => image.tile(acquire, kind, level, column, row)),
      );
      // A copy, since the cache may still be writing the original.
      const data = tile.data.slice();
      return platform.transfer({ width: tile.width, height: tile.height, data }, [data.buffer]);
    },

    valueAt: (id, kind, x, y) =>
      withContext((acquire) => using(id, (image) => image.valueAt(acquire, kind, x, y))),

    filter: (id, parameters, port) =>
      serveJob(port, async (options) => {
        needGpu();
        return await using(id, async (image) => {
          const start = performance.now();
          options.onProgress?.({ stage: 'Filtering', done: 0, total: 1 });
          await onGpu(options, async (gpuContext) => {
            await image.filter(gpuContext, parameters, options);
            await gpuContext.finish();
          });
          const seconds = (performance.now() - start) / 1000;
          const contrast = await withContext((acquire) => image.contrast(acquire, 'filtered'));
          return { version: image.version('filtered'), contrast, seconds };
        });
      }),

    exportFiltered: (id, port) =>
      serveJob(port, async (options) => {
        needGpu();
        const sink = await using(id, (image) =>
          onGpu(options, (gpuContext) =>
            image.withFiltered(gpuContext, options, async (plane, { band }, { statistics }) => {
              const file = memorySink();
              const labels = [`Cryolite ${__CRYOLITE_VERSION__}: ${describeBandPass(band)}`];
              const { pixelSizeAngstrom } = band;
              await writePlaneAsMrc(
                gpuContext,
                plane,
                statistics,
                { pixelSizeAngstrom, labels },
                file,
                options,
              );
              return file;
            }),
          ),
        );
        return new Blob([sink.bytes()]);
      }),

    pick: (id, parameters, port) =>
      serveJob(port, async (options) => {
        needGpu();
        return await using(id, async (image) => {
          const start = performance.now();
          const network = await pickerModel();
          const resume: PickResume = { finished: new Map() };
          let adapter = '';
          const outcome = await onGpu(options, (gpuContext) => {
            adapter = gpuContext.adapterName;
            return image.withRaw(gpuContext, options, (loaded) =>
              pickParticles(gpuContext, loaded, image.micrograph, parameters, network, {
                ...options,
                resume,
              }),
            );
          });
          const provenance = pickProvenance(parameters, adapter, network);
          return { ...outcome, provenance, seconds: (performance.now() - start) / 1000 };
        });
      }),

    demo: (port) =>
      serveJob(port, async (options) => {
        needGpu();
        const simulated = await onGpu(options, (gpuContext) =>
          simulateMicrograph(gpuContext, defaultSimulation, options),
        );
        const micrograph = await simulatedMrc(simulated, defaultSimulation);
        return {
          file: new File([micrograph], demoName, { lastModified: 0 }),
          diameterAngstrom: defaultSimulation.diameterAngstrom,
          truth: simulated.truth,
        };
      }),

    cacheUsage: async () => (await cache).usage(),
    clearCache: async () => (await cache).clear(),
  };
}

function pickProvenance(parameters: PickParameters, adapter: string, network: PickerModel): Provenance {
  const { method, diameterAngstrom, pixelSizeAngstrom } = parameters;
  return {
    program: 'Cryolite',
    version: __CRYOLITE_VERSION__,
    adapter,
    method,
    ...(method === 'cnn' ? { weightsHash: network.hash } : {}),
    diameterAngstrom,
    pixelSizeAngstrom,
  };
}
