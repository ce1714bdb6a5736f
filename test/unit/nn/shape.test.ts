import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FormatError } from '../../../src/core/errors.ts';
import { type Graph, inputName, type Layer } from '../../../src/nn/graph.ts';
import { planMemory } from '../../../src/nn/memory.ts';
import { inferShape } from '../../../src/nn/shape.ts';
import { graphs, unet } from './graphs.ts';

/** The input pixels, along one axis, that cell `cell` of a layer is made from, by following every path. */
function dependencies(graph: Graph, name: string, cell: number): Set<number> {
  if (name === inputName) return new Set([cell]);
  const layer = graph.layers.find((one) => one.name === name);
  if (!layer) throw new Error(`${name} is missing.`);
  const cells = ((): [string, number][] => {
    if (layer.op === 'concat') return layer.inputs.map((input) => [input, cell]);
    if (layer.op === 'conv') {
      return Array.from({ length: layer.kernel }, (_, i) => [layer.input, cell + i - (layer.kernel - 1) / 2]);
    }
    if (layer.op === 'maxPool') return [0, 1].map((i) => [layer.input, 2 * cell + i]);
    return [[layer.input, Math.floor(cell / 2)]];
  })();
  return new Set(cells.flatMap(([input, at]) => [...dependencies(graph, input, at)]));
}

const extent = (graph: Graph, name: string, stride: number): { from: number; to: number } => {
  let from = Number.POSITIVE_INFINITY;
  let to = Number.NEGATIVE_INFINITY;
  // Sixteen cells: every phase of the pooling.
  for (let cell = 0; cell < 16; cell++) {
    const pixels = [...dependencies(graph, name, cell)];
    from = Math.min(from, Math.min(...pixels) - stride * cell);
    to = Math.max(to, Math.max(...pixels) - stride * cell);
  }
  return { from, to };
};

describe('inferShape', () => {
  test('knows the exact receptive field of every layer of a U-Net', () => {
    const { values } = inferShape(unet);
    for (const [name, { stride, from, to }] of values) {
      expect([name, { from, to }]).toEqual([name, extent(unet, name, stride)]);
    }
  });

  test('never gives less than the true field on random graphs, and the halo holds it', () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        const { values, output, halo, alignment } = inferShape(graph);
        for (const layer of graph.layers) {
          const { stride = 1, from = 0, to = 0 } = values.get(layer.name) ?? {};
          const truth = extent(graph, layer.name, stride);
          expect(from).toBeLessThanOrEqual(truth.from);
          expect(to).toBeGreaterThanOrEqual(truth.to);
        }
        expect(halo % alignment).toBe(0);
        expect(halo).toBeGreaterThanOrEqual(-output.from);
        expect(halo).toBeGreaterThanOrEqual(output.to - (output.stride - 1));
      }),
      { seed: 2, numRuns: 60 },
    );
  });

  const conv = (over: Partial<Layer & { op: 'conv' }>): Layer => ({
    op: 'conv',
    name: 'c',
    input: 'input',
    kernel: 3,
    in: 1,
    out: 8,
    activation: 'none',
    ...over,
  });
  test.each<[string, Layer[]]>([
    ['c expects 4 channels and gets 1', [conv({ in: 4 })]],
    ['u would be finer than the image', [conv({}), { op: 'upsample', name: 'u', input: 'c' }]],
    ['p reads 1 channels', [{ op: 'maxPool', name: 'p', input: 'input' }]],
    ['c is a 4 × 4 convolution', [conv({ kernel: 4 })]],
    ['c is a 3 × 3 convolution of 1 to 6 channels', [conv({ out: 6 })]],
    [
      'j joins layers of different size',
      [conv({}), { op: 'maxPool', name: 'p', input: 'c' }, { op: 'concat', name: 'j', inputs: ['p', 'c'] }],
    ],
    [
      'it reduces the image',
      [
        conv({}),
        ...Array.from(
          { length: 9 },
          (_, i): Layer => ({
            op: 'maxPool',
            name: `p${i}`,
            input: i === 0 ? 'c' : `p${i - 1}`,
          }),
        ),
      ],
    ],
    [
      'its results depend on',
      Array.from({ length: 40 }, (_, i) =>
        conv({ name: `c${i}`, input: i === 0 ? 'input' : `c${i - 1}`, in: i === 0 ? 1 : 8, kernel: 63 }),
      ),
    ],
  ])('refuses: %s', (what, layers) => {
    const infer = () => inferShape({ name: 'hostile', layers });
    expect(infer).toThrow(FormatError);
    expect(infer).toThrow(`hostile is no network that Cryolite can run: ${what}`);
  });
});

describe('planMemory', () => {
  /** Runs the plan symbolically: every channel of every slot remembers who wrote it last. */
  const check = (graph: Graph): void => {
    const shape = inferShape(graph);
    const { placements, slots } = planMemory(graph, shape);
    const written = slots.map(() => new Map<number, string>());
    const place = (name: string) => {
      const placement = placements.get(name);
      const value = shape.values.get(name);
      if (!placement || !value) throw new Error(`${name} has no place.`);
      return { ...placement, ...value, rowStride: placement.stride };
    };
    // A cell of the slot is one channel of one pixel; at equal strides pixels of different values coincide only
    // where their row strides do. A write of another shape spoils the slot altogether.
    const owner = new Map<number, string>();
    const write = (name: string): void => {
      const { slot, rowStride, offset, channels, stride } = place(name);
      expect((slots[slot] ?? 0) * stride ** 2).toBeGreaterThanOrEqual(rowStride);
      expect(offset + channels).toBeLessThanOrEqual(rowStride);
      const form = `${rowStride}/${shape.values.get(name)?.stride}`;
      if (owner.get(slot) !== form) written[slot]?.clear();
      owner.set(slot, form);
      for (let c = 0; c < channels; c++) written[slot]?.set(offset + c, name);
    };
    const read = (name: string, as = name): void => {
      const layer = graph.layers.find((one) => one.name === name);
      if (layer?.op === 'concat') {
        let at = place(as).offset;
        for (const input of layer.inputs) {
          expect([input, place(input).slot, place(input).offset]).toEqual([input, place(name).slot, at]);
          read(input);
          at += place(input).channels;
        }
        return;
      }
      const { slot, offset, channels } = place(name);
      for (let c = 0; c < channels; c++) expect([name, written[slot]?.get(offset + c)]).toEqual([name, name]);
    };
    write(inputName);
    for (const layer of graph.layers) {
      if (layer.op === 'concat') continue;
      read(layer.input);
      write(layer.name);
      // A kernel must not write where it reads: the same slot only as another slice of one concatenation.
      if (place(layer.input).slot === place(layer.name).slot) {
        const a = place(layer.input);
        const b = place(layer.name);
        expect(a.rowStride).toBe(b.rowStride);
        expect(a.offset + a.channels <= b.offset || b.offset + b.channels <= a.offset).toBe(true);
      }
    }
    read(graph.layers.at(-1)?.name ?? inputName);
  };

  test('nobody reads what another has overwritten, on random graphs', () => {
    fc.assert(fc.property(graphs, check), { seed: 3, numRuns: 400 });
  });

  test('joins what was joined before inside the outermost slot', () => {
    const layers: Layer[] = ['a', 'b', 'c'].map((name) => ({
      op: 'conv',
      name,
      input: 'input',
      kernel: 1,
      in: 1,
      out: 4,
      activation: 'none',
    }));
    layers.push(
      { op: 'concat', name: 'bc', inputs: ['b', 'c'] },
      { op: 'concat', name: 'all', inputs: ['a', 'bc'] },
    );
    const graph: Graph = { name: 'nested', layers };
    const { placements } = planMemory(graph, inferShape(graph));
    const slot = placements.get('all')?.slot;
    expect(['a', 'b', 'c', 'bc', 'all'].map((name) => placements.get(name))).toEqual(
      [0, 4, 8, 4, 0].map((offset) => ({ slot, stride: 12, offset })),
    );
  });

  test('uses a slot again when its last reader has run', () => {
    const layers = Array.from(
      { length: 8 },
      (_, i): Layer => ({
        op: 'conv',
        name: `c${i}`,
        input: i === 0 ? 'input' : `c${i - 1}`,
        kernel: 3,
        in: i === 0 ? 1 : 4,
        out: 4,
        activation: 'none',
      }),
    );
    const graph: Graph = { name: 'chain', layers };
    expect(planMemory(graph, inferShape(graph)).slots.length).toBeLessThanOrEqual(3);
  });

  test('refuses a value that would have to lie in two concatenations', () => {
    const layers: Layer[] = [
      ...(['a', 'b'] as const).map(
        (name): Layer => ({
          op: 'conv',
          name,
          input: 'input',
          kernel: 1,
          in: 1,
          out: 4,
          activation: 'none',
        }),
      ),
      { op: 'concat', name: 'x', inputs: ['a', 'b'] },
      { op: 'concat', name: 'y', inputs: ['b', 'x'] },
    ];
    const graph: Graph = { name: 'twice', layers };
    expect(() => planMemory(graph, inferShape(graph))).toThrow(FormatError);
  });
});
