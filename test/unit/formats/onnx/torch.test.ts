import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readOnnx } from '../../../../src/formats/onnx/read.ts';
import { askTorch, hasTorch } from '../../../fixtures/torch.ts';

describe.skipIf(!hasTorch('ONNX models that PyTorch writes'))('a model that PyTorch exports', () => {
  it('has its operations, ports and tensors, bit for bit', { timeout: 60_000 }, () => {
    const folder = mkdtempSync(join(tmpdir(), 'cryolite-onnx-'));
    const path = join(folder, 'small.onnx');
    const expected = askTorch('onnx', path);
    const model = readOnnx('small.onnx', new Uint8Array(readFileSync(path)));
    rmSync(folder, { recursive: true });

    expect(model.producer).toMatch(/^pytorch \d/);
    expect(model.opset).toBe(13);
    expect(model.inputs).toEqual([{ name: 'image', dtype: 'float32', shape: [1, 1, 'height', 'width'] }]);
    expect(model.outputs[0]).toMatchObject({ name: 'score', dtype: 'float32' });
    const ops = model.nodes.map(({ op }) => op);
    // The first Concat makes the scales of Resize.
    expect(ops).toEqual(
      'Conv LeakyRelu MaxPool Conv BatchNormalization Add Relu Concat Resize ConvTranspose Concat Conv Sigmoid'.split(
        ' ',
      ),
    );
    const dilated = model.nodes.find(({ inputs }) => inputs.includes('mid.weight'));
    expect(dilated?.attributes.get('dilations')).toEqual({ type: 'integers', value: [2, 2] });
    const leaky = model.nodes.find(({ op }) => op === 'LeakyRelu');
    expect(leaky?.attributes.get('alpha')).toEqual({ type: 'float', value: Math.fround(0.1) });

    const weights = new Set((expected as [string, ...unknown[]][]).map(([name]) => name));
    const ours = [...model.tensors].flatMap(([name, { shape, data }]) =>
      weights.has(name)
        ? [[name, [...shape], createHash('sha256').update(new Uint8Array(data.buffer)).digest('hex')]]
        : [],
    );
    expect(ours).toEqual(expected);
  });
});
