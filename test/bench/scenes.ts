/** Training scenes a second by one thread of the processor and on the GPU, and projections of a volume. */
import { createRandom } from '../../src/core/random.ts';
import type { GpuContext } from '../../src/gpu/context.ts';
import { GpuScenes } from '../../src/pipelines/simulation/gpuScenes.ts';
import { VolumeProjector, VolumeSpectrum } from '../../src/pipelines/simulation/projector.ts';
import { defaultScenes, TrainingScenes } from '../../src/pipelines/simulation/scenes.ts';
import { randomRotation } from '../../src/pipelines/simulation/shapes.ts';
import { type Timing, time } from './measure.ts';

const scenesARun = 20;
const batchesARun = 4;
const projectionsARun = 50;
/** A ball of 60 voxels of 3 Å, to pixels of 1.5 Å. */
const side = 64;

export async function benchScenes(context: GpuContext, runs: number, isSoftware: boolean) {
  const data = Float32Array.from({ length: side ** 3 }, (_, i) => {
    const [x, y, z] = [i % side, Math.floor(i / side) % side, Math.floor(i / side ** 2)];
    return Math.hypot(x - side / 2, y - side / 2, z - side / 2) < 30 ? 1.7 : 0;
  });
  const volume = new VolumeSpectrum({ side, voxelSizeAngstrom: 3, diameterAngstrom: 180, data });
  const projector = new VolumeProjector(volume, 1.5);
  const random = createRandom(1);
  const patches = await onProcessor(runs);
  const onGpu = await byGpu(context, runs, isSoftware ? 1 : batchesARun);
  const projections = await time(runs, async () => {
    for (let i = 0; i < projectionsARun; i++)
      projector.project(randomRotation(random), { x: 100.3, y: 99.8 });
  });
  return {
    patches,
    onGpu,
    projections: {
      ...projections,
      voxels: side,
      tilePx: projector.tileSide,
      projections: projectionsARun,
      projectionsPerSecond: projectionsARun / projections.seconds,
    },
  };
}

async function onProcessor(runs: number) {
  const scenes = new TrainingScenes(defaultScenes);
  const timing = await time(runs, async () => {
    for (let index = 0; index < scenesARun; index++) scenes.at(index);
  });
  return rate(timing, scenesARun);
}

/** Whole batches, one after the other, and the drawing of what is in them, which the processor does meanwhile. */
async function byGpu(context: GpuContext, runs: number, batches: number) {
  const scenes = new GpuScenes(context, defaultScenes);
  try {
    const whole = await time(runs, async () => {
      for (let number = 0; number < batches; number++) await scenes.batch(number);
    });
    const count = batches * scenes.atOnce;
    const drawing = await time(runs, async () => {
      for (let index = 0; index < count; index++) scenes.drawn(index);
    });
    return {
      ...rate(whole, count),
      atOnce: scenes.atOnce,
      contents: rate(drawing, count),
    };
  } finally {
    scenes.destroy();
  }
}

function rate(timing: Timing, scenes: number) {
  return { ...timing, sizePx: defaultScenes.sizePx, scenes, scenesPerSecond: scenes / timing.seconds };
}
