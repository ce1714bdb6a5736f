/** Topaz's pretrained networks, read and described; PyTorch judges both where it is there. */
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FormatError } from '../../../../src/core/errors.ts';
import { recogniseTopaz } from '../../../../src/formats/weights/topazNames.ts';
import { readTorchWeights } from '../../../../src/formats/weights/torch/read.ts';
import { askTorch, hasTorch } from '../../../fixtures/torch.ts';
import { describeWithShared, sharedBytes, sharedPath } from '../sharedData.ts';

const FOLDER = 'data/weights/topaz';
const FILES = [
  ['unet_L2_v0.2.1', 969745, 'unet', 32],
  ['unet_small_L1_v0.2.2', 649137, 'unet', 8],
  ['fcnn_L1_v0.2.2', 511233, 'fcnn', 1],
  ['affine_L1_v0.2.2', 962, 'affine', 1],
  ['resnet8_u32', 328801, 'resnet8', 1],
  ['resnet16_u32', 458145, 'resnet16', 1],
] as const;

/** Half a minute of two cores, so only when asked for; the GPU's tests judge the same layers on the same reference. */
const runsLayers = process.env.CRYOLITE_TORCH === '1' && hasTorch("Topaz's layers in PyTorch");
if (!runsLayers)
  console.log('SKIPPED "Topaz\'s layers in PyTorch": set CRYOLITE_TORCH=1 to run it (needs PyTorch).');

const readTopaz = (name: string) => readTorchWeights(name, sharedBytes(`${FOLDER}/${name}.sav`));

describeWithShared(FOLDER, "Topaz's networks", () => {
  it.each(FILES)('%s has %i parameters and is a %s', (name, parameters, kind, alignment) => {
    const tensors = readTopaz(name);
    const found = [...tensors.values()].reduce((sum, { data }) => sum + data.length, 0);
    expect(found).toBe(parameters);
    const network = recogniseTopaz(name, tensors);
    expect(network).toMatchObject({ kind, alignment, use: /resnet/.test(kind) ? 'pick' : 'denoise' });
    const convolutions = network.layers.filter(({ op }) => op === 'conv').map((layer) => layer.name);
    const weights = [...tensors.keys()].filter((key) => key.endsWith('.weight'));
    expect(new Set(convolutions.map((layer) => `${layer}.weight`))).toEqual(new Set(weights));
  });

  it('are padded by half their receptive fields', () => {
    expect(recogniseTopaz('8', readTopaz('resnet8_u32')).layers[0]).toMatchObject({ op: 'pad', by: 35 });
    expect(recogniseTopaz('16', readTopaz('resnet16_u32')).layers[0]).toMatchObject({ op: 'pad', by: 45 });
  });

  it('are refused when cut off anywhere', () => {
    for (const name of ['affine_L1_v0.2.2', 'resnet8_u32']) {
      const bytes = sharedBytes(`${FOLDER}/${name}.sav`);
      for (let part = 0; part < 50; part++) {
        const cut = bytes.slice(0, Math.floor((bytes.length * part) / 50));
        expect(() => readTorchWeights(name, cut), `${part}/50`).toThrow(FormatError);
      }
    }
  });

  it.skipIf(!hasTorch("Topaz's tensors in PyTorch"))(
    'have the same tensors in PyTorch, bit for bit',
    { timeout: 60_000 },
    () => {
      const paths = FILES.map(([name]) => sharedPath(`${FOLDER}/${name}.sav`));
      const ours = FILES.map(([name]) => [`${name}.sav`, digests(readTopaz(name))]);
      expect(Object.fromEntries(ours)).toEqual(askTorch('tensors', ...paths));
    },
  );

  // The 200 × 312 image does not halve evenly. Tolerances are those of shared/reference/README.md.
  it.skipIf(!runsLayers).each(FILES.map(([name]) => name))(
    '%s, run in PyTorch layer by layer as described, gives the reference',
    { timeout: 120_000 },
    (name) => {
      const network = recogniseTopaz(name, readTopaz(name));
      const folder = mkdtempSync(join(tmpdir(), 'cryolite-topaz-'));
      const path = join(folder, 'layers.json');
      writeFileSync(path, JSON.stringify(network));
      const difference = askTorch(
        'run',
        sharedPath(`${FOLDER}/${name}.sav`),
        path,
        sharedPath('reference/inputs/bgal_200x312.npy'),
        sharedPath(`reference/outputs/bgal_200x312.${name}.npy`),
      );
      rmSync(folder, { recursive: true });
      expect(difference).toBeLessThan(network.use === 'pick' ? 1e-3 : 1e-4);
    },
  );
});

describe.skipIf(!hasTorch('files that PyTorch writes'))(
  'files that PyTorch writes',
  { timeout: 60_000 },
  () => {
    let folder = '';
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'cryolite-torch-'));
      askTorch('samples', folder);
    });
    afterAll(() => rmSync(folder, { recursive: true }));
    const read = (name: string) => readTorchWeights(name, new Uint8Array(readFileSync(join(folder, name))));

    it('are read bit for bit: archives, streams, all types, views', () => {
      const names = ['archive.pt', 'stream.pt', 'plain.pt', 'module.pt'];
      const ours = names.map((name) => [name, digests(read(name))]);
      expect(Object.fromEntries(ours)).toEqual(
        askTorch('tensors', ...names.map((name) => join(folder, name))),
      );
    });

    it('are refused when they hold more than weights', () => {
      expect(() => read('whole.pt')).toThrow(
        /whole model \(an object of the class torch\.nn\.modules\.container\.Sequential\)/,
      );
      expect(() => read('checkpoint.pt')).toThrow(/"model" is a dictionary, not a tensor/);
      expect(() => read('script.pt')).toThrow(/whole model \(an object of the class __torch__/);
    });
  },
);

/** [name, shape, SHA-256 of the float32 numbers], in order. */
function digests(tensors: ReturnType<typeof readTorchWeights>): unknown[] {
  return [...tensors].map(([name, { shape, data }]) => [
    name,
    [...shape],
    createHash('sha256').update(new Uint8Array(data.buffer)).digest('hex'),
  ]);
}
