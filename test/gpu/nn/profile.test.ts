import { afterAll, beforeAll, expect, test } from 'vitest';
import { GpuContext } from '../../../src/gpu/context.ts';
import { add, concat, conv, pool, relu } from '../../../src/nn/build.ts';
import { costOf } from '../../../src/nn/cost.ts';
import type { Graph } from '../../../src/nn/layers.ts';
import { Network } from '../../../src/nn/network.ts';
import { stepCosts } from '../../../src/nn/profile.ts';
import { type NetworkProfile, profileNetwork } from '../../../src/nn/profileNetwork.ts';
import { compile, demandOf } from '../../../src/nn/program.ts';
import { cutEvenly } from '../../../src/nn/tiling.ts';
import { describeGpu } from '../../support/gpu.ts';
import { weightsFor } from '../../unit/nn/weights.ts';

/** With what is fused, joined and given out as planes. */
const graph: Graph = {
  name: 'small',
  channels: 1,
  layers: [
    conv('a', 'input', 1, 8, 3, { padding: 'same', activation: relu }),
    pool('maxPool', 'p', 'a', 2),
    conv('b', 'p', 8, 8, 3, { padding: 'same' }),
    add('s', ['b', 'p'], relu),
    concat('j', ['s', 'p']),
    conv('c', 'j', 16, 2, 1),
  ],
};
const peak = { flopsPerSecond: 1e9, bytesPerSecond: 1e9 };

describeGpu('the profile of a network', (gpu) => {
  let context: GpuContext;
  let network: Network;
  beforeAll(() => {
    context = new GpuContext(gpu.device, 'test adapter');
    network = new Network(context, graph, weightsFor(graph, 1));
  });
  afterAll(() => {
    network.destroy();
    expect(context.memory().bytes).toBe(0);
    context.destroy();
  });

  const plain = ({ kernels }: NetworkProfile) =>
    kernels.map(({ name, op, flops, bytes }) => ({ name, op, flops, bytes }));

  test('has the kernels of the plan, with its operations and bytes', async () => {
    const image = { width: 32, height: 24 };
    const profile = await profileNetwork(context, network, image, { runs: 1, peak });
    const program = compile(graph);
    const whole = demandOf(program, image, {
      columns: cutEvenly(16, 16, 1),
      rows: cutEvenly(12, 12, 1),
    });
    expect(plain(profile)).toEqual(stepCosts(program, whole, 4));
    const layers = costOf(graph, image);
    expect(profile.flops).toBe(layers.reduce((sum, { flops }) => sum + flops, 0));
    expect(profile.kernels.map(({ kernel }) => kernel).at(-1)).toBe('nn/to_planes');
    expect(profile).toMatchObject({
      network: 'small',
      adapter: 'test adapter',
      storage: 'f32',
      clock: gpu.device.features.has('timestamp-query') ? 'timestamps' : 'submits',
      image,
      tiles: 1,
      runs: 1,
      peak,
    });
    expect(profile.togetherSeconds).toBeGreaterThan(0);
    expect(profile.seconds).toBeGreaterThan(0);
    expect(profile.memory.map(({ owner }) => owner)).toContain('network activations');
    // It goes to the page and into files.
    expect(structuredClone(profile)).toEqual(profile);
    expect(JSON.parse(JSON.stringify(profile))).toEqual(profile);
  });

  test('adds the tiles up, by the clock on the wall too', async () => {
    const image = { width: 32, height: 24 };
    const options = { runs: 1, peak, longestTile: 8, clock: 'submits' } as const;
    const profile = await profileNetwork(context, network, image, options);
    const program = compile(graph);
    const demand = demandOf(program, image, { columns: cutEvenly(16, 8, 1), rows: cutEvenly(12, 8, 1) });
    const tiles = demand.rows.flatMap((_, row) => demand.columns.map((_, column) => ({ column, row })));
    expect([profile.tiles, profile.clock]).toEqual([tiles.length, 'submits']);
    const sums = tiles.map((tile) => stepCosts(program, demand, 4, tile));
    const expected = (sums[0] ?? []).map((cost, i) => ({
      ...cost,
      flops: sums.reduce((sum, costs) => sum + (costs[i]?.flops ?? 0), 0),
      bytes: sums.reduce((sum, costs) => sum + (costs[i]?.bytes ?? 0), 0),
    }));
    expect(plain(profile)).toEqual(expected);
    // Halos are computed more than once.
    expect(profile.flops).toBeGreaterThan(costOf(graph, image).reduce((sum, { flops }) => sum + flops, 0));
    for (const { seconds } of profile.kernels) expect(seconds).toBeGreaterThan(0);
  });

  test('ends when it is told to, and frees all', async () => {
    const before = context.memory().bytes;
    const controller = new AbortController();
    const profile = profileNetwork(
      context,
      network,
      { width: 32, height: 32 },
      {
        peak,
        longestTile: 8,
        signal: controller.signal,
        onProgress: ({ done }) => done === 1 && controller.abort(),
      },
    );
    await expect(profile).rejects.toMatchObject({ name: 'AbortError' });
    expect(context.memory().bytes).toBe(before);
  });
});
