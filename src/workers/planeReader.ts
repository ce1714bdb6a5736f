import type { JobOptions } from '../core/progress.ts';
import type { GpuContext } from '../gpu/context.ts';
import { gather } from '../gpu/ops/gather.ts';
import type { Plane } from '../gpu/plane.ts';
import { type LoadedPlane, standardisation } from '../pipelines/load.ts';
import type { ImageKind } from '../rpc/contract.ts';
import type { GpuAccess } from './gpuAccess.ts';
import type { OpenImage } from './openImage.ts';

/** Some pixels of a picture where it lies, in the file's own units. */
export interface PlaneReader {
  /** Of the plane, px; a large picture may be binned. */
  readonly width: number;
  readonly height: number;
  readonly bin: number;
  /** Values at indices, row by row. */
  at(places: Uint32Array<ArrayBuffer>): Promise<Float32Array<ArrayBuffer>>;
  /** Pixels [x, x + width) of some rows. */
  rows(row: number, rows: number, x: number, width: number): Promise<Float32Array<ArrayBuffer>>;
}

/** Runs `work` with a picture on the GPU, or where there is none with the raw one in memory. */
export async function withPlaneReader<T>(
  gpu: GpuAccess,
  image: OpenImage,
  kind: ImageKind,
  options: JobOptions,
  work: (reader: PlaneReader) => Promise<T>,
): Promise<T> {
  const onDevice = (): Promise<T> =>
    gpu.run(options, (context) =>
      kind === 'raw'
        ? image.withRaw(context, options, (loaded) => work(onGpu(context, loaded.plane, loaded)))
        : image.withFiltered(
            context,
            options,
            (plane, _, loaded) => work(onGpu(context, plane, loaded)),
            kind,
          ),
    );
  if (kind !== 'raw') return await onDevice();
  return await gpu.orOnCpu(onDevice, async () => {
    const data = await image.pixelsOnCpu(options);
    const { width, height } = image.micrograph;
    const toFile = unitsOf(image.knownStatistics());
    return await work({
      width,
      height,
      bin: 1,
      at: async (places) => toFile(Float32Array.from(places, (place) => data[place] ?? 0)),
      rows: async (row, rows, x, part) => {
        const values = new Float32Array(rows * part);
        for (let i = 0; i < rows; i++) {
          const start = (row + i) * width + x;
          values.set(data.subarray(start, start + part), i * part);
        }
        return toFile(values);
      },
    });
  });
}

function onGpu(
  context: GpuContext,
  { buffer, width, height }: Plane,
  { statistics, bin }: LoadedPlane,
): PlaneReader {
  const toFile = unitsOf(statistics);
  return {
    width,
    height,
    bin,
    at: async (places) => toFile(new Float32Array((await gather(context, buffer, places)).buffer)),
    rows: async (row, rows, x, part) => {
      // One copy from the first pixel to the last; what lies between is dropped.
      const length = (rows - 1) * width + part;
      const all = new Float32Array(await context.read(buffer, length * 4, (row * width + x) * 4));
      if (part === width) return toFile(all);
      const values = new Float32Array(rows * part);
      for (let i = 0; i < rows; i++) values.set(all.subarray(i * width, i * width + part), i * part);
      return toFile(values);
    },
  };
}

/** In place: from standard deviations about the mean back to the file's units. */
function unitsOf(
  statistics: LoadedPlane['statistics'],
): (values: Float32Array<ArrayBuffer>) => Float32Array<ArrayBuffer> {
  const { mean, scale } = standardisation(statistics);
  return (values) => {
    for (let i = 0; i < values.length; i++) values[i] = mean + (scale > 0 ? (values[i] ?? 0) / scale : 0);
    return values;
  };
}
