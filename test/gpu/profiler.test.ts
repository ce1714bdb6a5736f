import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRandom } from '../../src/core/random.ts';
import { GpuContext } from '../../src/gpu/context.ts';
import { gemmWays, measurePeak, recordGemm } from '../../src/gpu/peak.ts';
import { hasTimestamps, type PassWork, profilePasses } from '../../src/gpu/profiler.ts';
import { Recorder } from '../../src/gpu/recorder.ts';
import { describeGpu } from '../support/gpu.ts';

describeGpu('profiling', (gpu) => {
  let context: GpuContext;
  beforeAll(() => {
    context = new GpuContext(gpu.device, 'test');
  });
  afterAll(() => {
    expect(context.memory().bytes).toBe(0);
    context.destroy();
  });

  const matrix = (size: number, seed: number): Float32Array<ArrayBuffer> => {
    const random = createRandom(seed);
    return Float32Array.from({ length: size * size }, () => random.between(-1, 1));
  };

  test.each(gemmWays)(
    'the matrix product that is measured is one ($shader, $tile.width wide)',
    async (way) => {
      const size = 256;
      const [a, b] = [matrix(size, 1), matrix(size, 2)];
      const buffers = [a, b, new Float32Array(size * size)].map((data) => context.upload('test', data));
      const [bufferA, bufferB, bufferC] = buffers;
      if (!bufferA || !bufferB || !bufferC) throw new Error('no buffers');
      const recorder = new Recorder(context);
      await recordGemm(context, recorder, way, size, bufferA, bufferB, bufferC);
      recorder.submit();
      const c = new Float32Array(await context.read(bufferC, size * size * 4));
      context.free(...buffers);
      // Every row and column somewhere, in all tiles.
      for (let m = 0; m < size; m++) {
        for (const n of [(m * 7) % size, (m * 31 + 64) % size, 255 - m]) {
          let sum = 0;
          for (let k = 0; k < size; k++) sum += (a[k * size + m] ?? 0) * (b[k * size + n] ?? 0);
          expect(Math.abs((c[m * size + n] ?? Number.NaN) - sum)).toBeLessThan(1e-4);
        }
      }
    },
  );

  test('finds what the adapter reaches', async () => {
    const { flopsPerSecond, bytesPerSecond } = await measurePeak(context);
    expect(flopsPerSecond).toBeGreaterThan(1e7);
    expect(bytesPerSecond).toBeGreaterThan(1e7);
    expect(Number.isFinite(flopsPerSecond + bytesPerSecond)).toBe(true);
  });

  /** A product as work for a pass, with the buffers that it needs. */
  const products = async (sizes: readonly number[]): Promise<[PassWork[], () => void]> => {
    const pipeline = await context.pipeline('profile/gemm.wgsl', { EDGE: 8, LOADS: 2 });
    const made: GPUBuffer[] = [];
    const works = sizes.map((size): PassWork => {
      const buffers = [0, 1, 2].map(() => context.buffer('test', size * size * 4));
      const params = gpu.device.createBuffer({
        size: 16,
        usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
      });
      gpu.device.queue.writeBuffer(params, 0, Uint32Array.of(size / 4));
      made.push(params, ...buffers);
      const group = gpu.device.createBindGroup({
        layout: pipeline.getBindGroupLayout(0),
        entries: [params, ...buffers].map((buffer, binding) => ({ binding, resource: { buffer } })),
      });
      return {
        record: (pass) => {
          pass.setPipeline(pipeline);
          pass.setBindGroup(0, group);
          pass.dispatchWorkgroups(size / 64, size / 64);
        },
      };
    });
    const free = (): void => {
      context.free(...made);
      for (const buffer of made) buffer.destroy();
    };
    return [works, free];
  };

  test.each(['timestamps', 'submits'] as const)('times works one by one by %s', async (clock) => {
    if (clock === 'timestamps' && !hasTimestamps(context)) {
      console.warn('This adapter takes no timestamps: not tested.');
      return;
    }
    const [works, free] = await products([64, 512, 64]);
    try {
      const times = await profilePasses(context, works, { clock, runs: 3 });
      expect(times.clock).toBe(clock);
      const [first = 0, large = 0, last = 0] = times.seconds;
      expect(times.seconds).toHaveLength(3);
      // 512 times the work: it takes longer, in its own place.
      expect(large).toBeGreaterThan(0);
      expect(large).toBeGreaterThan(Math.max(first, last));
    } finally {
      free();
    }
  });

  test('needs no more than one query set however many works there are', async () => {
    const nothing: PassWork = { record: () => {} };
    const { seconds } = await profilePasses(
      context,
      Array.from({ length: 2100 }, () => nothing),
      { runs: 1 },
    );
    expect(seconds).toHaveLength(2100);
    expect(seconds.every((one) => one >= 0)).toBe(true);
  });
});
