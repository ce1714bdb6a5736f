import type { MicrographParameters } from '../../../src/dataset/session.ts';
import { browserFileSource } from '../../../src/platform/browser/fileSource.ts';
import type { ComputeClient } from '../../../src/rpc/client.ts';
import type { ExposureResult, OpenedGain, OpenedMicrograph } from '../../../src/rpc/contract.ts';
import { type CoordinateClient, unpackFile } from '../../../src/rpc/coordinates.ts';
import { coordinateService } from '../../../src/workers/coordinateService.ts';

const statistics = { min: 0, max: 1, mean: 0, standardDeviation: 1, nonFinite: 0 };

export const image: OpenedMicrograph = {
  id: 1,
  fingerprint: 'f',
  name: 'a.mrc',
  format: 'MRC',
  compression: undefined,
  kind: 'image',
  width: 100,
  height: 80,
  frames: 1,
  frame: 0,
  pixelSizeAngstrom: undefined,
  description: 'MRC mode 2',
  warnings: [],
  facts: [],
  acquisition: {},
  byteSign: undefined,
  rawFrames: undefined,
  framesPerFraction: undefined,
  exposed: undefined,
  version: 'raw',
  statistics,
  contrast: { black: -2, white: 2 },
  pyramid: { tileSize: 256, levels: 1 },
};

/** Of 40 frames, all summed. */
export const movie: OpenedMicrograph = {
  ...image,
  name: 'm.mrc',
  kind: 'movie',
  frames: 40,
  exposed: {
    exposure: { range: { first: 0, last: 39 }, removeHotPixels: true, gain: undefined },
    hotPixels: 3,
    defects: undefined,
  },
};

export const gainReference: OpenedGain = {
  id: 7,
  name: 'gain.mrc',
  width: 100,
  height: 80,
  description: 'MRC mode 2',
  warnings: [],
};

export const parameters: MicrographParameters = {
  frame: 0,
  pixelSizeAngstrom: 1.5,
  diameterAngstrom: 120,
  lowpassAngstrom: 20,
  highpassAngstrom: undefined,
  method: 'log',
  threshold: 4,
  brightParticles: false,
};

const coordinates = coordinateService({ sourceOf: browserFileSource });

/** Reads coordinate files as the worker does, with what crosses the boundary cloned. */
export const coordinateReader: CoordinateClient = {
  readCoordinates: async (file, among) =>
    unpackFile(structuredClone(await coordinates.readCoordinates(file, among))),
};

/** A worker that does what a test wants of it, and fails loudly at anything else. */
export function fakeCompute(parts: Partial<ComputeClient>): ComputeClient {
  const never = (name: string) => () => Promise.reject(new Error(`The test did not expect ${name}.`));
  const names = [
    ...(['start', 'open', 'close', 'expose', 'exportSum', 'openGain', 'closeGain', 'judgeGain'] as const),
    ...(['scorePlaces', 'tile', 'valueAt', 'filter', 'exportFiltered', 'pick'] as const),
    ...(['particleThumbnails', 'particleContrasts', 'classAverages', 'extractParticles'] as const),
    ...(['findByTemplate', 'demo', 'readCoordinates', 'evaluatePicks', 'comparePicks'] as const),
    ...(['missingForTraining', 'keepForTraining', 'train'] as const),
    ...([
      'openModel',
      'closeModel',
      'gpuMemory',
      'profile',
      'cacheUsage',
      'stageTimes',
      'clearCache',
    ] as const),
  ];
  const all = Object.fromEntries(names.map((name) => [name, never(name)]));
  return { ...(all as unknown as ComputeClient), ...parts };
}

export function exposureResult(
  exposure: ExposureResult['exposure'],
  hotPixels: number | undefined = 3,
): ExposureResult {
  const { first, last } = exposure.range;
  return {
    exposure,
    hotPixels,
    defects: undefined,
    version: `sum-${first}-${last}`,
    statistics,
    contrast: { black: -1, white: 1 },
    seconds: 0.1,
  };
}
