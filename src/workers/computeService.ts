import type { ByteSource } from '../core/bytes.ts';
import { memorySink } from '../core/bytes.ts';
import { CryoliteError, GpuUnavailableError, messageOf, UsageError } from '../core/errors.ts';
import type { JobOptions } from '../core/progress.ts';
import { fingerprint } from '../dataset/fingerprint.ts';
import { openMicrograph } from '../dataset/open.ts';
import type { Provenance } from '../dataset/session.ts';
import type { GpuContext } from '../gpu/context.ts';
import { createGpuProvider, withGpu } from '../jobs/gpu.ts';
import { describeBandPass } from '../pipelines/denoise.ts';
import { writePlaneAsMrc } from '../pipelines/exportPlane.ts';
import { type PickerModel, parsePickerModel } from '../pipelines/picking/model.ts';
import { type PickResume, pickParticles } from '../pipelines/picking/pick.ts';
import { simulatedMrc } from '../pipelines/simulation/files.ts';
import { defaultSimulation, simulateMicrograph } from '../pipelines/simulation/simulate.ts';
import type { ComputeApi, GpuReport, PickParameters } from '../rpc/contract.ts';
import { serveJob } from '../rpc/job.ts';
import type { TileCache } from '../tiles/cache.ts';
import { levelCount, tileSize } from '../tiles/pyramid.ts';
import { OpenImage } from './openImage.ts';

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
  const images = new Map<number, OpenImage>();
  let recent: OpenImage[] = [];
  let hasGpu = true;
  let nextId = 1;
  let model: Promise<PickerModel> | undefined;

  const imageOf = (id: number): OpenImage => {
    const image = images.get(id);
    if (!image) throw new CryoliteError('closed', 'This micrograph is not open any more; open it again.');
    if (recent[0] !== image) {
      recent = [image, ...recent.filter((other) => other !== image)];
      for (const old of recent.splice(residentImages)) old.release();
    }
    return image;
  };
  /** What is done late to an image that had to make room meanwhile must not keep it in memory. */
  const using = async <T>(id: number, work: (image: OpenImage) => Promise<T>): Promise<T> => {
    const image = imageOf(id);
    try {
      return await work(image);
    } finally {
      if (!recent.includes(image)) image.release();
    }
  };
  const forget = (id: number): void => {
    const image = images.get(id);
    images.delete(id);
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

    open: (file, frame, port) =>
      serveJob(port, async (options) => {
        const source = platform.sourceOf(file);
        const micrograph = await openMicrograph(source);
        if (frame < 0 || frame >= micrograph.frames) {
          throw new UsageError(
            `${file.name} has ${micrograph.frames} frame${micrograph.frames === 1 ? '' : 's'}; there is no frame ${frame + 1}.`,
          );
        }
        const image = new OpenImage(await fingerprint(source, frame), micrograph, frame, await cache);
        const id = nextId++;
        images.set(id, image);
        try {
          imageOf(id);
          const { statistics, contrast } = await withContext((acquire) =>
            image.summary(acquire, () =>
              acquire
                ? onGpu(options, (gpuContext) => image.withRaw(gpuContext, options, () => {}))
                : image.pixelsOnCpu(options),
            ),
          );
          const { name, width, height, frames, pixelSizeAngstrom, description, warnings } = micrograph;
          const pyramid = { tileSize, levels: levelCount(width, height) };
          const header = { name, width, height, frames, frame, pixelSizeAngstrom, description };
          const notes =
            statistics.nonFinite > 0 ? [...warnings, nonFiniteWarning(statistics.nonFinite)] : warnings;
          return {
            id,
            fingerprint: image.fingerprint,
            ...header,
            warnings: notes,
            statistics,
            contrast,
            pyramid,
          };
        } catch (error) {
          forget(id);
          throw error;
        }
      }),

    close: async (id) => forget(id),

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
            image.withFiltered(gpuContext, options, async (plane, band, { statistics }) => {
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

function nonFiniteWarning(count: number): string {
  return `${count} pixel${count === 1 ? ' is' : 's are'} not a number; ${count === 1 ? 'it is' : 'they are'} shown as the mean.`;
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
