import { expect, test } from 'vitest';
import { recogniseTopaz } from '../../../../src/formats/weights/topazNames.ts';
import { readTorchWeights } from '../../../../src/formats/weights/torch/read.ts';
import { costOf } from '../../../../src/nn/cost.ts';
import { reachOf, receptiveField } from '../../../../src/nn/field.ts';
import { fuse } from '../../../../src/nn/fuse.ts';
import { topazGraph } from '../../../../src/nn/imports/topaz.ts';
import { outputName } from '../../../../src/nn/layers.ts';
import { inferSizes } from '../../../../src/nn/sizes.ts';
import { describeWithShared, sharedBytes } from '../../formats/sharedData.ts';

const folder = 'data/weights/topaz';

describeWithShared(folder, 'Topaz’s networks as graphs', () => {
  // Measured with PyTorch (shared/data/weights/README.md) are 145 and 43 for the U-nets, where a maximum hides what it is
  // greater than. By hand, the first: 3 + 2·(2 + 4 + 8 + 16) + 32 + 16 + 8 + 4 + 2 + 3 by its convolutions, and 31 by the grid.
  test.each([
    ['unet_L2_v0.2.1', 159, 32, 24],
    ['unet_small_L1_v0.2.2', 44, 8, 16],
    ['fcnn_L1_v0.2.2', 15, 1, 3],
    ['affine_L1_v0.2.2', 15, 1, 1],
    ['resnet8_u32', 35, 1, 13],
    ['resnet16_u32', 45, 1, 25],
  ])('%s reaches %i px, repeats after %i px', (name, reach, period, steps) => {
    const tensors = readTorchWeights(name, sharedBytes(`${folder}/${name}.sav`));
    const graph = topazGraph(name, recogniseTopaz(name, tensors));
    const field = receptiveField(graph);
    expect(reachOf(field)).toEqual({ x: reach, y: reach });
    expect(field.x).toMatchObject({ stride: 1, period });
    for (const [width, height] of [
      [312, 200],
      [97, 211],
    ] as const) {
      const { x, y } = inferSizes(graph, { width, height });
      expect([x.get(outputName(graph)), y.get(outputName(graph))]).toEqual([width, height]);
    }
    const parameters = costOf(graph, { width: 64, height: 64 }).reduce((sum, one) => sum + one.parameters, 0);
    expect(parameters).toBe([...tensors.values()].reduce((sum, { data }) => sum + data.length, 0));
    expect(fuse(graph).length).toBeLessThanOrEqual(steps);
  });
});
