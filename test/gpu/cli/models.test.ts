/** `denoise --model` and `pick --model`. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { memorySink, memorySource } from '../../../src/core/bytes.ts';
import { openMicrograph } from '../../../src/dataset/open.ts';
import { writeMrc } from '../../../src/formats/mrc/write.ts';
import { conv } from '../../../src/nn/build.ts';
import { largestDifference } from '../../support/compare.ts';
import { describeGpu } from '../../support/gpu.ts';
import { writeNetwork } from '../../unit/cli/networkFile.ts';
import { run } from '../../unit/cli/run.ts';
import { describeWithShared, sharedPath } from '../../unit/formats/sharedData.ts';
import { noise } from '../micrographs.ts';
import { readPlane } from '../nn/topaz.ts';

const root = mkdtempSync(join(tmpdir(), 'cryolite-models-'));
afterAll(() => rmSync(root, { recursive: true }));
const path = (...parts: string[]): string => join(root, ...parts);
const topaz = (name: string): string => sharedPath(`data/weights/topaz/${name}.sav`);

async function writePicture(
  name: string,
  width: number,
  height: number,
  data: Float32Array,
  pixelSizeAngstrom?: number,
) {
  const sink = memorySink();
  await writeMrc(sink, { width, height, pixelSizeAngstrom }, [data]);
  writeFileSync(path(name), sink.bytes());
  return path(name);
}

async function readPicture(file: string) {
  const micrograph = await openMicrograph(memorySource(file, new Uint8Array(readFileSync(file))));
  return { ...micrograph, data: await micrograph.readRows(0, 0, micrograph.height) };
}

describeGpu('networks of the user’s in the terminal', () => {
  test('denoise: what a network gives, in units of the file, and what made it', async () => {
    const [width, height] = [41, 30];
    const data = noise(width * height, 3).map((value) => 1000 + 50 * value);
    const picture = await writePicture('noise.mrc', width, height, data, 1.5);
    const net = path('identity.safetensors');
    // A pass-through: one tap of 1, no bias.
    writeNetwork(
      net,
      { name: 'as it is', channels: 1, layers: [conv('c', 'input', 1, 1, 1, { bias: false })] },
      (weights) => weights.fill(1),
    );
    const args = ['denoise', picture, '-o', path('out'), '--model', net, '--tile', '16', '--json'];
    const { code, stdout, stderr } = await run(args);
    expect([code, stderr]).toEqual([0, '']);
    const json = JSON.parse(stdout);
    expect(json).toMatchObject({ command: 'denoise', model: { name: 'as it is', format: 'Cryolite' } });
    expect(json.model.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(json.files[0]).toMatchObject({
      ok: true,
      output: path('out', 'noise.mrc'),
      pixelSizeAngstrom: 1.5,
    });
    const result = await readPicture(path('out', 'noise.mrc'));
    expect(largestDifference(result.data, data)).toBeLessThan(1e-3);
    const header = readFileSync(path('out', 'noise.mrc')).subarray(0, 1024).toString('latin1');
    expect(header).toContain(`denoised by as it is (Cryolite, sha256 ${json.model.sha256.slice(0, 12)})`);
    expect(header).toContain('Denoised for display only');
  });

  test.each([
    ['--lowpass', 2, ['denoise', '--lowpass', '20', '--model', 'NET'], /choose one of them/],
    ['a tile without a network', 2, ['denoise', '--tile', '64'], /--tile is for --method model/],
    ['a network that can not be read', 1, ['denoise', '--model', 'NONE'], /can't be read/],
    [
      'two channels',
      1,
      ['denoise', '--model', 'WIDE'],
      /is no network that denoises: it makes 2 of 1 channels/,
    ],
    ['two channels of scores', 1, ['pick', '--diameter', '60', '--model', 'WIDE'], /is no picking network/],
    ['NaN among the weights', 1, ['pick', '--diameter', '60', '--model', 'NAN'], /has NaN in the tensor/],
  ])('refuses %s', async (_, code, args, words) => {
    const net = (outputs: number) => ({
      name: 'n',
      channels: 1,
      layers: [conv('c', 'input', 1, outputs, 3, { padding: 1 })],
    });
    writeNetwork(path('net.safetensors'), net(1));
    writeNetwork(path('wide.safetensors'), net(2));
    writeNetwork(path('nan.safetensors'), net(1), (weights) => weights.fill(Number.NaN, 0, 1));
    const names: Readonly<Record<string, string>> = {
      NET: path('net.safetensors'),
      NONE: path('none.onnx'),
      WIDE: path('wide.safetensors'),
      NAN: path('nan.safetensors'),
    };
    const [command = '', ...options] = args.map((word) => names[word] ?? word);
    const picture = await writePicture('small.mrc', 40, 32, noise(40 * 32, 2), 1.5);
    const out = path('refused');
    const found = await run([command, picture, '-o', out, ...options]);
    expect([found.code, words.test(found.stderr) ? '' : found.stderr]).toEqual([code, '']);
    expect(found.stderr.trim().split('\n').at(-1)).toMatch(/\.$/);
  });
});

describeWithShared('data/weights/topaz', 'networks of Topaz in the terminal', () => {
  describeGpu('by their files', () => {
    test('denoise: PyTorch’s picture, in tiles', async () => {
      const { width, height, data } = readPlane('inputs/bgal_200x312');
      const picture = await writePicture('bgal.mrc', width, height, Float32Array.from(data));
      const out = path('denoised');
      const args = ['denoise', picture, '-o', out, '--model', topaz('affine_L1_v0.2.2'), '--tile', '128'];
      const { code, stdout } = await run([...args, '--json']);
      expect(code).toBe(0);
      expect(JSON.parse(stdout).model).toMatchObject({ name: 'affine', format: 'Topaz' });
      const { data: found } = await readPicture(join(out, 'bgal.mrc'));
      const expected = readPlane('outputs/bgal_200x312.affine_L1_v0.2.2');
      expect(largestDifference(found, expected.data)).toBeLessThan(1e-4);
    });

    test('each is told what it is for', async () => {
      const picture = await writePicture('any.mrc', 64, 64, noise(4096, 1));
      const out = path('mistaken');
      const denoised = await run(['denoise', picture, '-o', out, '--model', topaz('resnet8_u32')]);
      expect([denoised.code, denoised.stderr]).toEqual([
        1,
        `error: ${topaz('resnet8_u32')} is no network that denoises: it is a picking network, for "cryolite pick --model".\n`,
      ]);
      const model = topaz('affine_L1_v0.2.2');
      const picked = await run(['pick', picture, '-o', out, '--diameter', '30', '--model', model]);
      expect([picked.code, picked.stderr]).toEqual([
        1,
        `error: ${model} is no picking network: it denoises, for "cryolite denoise --model".\n`,
      ]);
      expect(readdirSync(root)).not.toContain('mistaken');
    });
  });
});
