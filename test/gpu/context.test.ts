import { expect, test } from 'vitest';
import { DeviceLostError, GpuLimitError } from '../../src/core/errors.ts';
import { GpuContext } from '../../src/gpu/context.ts';
import { Recorder, u32 } from '../../src/gpu/recorder.ts';
import { describeGpu, gpuErrorOf } from '../support/gpu.ts';
import { openContext } from './micrographs.ts';

describeGpu('GpuContext', (gpu) => {
  test('counts bytes by owner until they are freed, once', async () => {
    const context = new GpuContext(gpu.device, 'test');
    const a = context.upload('one', Float32Array.of(1, 2, 3, 4, 5));
    const b = context.buffer('two', 1000);
    expect(context.memory()).toMatchObject({ bytes: 1020, peak: 1020 });
    expect([...context.memory().byOwner]).toEqual([
      ['one', 20],
      ['two', 1000],
    ]);
    expect([...new Float32Array(await context.read(a, 8, 12))]).toEqual([4, 5]);
    context.free(a, undefined, a);
    context.free(a);
    expect(context.memory()).toMatchObject({ bytes: 1000, peak: 1020 });
    expect(Object.fromEntries(context.memory().byOwner)).toEqual({ two: 1000 });
    expect(Object.fromEntries(context.memory().peakByOwner)).toEqual({ one: 20, two: 1000 });
    context.resetPeak();
    const c = context.buffer('two', 400);
    context.free(b, c);
    expect(context.memory()).toMatchObject({ bytes: 0, peak: 1400 });
    expect(Object.fromEntries(context.memory().peakByOwner)).toEqual({ two: 1400 });
    expect(context.memory().byOwner.size).toBe(0);
    // Whenever that was: the first had its most before the second was there, and before the peak was forgotten.
    expect(Object.fromEntries(context.memory().mostByOwner)).toEqual({ one: 20, two: 1400 });
  });

  test('refuses a buffer beyond the limit by name', () => {
    const context = new GpuContext(gpu.device, 'test');
    const make = () => context.buffer('the picture', context.maxBufferBytes + 4);
    expect(make).toThrow(GpuLimitError);
    expect(make).toThrow(/This GPU allows buffers of .*, but the picture needs/);
  });

  test('says where a shader is wrong', async () => {
    const context = new GpuContext(gpu.device, 'test');
    const provoked = await gpuErrorOf(gpu.device, 'validation', async () => {
      await expect(context.pipeline('image/tile.wgsl', { TILE: 'x' })).rejects.toThrow(
        /The shader image\/tile\.wgsl does not compile\.\nimage\/tile\.wgsl:\d+: /,
      );
    });
    expect(provoked).toContain('xu');
  });

  test('a lost device is called so, wherever one was', async () => {
    const works: ((context: GpuContext) => Promise<unknown>)[] = [
      // A mapping that ends so is called an AbortError by the browser.
      (context) => context.read(context.upload('test', new Float32Array(64)), 256),
      // These may have been done in time; what comes next is not.
      (context) =>
        context.pipeline('image/crop.wgsl').then(() => context.read(context.buffer('test', 16), 16)),
      (context) => context.finish().then(() => context.read(context.buffer('test', 16), 16)),
    ];
    for (const work of works) {
      const context = await openContext();
      const running = work(context);
      context.device.destroy();
      await expect(running).rejects.toThrow(DeviceLostError);
      expect(context.isLost).toBe(true);
      expect(() => context.buffer('late', 4)).toThrow(DeviceLostError);
    }
  });

  test('after an error that nobody caught nothing more is computed', async () => {
    const context = await openContext();
    const buffer = context.upload('test', new Float32Array(4));
    const recorder = new Recorder(context);
    const pipeline = await context.pipeline('image/crop.wgsl');
    const result = context.buffer('test', 16);
    recorder.dispatch(pipeline, [u32(2), u32(2), u32(2)], [buffer, result], [1, 2, 1]);
    context.free(buffer);
    recorder.submit();
    await expect(context.read(result, 16)).rejects.toThrow(/GPU error: .*destroyed/);
    expect(() => context.check()).toThrow('GPU error');
    context.destroy();
    await context.device.lost;
  });

  test('a grid over the limit is refused before it is recorded', async () => {
    const context = new GpuContext(gpu.device, 'test');
    const pipeline = await context.pipeline('image/crop.wgsl');
    const grid = [gpu.device.limits.maxComputeWorkgroupsPerDimension + 1, 1, 1] as const;
    expect(() => new Recorder(context).dispatch(pipeline, [], [], grid)).toThrow(
      /image\/crop\.wgsl: a grid of .* is over the limit/,
    );
  });
});
