import { describe, expect, test } from 'vitest';
import { DeviceLostError, GpuUnavailableError } from '../../../src/core/errors.ts';
import { GpuContext } from '../../../src/gpu/context.ts';
import { createGpuProvider, withGpu } from '../../../src/jobs/gpu.ts';

/** As much of a device as a context looks at before it computes. */
class FakeDevice extends EventTarget {
  lose: (reason: string) => void = () => {};
  readonly lost = new Promise<{ message: string; reason: string }>((resolve) => {
    this.lose = (reason) => resolve({ message: reason, reason: 'unknown' });
  });
  readonly features = new Set<string>();
  readonly limits = {};
  destroyed = false;
  destroy(): void {
    this.destroyed = true;
  }
}

const setup = (fails = false) => {
  const devices: FakeDevice[] = [];
  const provider = createGpuProvider(async () => {
    await new Promise((resolve) => setTimeout(resolve, 1));
    if (fails) throw new GpuUnavailableError('No GPU.');
    const device = new FakeDevice();
    devices.push(device);
    return new GpuContext(device as unknown as GPUDevice, `fake ${devices.length}`);
  });
  return { devices, provider };
};
const lost = () => new DeviceLostError('test');

describe('createGpuProvider', () => {
  test('opens one device however many ask at once, and one more when it is lost', async () => {
    const { devices, provider } = setup();
    const first = await Promise.all([provider.acquire(), provider.acquire(), provider.acquire()]);
    expect([new Set(first).size, devices.length]).toEqual([1, 1]);
    devices[0]?.lose('gone');
    await devices[0]?.lost;
    const second = await Promise.all([provider.acquire(), provider.acquire(), provider.acquire()]);
    expect([new Set(second).size, devices.length]).toEqual([1, 2]);
    expect(second[0]).not.toBe(first[0]);
    expect(devices.map(({ destroyed }) => destroyed)).toEqual([true, false]);
  });

  test('tries again after a failure, and ends the device in the end', async () => {
    const { provider } = setup(true);
    await expect(provider.acquire()).rejects.toThrow('No GPU.');
    await expect(provider.acquire()).rejects.toThrow('No GPU.');
    provider.dispose();
    const good = setup();
    await good.provider.acquire();
    good.provider.dispose();
    await new Promise((resolve) => setTimeout(resolve));
    expect(good.devices.map(({ destroyed }) => destroyed)).toEqual([true]);
  });
});

describe('withGpu', () => {
  test('runs the work again on a new device when the one it had was lost, and says so', async () => {
    const { devices, provider } = setup();
    const contexts: GpuContext[] = [];
    let told = 0;
    const work = async (context: GpuContext): Promise<string> => {
      contexts.push(context);
      if (contexts.length === 1) {
        devices[0]?.lose('gone');
        throw lost();
      }
      return 'done';
    };
    expect(await withGpu(provider, work, () => told++)).toBe('done');
    expect([contexts.length, new Set(contexts).size, told]).toEqual([2, 2, 1]);
  });

  test('gives up the third time', async () => {
    const { provider } = setup();
    let runs = 0;
    const work = async (): Promise<never> => {
      runs++;
      throw lost();
    };
    await expect(withGpu(provider, work)).rejects.toThrow(DeviceLostError);
    expect(runs).toBe(3);
  });

  test('lets every other error pass at once', async () => {
    const { provider } = setup();
    let runs = 0;
    const work = async (): Promise<never> => {
      runs++;
      throw new RangeError('a bug');
    };
    await expect(withGpu(provider, work)).rejects.toThrow('a bug');
    expect(runs).toBe(1);
    await expect(withGpu(setup(true).provider, async () => 1)).rejects.toThrow(GpuUnavailableError);
  });
});
