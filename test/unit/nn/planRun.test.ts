import { describe, expect, test } from 'vitest';
import { costOf } from '../../../src/nn/cost.ts';
import { lengthOf } from '../../../src/nn/intervals.ts';
import { inputName } from '../../../src/nn/layers.ts';
import { defaultBufferBytes, planRun, resultSize, tileFacts } from '../../../src/nn/plan.ts';
import { stepCosts } from '../../../src/nn/profile.ts';
import { compile, demandOf, type Program, planSlots } from '../../../src/nn/program.ts';
import type { Size } from '../../../src/nn/sizes.ts';
import type { TilePlan } from '../../../src/nn/tiling.ts';
import { resnet8, unet } from '../../bench/compare/networks.ts';
import { smallUnet } from './networks.ts';

const usual = { bufferBytes: defaultBufferBytes, bytesPerNumber: 4 };

/** Bytes of the largest part of the image that a tile is made from. */
function inputBytes({ demand }: TilePlan): number {
  const longest = (all: TilePlan['demand']['columns']): number =>
    Math.max(...all.map((parts) => lengthOf(parts.get(inputName) ?? { from: 0, to: 0 })));
  return longest(demand.columns) * longest(demand.rows) * 4;
}

describe("at WebGPU's default limits a run of", () => {
  const networks = { 'the U-Net of Topaz': unet(), 'the ResNet8 of Topaz': resnet8() };
  const pictures = [
    { width: 4096, height: 4096 },
    { width: 11520, height: 8184 },
  ];
  const cases = Object.entries(networks).flatMap(([name, network]) =>
    pictures.map((image) => [`${name} on ${image.width} × ${image.height}`, image, network] as const),
  );
  test.each(cases)('%s stays under 1 GiB', (_, image, { graph, tensors }) => {
    const program = compile(graph);
    const plan = planRun(program, image, usual);
    for (const bytes of plan.slots.bytes) expect(bytes).toBeLessThanOrEqual(2 ** 27);
    const tiles = tileFacts(program, plan);
    let weights = 0;
    for (const { data } of tensors.values()) weights += data.byteLength;
    const whole = image.width * image.height * 4;
    // Picture and result lie on the GPU where one binding can show them, else tile by tile.
    const pictures = whole <= 2 ** 27 ? 2 * whole : inputBytes(plan) + tiles.width * tiles.height * 4;
    const all = tiles.bytes + weights + pictures;
    expect(all).toBeLessThan(2 ** 30);
    // A bound that could not fail would say nothing: at once it would be far more.
    expect(atOnce(program, image)).toBeGreaterThan(2 ** 32);
    // Halos cost: no more than half of what is computed is computed twice.
    const flops = plan.demand.rows.flatMap((__, row) =>
      plan.demand.columns.map((___, column) =>
        stepCosts(program, plan.demand, 4, { column, row }).reduce((sum, cost) => sum + cost.flops, 0),
      ),
    );
    const once = costOf(graph, image).reduce((sum, cost) => sum + cost.flops, 0);
    const computed = flops.reduce((sum, one) => sum + one, 0);
    expect(computed / once).toBeGreaterThan(1);
    expect(computed / once).toBeLessThan(2);
  });
});

/** Bytes of all activations of the whole picture. */
function atOnce(program: Program, { width, height }: Size): number {
  const whole = { columns: [{ from: 0, to: width }], rows: [{ from: 0, to: height }] };
  const { bytes } = planSlots(program, demandOf(program, { width, height }, whole), 4);
  return bytes.reduce((sum, one) => sum + one, 0);
}

describe('planRun', () => {
  const program = compile(smallUnet(8, 4));
  const image = { width: 200, height: 120 };

  test('takes all at once where nothing is in the way, and tiles no longer than it is told', () => {
    expect(tileFacts(program, planRun(program, image, usual))).toMatchObject({ count: 1, ...image });
    const tiles = tileFacts(program, planRun(program, image, { ...usual, longestTile: 64 }));
    expect(tiles).toMatchObject({ count: 8, width: 56, height: 64 });
    expect(resultSize(program, image)).toEqual(image);
  });

  test('keeps what it may take in all', () => {
    const { bytes } = tileFacts(program, planRun(program, image, usual));
    const half = tileFacts(program, planRun(program, image, { ...usual, totalBytes: bytes / 2 }));
    expect(half.bytes).toBeLessThanOrEqual(bytes / 2);
    expect(half.count).toBeGreaterThan(1);
  });
});
