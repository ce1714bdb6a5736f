import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FormatError } from '../../../src/core/errors.ts';
import { parseGraph } from '../../../src/nn/graph.ts';
import { graphs, unet } from './graphs.ts';

describe('parseGraph', () => {
  test('gives back what was written', () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        expect(parseGraph(JSON.parse(JSON.stringify(graph)), 'file')).toEqual(graph);
      }),
      { seed: 4, numRuns: 50 },
    );
  });

  test('takes the file’s name where the graph has none', () => {
    expect(parseGraph({ layers: unet.layers }, 'file').name).toBe('file');
  });

  const conv = { op: 'conv', name: 'c', input: 'input', kernel: 3, in: 1, out: 4, activation: 'relu' };
  test.each<[string, unknown]>([
    ['its graph is missing', null],
    ['its graph is missing', [1]],
    ['it has no layers', {}],
    ['it has 0 layers', { layers: [] }],
    ['it has 257 layers', { layers: Array.from({ length: 257 }, () => conv) }],
    ['layer 0 is missing', { layers: [null] }],
    ['layer 0 has no name', { layers: [{ ...conv, name: '' }] }],
    ['the name input is used twice', { layers: [{ ...conv, name: 'input' }] }],
    ['the name c is used twice', { layers: [conv, conv] }],
    ['c reads d, which is not made before it', { layers: [{ ...conv, input: 'd' }] }],
    ['c reads c, which is not made before it', { layers: [{ ...conv, input: 'c' }] }],
    ['kernel of c is 0', { layers: [{ ...conv, kernel: 0 }] }],
    ['kernel of c is 3.5', { layers: [{ ...conv, kernel: 3.5 }] }],
    ['kernel of c is 3', { layers: [{ ...conv, kernel: '3' }] }],
    ['out of c is 1000000000', { layers: [{ ...conv, out: 1e9 }] }],
    ['in of c is undefined', { layers: [{ ...conv, in: undefined }] }],
    ['c has the activation eval', { layers: [{ ...conv, activation: 'eval' }] }],
    ['c is a softmax, an operation it does not know', { layers: [{ ...conv, op: 'softmax' }] }],
    ['j joins fewer than two layers', { layers: [conv, { op: 'concat', name: 'j', inputs: ['c'] }] }],
    ['j joins fewer than two layers', { layers: [conv, { op: 'concat', name: 'j', inputs: 'cc' }] }],
  ])('refuses: %s', (what, json) => {
    expect(() => parseGraph(json, 'w.safetensors')).toThrow(FormatError);
    expect(() => parseGraph(json, 'w.safetensors')).toThrow(
      `w.safetensors is no network that Cryolite can run: ${what}`,
    );
  });

  test('throws nothing but a FormatError, whatever the JSON is', () => {
    const layer = fc.record(
      {
        op: fc.constantFrom('conv', 'maxPool', 'upsample', 'concat', '__proto__', 3),
        name: fc.constantFrom('a', 'b', 'c', '__proto__', 'constructor', 1),
        input: fc.constantFrom('input', 'a', 'b', '__proto__', null),
        inputs: fc.array(fc.constantFrom('input', 'a', 'b')),
        kernel: fc.constantFrom(1, 3, -1, Number.NaN, '3'),
        in: fc.constantFrom(1, 4, 1e9),
        out: fc.constantFrom(1, 4, 0),
        activation: fc.constantFrom('none', 'relu', 'toString'),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), fc.record({ layers: fc.array(layer) })), (json) => {
        try {
          parseGraph(json, 'file');
        } catch (error) {
          expect(error).toBeInstanceOf(FormatError);
        }
      }),
      { seed: 5, numRuns: 2000 },
    );
  });
});
