import { expect, test } from 'vitest';
import { GpuContext } from '../../../src/gpu/context.ts';
import { gather } from '../../../src/gpu/ops/gather.ts';
import { describeGpu } from '../../support/gpu.ts';

describeGpu('gather', (gpu) => {
  test.each([0, 1, 64, 131])('%i values of a list, in their order', async (count) => {
    const context = new GpuContext(gpu.device, 'test');
    const values = context.upload(
      'test',
      Uint32Array.from({ length: 301 }, (_, i) => 7 * i + 3_000_000_000),
    );
    const places = Array.from({ length: count }, (_, i) => (i * 173 + 300) % 301);
    expect([...(await gather(context, values, places))]).toEqual(places.map((i) => 7 * i + 3_000_000_000));
    context.free(values);
  });
});
