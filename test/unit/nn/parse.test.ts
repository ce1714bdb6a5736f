import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FormatError } from '../../../src/core/errors.ts';
import { readSafetensors } from '../../../src/formats/weights/safetensors.ts';
import { batchNorm, conv, leakyRelu, pool, upsample } from '../../../src/nn/build.ts';
import { receptiveField } from '../../../src/nn/field.ts';
import { graphToJson, parseGraph } from '../../../src/nn/parse.ts';
import { networks, smallUnet } from './networks.ts';

const refuses = (what: string, json: unknown): void => {
  const parse = () => parseGraph(json, 'w.safetensors');
  expect(parse).toThrow(FormatError);
  expect(parse).toThrow(`w.safetensors is no network that Cryolite can run: ${what}`);
};

describe('parseGraph', () => {
  test('gives back what was written', () => {
    fc.assert(
      fc.property(networks(), ({ graph }) => {
        const json: unknown = JSON.parse(JSON.stringify(graphToJson(graph)));
        expect(parseGraph(json, 'file')).toEqual(graph);
      }),
      { seed: 4, numRuns: 100 },
    );
  });

  test('needs few words', () => {
    const json = {
      version: 2,
      layers: [
        {
          op: 'conv',
          name: 'a',
          input: 'input',
          in: 1,
          out: 8,
          kernel: 3,
          padding: 'same',
          activation: 'relu',
        },
        { op: 'maxPool', name: 'p', input: 'a', kernel: 2, stride: 2 },
        { op: 'upsample', name: 'u', input: 'p', to: { like: 'a' } },
        { op: 'conv', name: 'b', input: 'u', in: 8, out: 1, kernel: { x: 3, y: 1 }, bias: false },
      ],
    };
    expect(parseGraph(json, 'file')).toEqual({
      name: 'file',
      channels: 1,
      layers: [
        conv('a', 'input', 1, 8, 3, { padding: 'same', activation: { kind: 'relu' } }),
        pool('maxPool', 'p', 'a', 2),
        upsample('u', 'p', 'a'),
        conv('b', 'u', 8, 1, { x: 3, y: 1 }, { bias: false }),
      ],
    });
  });

  test('reads the shipped picker', () => {
    const path = new URL('../../../public/models/particle-picker.safetensors', import.meta.url);
    const { metadata } = readSafetensors('picker', new Uint8Array(readFileSync(path)));
    const graph = parseGraph(JSON.parse(metadata.get('cryolite.graph') ?? ''), 'picker');
    expect(graph.layers.length).toBeGreaterThan(15);
    expect(receptiveField(graph).x).toMatchObject({ stride: 2 });
  });

  test('reads a graph of version 1, as the first pickers had', () => {
    const graph = parseGraph(
      {
        version: 1,
        layers: [
          { op: 'conv', name: 'a', input: 'input', kernel: 5, in: 1, out: 16, activation: 'leakyRelu' },
          { op: 'maxPool', name: 'b', input: 'a' },
        ],
      },
      'first',
    );
    expect(graph.layers).toEqual([
      conv('a', 'input', 1, 16, 5, { padding: 'same', activation: leakyRelu(0.1) }),
      pool('maxPool', 'b', 'a', 2),
    ]);
  });

  const layer = { op: 'conv', name: 'c', input: 'input', kernel: 3, in: 1, out: 4, activation: 'relu' };
  const of = (...layers: unknown[]) => ({ version: 2, layers });
  describe.each([1, 2])('of version %i', (version) => {
    test.each<[string, unknown]>([
      ['its graph is missing', null],
      ['its graph is missing', [1]],
      ['it has no layers', { version }],
      ['it has 0 layers', { version, layers: [] }],
      ['it has 1025 layers', { version, layers: Array.from({ length: 1025 }, () => layer) }],
      ['layer 0 is missing', { version, layers: [null] }],
      ['layer 0 has no name', { version, layers: [{ ...layer, name: '' }] }],
      ['the name input is used twice', { version, layers: [{ ...layer, name: 'input' }] }],
      ['the name c is used twice', { version, layers: [layer, layer] }],
      ['c reads d, which is not made before it', { version, layers: [{ ...layer, input: 'd' }] }],
      ['c reads c, which is not made before it', { version, layers: [{ ...layer, input: 'c' }] }],
      ['c reads undefined, which', { version, layers: [{ ...layer, input: undefined }] }],
      ['kernel of c is 0', { version, layers: [{ ...layer, kernel: 0 }] }],
      ['kernel of c is 3.5', { version, layers: [{ ...layer, kernel: 3.5 }] }],
      ['kernel of c is 3', { version, layers: [{ ...layer, kernel: '3' }] }],
      ['out of c is 1000000000', { version, layers: [{ ...layer, out: 1e9 }] }],
      ['in of c is undefined', { version, layers: [{ ...layer, in: undefined }] }],
      ['c has the activation eval', { version, layers: [{ ...layer, activation: 'eval' }] }],
      ['c is a softmax, an operation it does not know', { version, layers: [{ ...layer, op: 'softmax' }] }],
      [
        'j joins fewer than two layers',
        { version, layers: [layer, { op: 'concat', name: 'j', inputs: ['c'] }] },
      ],
      [
        'j joins fewer than two layers',
        { version, layers: [layer, { op: 'concat', name: 'j', inputs: 'cc' }] },
      ],
      [
        'd expects 3 channels and gets 4',
        { version, layers: [layer, { ...layer, name: 'd', input: 'c', in: 3 }] },
      ],
    ])('refuses: %s', refuses);
  });

  test.each<[string, unknown]>([
    ['its graph is of version 3', { version: 3, layers: [layer] }],
    ['its image has 0 channels', { version: 2, channels: 0, layers: [layer] }],
    ['stride of c is 0', of({ ...layer, stride: 0 })],
    ['stride of c is 17', of({ ...layer, stride: 17 })],
    ['dilation.y of c is -1', of({ ...layer, dilation: { x: 1, y: -1 } })],
    ['padding.left of c is undefined', of({ ...layer, padding: {} })],
    ['paddingMode of c is wrap', of({ ...layer, paddingMode: 'wrap' })],
    ['weight of c is 7', of({ ...layer, weight: 7 })],
    ['bias of c is', of({ ...layer, bias: '' })],
    ['c has a leaky ReLU of the slope 2', of({ ...layer, activation: { kind: 'leakyRelu', slope: 2 } })],
    ['stride of p is undefined', of({ op: 'maxPool', name: 'p', input: 'input', kernel: 2 })],
    ['to of u is missing', of({ op: 'upsample', name: 'u', input: 'input' })],
    ['factor of u is undefined', of({ op: 'upsample', name: 'u', input: 'input', to: {} })],
    ['u is to be as large as c, which', of({ op: 'upsample', name: 'u', input: 'input', to: { like: 'c' } })],
    [
      'by.top of k is 1e4',
      of({ op: 'crop', name: 'k', input: 'input', by: { left: 0, right: 0, top: '1e4', bottom: 0 } }),
    ],
    ['epsilon of n is -1', of({ op: 'batchNorm', name: 'n', input: 'input', channels: 1, epsilon: -1 })],
    ['s adds 4 and 1 channels', of(layer, { op: 'add', name: 's', inputs: ['c', 'input'] })],
    ['j has 8192 channels', of({ ...layer, out: 4096 }, { op: 'concat', name: 'j', inputs: ['c', 'c'] })],
  ])('refuses: %s', refuses);

  test('throws nothing but a FormatError, whatever the JSON is', () => {
    const names = ['input', 'a', 'b', '__proto__', 'constructor'];
    const value = fc.oneof(
      fc.constantFrom(1, 3, -1, Number.NaN, '3', 'same', 1e9, true, null, ...names),
      fc.record({ x: fc.constantFrom(1, 'y'), y: fc.nat(3) }),
    );
    const fields = [
      'kernel',
      'in',
      'out',
      'stride',
      'dilation',
      'padding',
      'to',
      'by',
      'mode',
      'bias',
      'activation',
    ];
    const any = fc.record(
      {
        op: fc.constantFrom(
          'conv',
          'convTranspose',
          'maxPool',
          'upsample',
          'concat',
          'add',
          'pad',
          'crop',
          '__proto__',
          3,
        ),
        name: fc.constantFrom(...names, 1),
        input: fc.constantFrom(...names, null),
        inputs: fc.array(fc.constantFrom(...names)),
        ...Object.fromEntries(fields.map((field) => [field, value])),
      },
      { requiredKeys: [] },
    );
    const graph = fc.record({ version: fc.constantFrom(1, 2, undefined), layers: fc.array(any) });
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), graph), (json) => {
        try {
          parseGraph(json, 'file');
        } catch (error) {
          expect(error).toBeInstanceOf(FormatError);
        }
      }),
      { seed: 5, numRuns: 2000 },
    );
  });

  test('a pool’s windows all meet the picture', () => {
    const padded = (padding: number) => ({
      version: 2,
      layers: [{ op: 'maxPool', name: 'p', input: 'input', kernel: 3, stride: 1, dilation: 2, padding }],
    });
    expect(parseGraph(padded(4), 'x').layers).toHaveLength(1);
    refuses('padding of p is 5', padded(5));
  });

  test('normalisations without a weight or a bias survive', () => {
    const { weight, bias, ...plain } = batchNorm('n', 'input', 3);
    expect([weight, bias]).toEqual(['n.weight', 'n.bias']);
    for (const layer of [plain, { ...plain, weight: 'w' }, { ...plain, bias: 'b' }]) {
      const graph = { name: 'x', channels: 3, layers: [layer] };
      expect(parseGraph(JSON.parse(JSON.stringify(graphToJson(graph))), 'x')).toEqual(graph);
    }
  });

  test('a small U-net survives', () => {
    const graph = smallUnet(12);
    expect(parseGraph(graphToJson(graph), 'x')).toEqual(graph);
  });
});
