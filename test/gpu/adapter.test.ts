import { expect, test } from 'vitest';
import { adapterName, describeGpu, gpuErrorOf, withDevice } from '../support/gpu.ts';

const DOUBLE = `
@group(0) @binding(0) var<storage, read_write> values: array<u32>;
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x < arrayLength(&values)) { values[id.x] = values[id.x] * 2u + 1u; }
}`;

/** Runs DOUBLE over 0, 1, 2 … count − 1 and reads the result back. */
async function double(device: GPUDevice, count: number): Promise<Uint32Array> {
  const size = count * 4;
  const values = device.createBuffer({
    size,
    usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST,
  });
  const staging = device.createBuffer({ size, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
  device.queue.writeBuffer(
    values,
    0,
    Uint32Array.from({ length: count }, (_, index) => index),
  );
  const pipeline = await device.createComputePipelineAsync({
    layout: 'auto',
    compute: { module: device.createShaderModule({ code: DOUBLE }) },
  });
  const group = device.createBindGroup({
    layout: pipeline.getBindGroupLayout(0),
    entries: [{ binding: 0, resource: { buffer: values } }],
  });
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  pass.setPipeline(pipeline);
  pass.setBindGroup(0, group);
  pass.dispatchWorkgroups(Math.ceil(count / 64));
  pass.end();
  encoder.copyBufferToBuffer(values, 0, staging, 0, size);
  device.queue.submit([encoder.finish()]);
  await staging.mapAsync(GPUMapMode.READ);
  const result = new Uint32Array(staging.getMappedRange().slice(0));
  values.destroy();
  staging.destroy();
  return result;
}

describeGpu('the adapter', (gpu) => {
  test('computes', async () => {
    console.log(`GPU: ${adapterName(gpu.adapter)}, features ${[...gpu.device.features].join(' ')}`);
    const result = await double(gpu.device, 1001);
    expect(result).toHaveLength(1001);
    expect(result[0]).toBe(1);
    expect(result[1000]).toBe(2001);
    expect(result.every((value, index) => value === 2 * index + 1)).toBe(true);
  });

  test('tells of an error provoked on purpose', async () => {
    const message = await gpuErrorOf(gpu.device, 'validation', () => {
      gpu.device.createBuffer({ size: 4, usage: 0xffff }).destroy();
    });
    expect(message).toContain('BufferUsage');
    expect(await gpuErrorOf(gpu.device, 'validation', () => {})).toBeUndefined();
  });
});

describeGpu('the guard around a device', () => {
  test('fails a test that leaves a validation error behind', async () => {
    const leaving = withDevice(({ device }) => {
      device.createBuffer({ size: 4, usage: 0xffff });
    });
    await expect(leaving).rejects.toThrow(/validation error: .*BufferUsage/);
  });

  test('fails a test that leaves a buffer behind', async () => {
    const make = (device: GPUDevice) =>
      device.createBuffer({ label: 'forgotten', size: 12, usage: GPUBufferUsage.STORAGE });
    const leaving = withDevice(({ device }) => void make(device));
    await expect(leaving).rejects.toThrow('a buffer is left behind: forgotten, 12 bytes');
    await withDevice(({ device }) => make(device).destroy());
  });

  test('fails a test that closes a scope of the guard', async () => {
    const popping = withDevice(async ({ device }) => {
      await device.popErrorScope();
    });
    await expect(popping).rejects.toThrow(/popped an error scope it had not pushed/);
  });

  test('fails a test whose device is lost, unless that was the point', async () => {
    const losing = withDevice(({ device }) => device.destroy());
    await expect(losing).rejects.toThrow(/device lost \(destroyed/);
    await withDevice(({ device }) => device.destroy(), { expectLoss: true });
  });
});

describeGpu(
  "Dawn's null backend",
  (gpu) => {
    test('compiles WGSL with no GPU at all, and rejects what is wrong', async () => {
      gpu.device.createShaderModule({ code: DOUBLE });
      const message = await gpuErrorOf(gpu.device, 'validation', () => {
        gpu.device.createShaderModule({ code: DOUBLE.replace('2u', '2.5') });
      });
      expect(message).toContain('parsing WGSL');
    });
  },
  { backend: 'null' },
);
