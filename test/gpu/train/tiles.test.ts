/** Every kernel of the matrix products, forced, on shapes that fill none of them. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createRandom } from '../../../src/core/random.ts';
import { GpuContext } from '../../../src/gpu/context.ts';
import type { KernelCall, Picture } from '../../../src/gpu/ops/trainCall.ts';
import { recordCorrelation, recordTransposed } from '../../../src/gpu/ops/trainConv.ts';
import { chooseLaneBlock, lanesOf } from '../../../src/gpu/ops/trainLanes.ts';
import type { ProductKernel } from '../../../src/gpu/ops/trainProduct.ts';
import {
  type Correlation,
  correlationTaps,
  type TapTable,
  transposedPhases,
  weightCount,
} from '../../../src/gpu/ops/trainTaps.ts';
import { tiles } from '../../../src/gpu/ops/trainTile.ts';
import { planChunks, recordWeightGradient } from '../../../src/gpu/ops/trainWeights.ts';
import { conv } from '../../../src/nn/build.ts';
import { channelsFirst, channelsLast } from '../../../src/nn/train/batch.ts';
import { packParameters, unpackParameters } from '../../../src/nn/train/parameters.ts';
import { differentiate, evaluate } from '../../reference/training.ts';
import { picture } from '../../reference/trainingLayers.ts';
import { largestDifference } from '../../support/compare.ts';
import { describeGpu } from '../../support/gpu.ts';

describeGpu('tiles', (gpu) => {
  let context: GpuContext;
  beforeAll(() => {
    context = new GpuContext(gpu.device, 'test');
  });
  afterEach(() => expect(context.memory().bytes).toBe(0));
  afterAll(() => context.destroy());

  /** Runs calls one after another and reads a buffer. */
  const run = async (
    calls: readonly KernelCall[],
    data: ReadonlyMap<string, Float32Array<ArrayBuffer> | TapTable | number>,
    result: string,
  ): Promise<Float32Array<ArrayBuffer>> => {
    const buffers = new Map<string, GPUBuffer>();
    for (const [name, numbers] of data) {
      const floats = typeof numbers === 'number' ? numbers : numbers.length;
      const buffer = context.buffer('test', Math.ceil(floats / 4) * 16);
      if (typeof numbers !== 'number') gpu.device.queue.writeBuffer(buffer, 0, numbers);
      buffers.set(name, buffer);
    }
    const of = (name: string): GPUBuffer => buffers.get(name) ?? context.buffer('missing', 16);
    try {
      for (const { shader, defines, uniforms, buffers: names, grid } of calls) {
        const pipeline = await context.pipeline(shader, defines);
        const view = new DataView(new ArrayBuffer(Math.ceil(uniforms.length / 4) * 16));
        uniforms.forEach(({ kind, value }, i) => {
          if (kind === 'f32') view.setFloat32(4 * i, value, true);
          else view.setUint32(4 * i, value, true);
        });
        const arena = context.buffer('test', view.byteLength, GPUBufferUsage.UNIFORM);
        buffers.set(`uniforms ${buffers.size}`, arena);
        gpu.device.queue.writeBuffer(arena, 0, view.buffer);
        const encoder = gpu.device.createCommandEncoder();
        const pass = encoder.beginComputePass();
        pass.setPipeline(pipeline);
        pass.setBindGroup(
          0,
          gpu.device.createBindGroup({
            layout: pipeline.getBindGroupLayout(0),
            entries: [arena, ...names.map(of)].map((buffer, binding) => ({ binding, resource: { buffer } })),
          }),
        );
        pass.dispatchWorkgroups(...grid);
        pass.end();
        gpu.device.queue.submit([encoder.finish()]);
      }
      const size = data.get(result);
      const floats = typeof size === 'number' ? size : (size?.length ?? 0);
      return new Float32Array(await context.read(of(result), floats * 4));
    } finally {
      context.free(...buffers.values());
    }
  };

  // SwiftShader takes 3 s to compile each: there the two that the catalogue of derivatives hardly chooses.
  const isSlow = process.env.CRYOLITE_ADAPTER === 'swiftshader';
  const forced = isSlow ? tiles.slice(2, 4) : tiles;
  if (isSlow) console.log(`SwiftShader: ${forced.length} of ${tiles.length} tiles are forced.`);
  const kernels: readonly (readonly [string, (lanes: number | undefined) => ProductKernel | undefined])[] = [
    ...forced.map(
      (tile) => [`tile ${tile.across} × ${tile.down}, ${tile.columns4} columns`, () => tile] as const,
    ),
    ...[4, 8, 16].map(
      (columns) =>
        [
          `lanes, ${columns} columns`,
          (lanes: number | undefined) => (lanes === undefined ? undefined : chooseLaneBlock(lanes, columns)),
        ] as const,
    ),
  ];
  const cases = kernels.flatMap(([name, kernelFor]) =>
    [
      { from: 4, to: 12 },
      { from: 3, to: 5 },
    ].map((channels) => ({ kernelFor, ...channels, name })),
  );

  test.each(cases)('$name: $from to $to channels', async ({ kernelFor, from, to }) => {
    const kernel = kernelFor(lanesOf(context.capabilities));
    if (!kernel) {
      console.log(
        'This adapter has no subgroups of one size, or no processor plays it: blocks of lanes are not tested.',
      );
      return;
    }
    const [batch, height, width] = [2, 9, 8];
    const layer = conv('c', 'input', from, to, 3, { stride: { x: 2, y: 1 }, padding: 1, bias: false });
    const random = createRandom(1);
    const normals = (count: number): Float32Array<ArrayBuffer> =>
      Float32Array.from({ length: count }, () => random.normal());
    const weights = normals(to * from * 9);
    const tensors = new Map([['c.weight', weights]]);
    const input = picture(batch, from, height, width, normals(batch * from * height * width));
    const forward = evaluate([layer], input, tensors);
    const { output } = forward;
    const above = normals(output.data.length);
    const { values, tensors: byTensor } = differentiate([layer], forward, above, tensors);

    const fine: Picture = { batch, width, height, channels: from, buffer: 'fine' };
    const coarse: Picture = {
      batch,
      width: output.width,
      height: output.height,
      channels: to,
      buffer: 'coarse',
    };
    const correlation: Correlation = { ...layer, left: 1, top: 1, fine, coarse };
    const count = weightCount(correlation);
    const parameter = { name: 'c.weight', shape: [to, from, 3, 3], offset: 0, count, learns: true };
    const tensor = { shape: parameter.shape, data: weights };
    const parameters = packParameters('test', [parameter], count, new Map([['c.weight', tensor]]));
    const taps = correlationTaps(correlation, 0);
    const images = channelsLast(Float32Array.from(input.data), from, width * height);
    const gradient = channelsLast(above, to, coarse.width * coarse.height);

    const made = await run(
      recordCorrelation(
        correlation,
        { taps: 'taps', source: 'fine', parameters: 'parameters', result: 'coarse' },
        { slope: 1, accumulate: false },
        () => kernel,
      ),
      new Map<string, Float32Array<ArrayBuffer> | TapTable | number>([
        ['taps', taps],
        ['fine', images],
        ['parameters', parameters],
        ['coarse', gradient.length],
      ]),
      'coarse',
    );
    expect(
      largestDifference(channelsFirst(made, to, coarse.width * coarse.height), output.data),
    ).toBeLessThan(1e-5);

    const phases = transposedPhases(correlation, 0);
    expect(phases.length).toBe(2);
    const back = await run(
      phases.flatMap((phase, i) =>
        recordTransposed(
          correlation,
          phase,
          { taps: `phase ${i}`, source: 'coarse', parameters: 'parameters', result: 'fine' },
          { slope: 1, accumulate: true },
          () => kernel,
        ),
      ),
      new Map<string, Float32Array<ArrayBuffer> | TapTable | number>([
        ...phases.map(({ table }, i) => [`phase ${i}`, table] as const),
        ['coarse', gradient],
        ['parameters', parameters],
        // Added to what is there.
        ['fine', images],
      ]),
      'fine',
    );
    const wanted = values.get('input')?.data.map((g, i) => g + (input.data[i] ?? 0)) ?? [];
    expect(largestDifference(channelsFirst(back, from, width * height), wanted)).toBeLessThan(2e-5);

    const plan = planChunks(batch * coarse.width * coarse.height, 9 * from, to, () => kernel);
    const learnt = await run(
      recordWeightGradient(
        fine,
        layer.stride,
        plan,
        { taps: 'taps', source: 'fine', dense: coarse, partials: 'partials', gradients: 'gradients' },
        [{ firstTap: 0, taps: 9 * from, offset: 0, accumulate: false }],
      ),
      new Map<string, Float32Array<ArrayBuffer> | TapTable | number>([
        ['taps', taps],
        ['fine', images],
        ['coarse', gradient],
        ['partials', plan.floats],
        ['gradients', count],
      ]),
      'gradients',
    );
    const learntTensor = unpackParameters([parameter], learnt).get('c.weight')?.data ?? [];
    expect(largestDifference(learntTensor, byTensor.get('c.weight') ?? [])).toBeLessThan(1e-4);
  });
});
