/** Training scenes and projections a second, of one thread on the processor. */
import { createRandom } from '../../src/core/random.ts';
import { VolumeProjector, VolumeSpectrum } from '../../src/pipelines/simulation/projector.ts';
import { defaultScenes, TrainingScenes } from '../../src/pipelines/simulation/scenes.ts';
import { randomRotation } from '../../src/pipelines/simulation/shapes.ts';
import { time } from './measure.ts';

const scenesARun = 20;
const projectionsARun = 50;
/** A ball of 60 voxels of 3 Å, to pixels of 1.5 Å. */
const side = 64;

export async function benchScenes(runs: number) {
  const scenes = new TrainingScenes(defaultScenes);
  const patches = await time(runs, async () => {
    for (let index = 0; index < scenesARun; index++) scenes.at(index);
  });
  const data = Float32Array.from({ length: side ** 3 }, (_, i) => {
    const [x, y, z] = [i % side, Math.floor(i / side) % side, Math.floor(i / side ** 2)];
    return Math.hypot(x - side / 2, y - side / 2, z - side / 2) < 30 ? 1.7 : 0;
  });
  const volume = new VolumeSpectrum({ side, voxelSizeAngstrom: 3, diameterAngstrom: 180, data });
  const projector = new VolumeProjector(volume, 1.5);
  const random = createRandom(1);
  const projections = await time(runs, async () => {
    for (let i = 0; i < projectionsARun; i++)
      projector.project(randomRotation(random), { x: 100.3, y: 99.8 });
  });
  return {
    patches: {
      ...patches,
      sizePx: defaultScenes.sizePx,
      scenes: scenesARun,
      scenesPerSecond: scenesARun / patches.seconds,
    },
    projections: {
      ...projections,
      voxels: side,
      tilePx: projector.tileSide,
      projections: projectionsARun,
      projectionsPerSecond: projectionsARun / projections.seconds,
    },
  };
}
