import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FormatError } from '../../../src/core/errors.ts';
import { conv, convTranspose, crop, pad, pool, upsample } from '../../../src/nn/build.ts';
import { receptiveField } from '../../../src/nn/field.ts';
import { anyPixel, layerNeeds, neededIntervals } from '../../../src/nn/intervals.ts';
import { type Graph, inputName, inputsOf, type Layer, outputName } from '../../../src/nn/layers.ts';
import { inferSizes } from '../../../src/nn/sizes.ts';
import { networks, smallUnet } from './networks.ts';

type Axis = 'x' | 'y';

/**
 * By the definitions of the operations: for every cell of every value, along one axis, the cells of all values that it
 * is made of.
 */
function dependencies(
  graph: Graph,
  axis: Axis,
  lengths: ReadonlyMap<string, number>,
): Map<string, Set<string>[]> {
  const [before, after] = axis === 'x' ? (['left', 'right'] as const) : (['top', 'bottom'] as const);
  const all = new Map<string, Set<string>[]>();
  all.set(
    inputName,
    Array.from({ length: lengths.get(inputName) ?? 0 }, (_, i) => new Set([`${inputName} ${i}`])),
  );
  const mirror = (i: number, n: number): number => (i < 0 ? -i : i >= n ? 2 * n - 2 - i : i);
  const cellsOf = (layer: Layer, cell: number, source: number, result: number): number[] => {
    switch (layer.op) {
      case 'conv':
      case 'maxPool':
      case 'averagePool': {
        const taps = Array.from(
          { length: layer.kernel[axis] },
          (_, k) => cell * layer.stride[axis] - layer.padding[before] + k * layer.dilation[axis],
        );
        const mirrored = layer.op === 'conv' && layer.paddingMode === 'reflect';
        return mirrored ? taps.map((i) => mirror(i, source)) : taps;
      }
      case 'convTranspose':
        // Source i is spread over i·stride − crop … + kernel − 1.
        return Array.from({ length: source }, (_, i) => i).filter((i) => {
          const tap = cell - (i * layer.stride[axis] - layer.crop[before]);
          return tap >= 0 && tap < layer.kernel[axis];
        });
      case 'upsample': {
        if (layer.mode === 'nearest') return [Math.floor((cell * source) / result + 1e-9)];
        const position = layer.alignCorners
          ? result === 1
            ? 0
            : (cell * (source - 1)) / (result - 1)
          : Math.max(0, ((cell + 0.5) * source) / result - 0.5);
        return [Math.floor(position + 1e-9), Math.min(Math.floor(position + 1e-9) + 1, source - 1)];
      }
      case 'crop':
        return [cell + layer.by[before]];
      case 'pad': {
        const i = cell - layer.by[before];
        return layer.mode === 'reflect' ? [mirror(i, source)] : [i];
      }
      default:
        return [cell];
    }
  };
  expect(after).toBeTruthy();
  for (const layer of graph.layers) {
    const result = lengths.get(layer.name) ?? 0;
    all.set(
      layer.name,
      Array.from({ length: result }, (_, cell) => {
        const found = new Set([`${layer.name} ${cell}`]);
        for (const input of inputsOf(layer)) {
          const source = all.get(input) ?? [];
          for (const i of cellsOf(layer, cell, source.length, result)) {
            for (const one of source[i] ?? []) found.add(one);
          }
        }
        return found;
      }),
    );
  }
  return all;
}

describe('neededIntervals', () => {
  test('has every pixel of every value that a part of the result is made of, on random networks', () => {
    fc.assert(
      fc.property(networks(), fc.nat(), fc.nat(), ({ graph, image }, a, b) => {
        const sizes = inferSizes(graph, image);
        for (const axis of ['x', 'y'] as const) {
          const lengths = sizes[axis];
          const output = dependencies(graph, axis, lengths).get(outputName(graph)) ?? [];
          const from = a % output.length;
          const to = from + 1 + (b % (output.length - from));
          const needed = neededIntervals(layerNeeds(graph.layers, axis, lengths), { from, to });
          for (const cell of output.slice(from, to).flatMap((cells) => [...cells])) {
            const [name = '', index] = cell.split(' ');
            const interval = needed.get(name) ?? { from: 0, to: 0 };
            if (!(Number(index) >= interval.from && Number(index) < interval.to)) {
              expect.fail(`${cell} is needed for ${from}…${to}, but not in ${JSON.stringify(interval)}`);
            }
          }
          for (const [name, interval] of needed) {
            expect(interval.from).toBeGreaterThanOrEqual(0);
            expect([name, interval.to]).toEqual([name, Math.min(interval.to, lengths.get(name) ?? 0)]);
          }
        }
      }),
      { seed: 11, numRuns: 300 },
    );
  });

  test('has a pixel of what is read where nothing of it is', () => {
    // Every third pixel is made of the image, those between of nothing; the left edge of the sum of padding alone.
    const layers = [
      convTranspose('t', 'input', 1, 1, 1, { stride: 3, bias: false }),
      pad('p', 't', 5),
      conv('c', 'p', 1, 1, 1),
    ];
    const graph: Graph = { name: 'gaps', channels: 1, layers };
    expect(receptiveField(graph).x).toMatchObject({ stride: 1 / 3, period: 1 });
    const { x } = inferSizes(graph, { width: 4, height: 4 });
    for (let from = 0; from < (x.get('c') ?? 0); from++) {
      const needed = neededIntervals(layerNeeds(layers, 'x', x), { from, to: from + 1 }, anyPixel);
      for (const [name, { from: first, to }] of needed) {
        expect([name, to - first, first >= 0, to <= (x.get(name) ?? 0)]).toEqual([name, 1, true, true]);
      }
      expect([...needed.keys()].sort()).toEqual(['c', 'input', 'p', 't']);
    }
  });

  test('has no pixel too many at both ends of a U-net’s values, odd sizes too', () => {
    const graph = smallUnet(4);
    for (const length of [40, 41, 43, 47]) {
      const { x } = inferSizes(graph, { width: length, height: length });
      const output = dependencies(graph, 'x', x).get(outputName(graph)) ?? [];
      for (let from = 0; from < length; from++) {
        const needed = neededIntervals(layerNeeds(graph.layers, 'x', x), { from, to: from + 1 });
        const cells = [...(output[from] ?? [])].filter((cell) => cell.startsWith(`${inputName} `));
        const indices = cells.map((cell) => Number(cell.split(' ')[1]));
        expect(needed.get(inputName)).toEqual({ from: Math.min(...indices), to: Math.max(...indices) + 1 });
      }
    }
  });
});

describe('receptiveField', () => {
  const extent = (graph: Graph) => {
    const { stride, period } = receptiveField(graph).x;
    const length = 20 * period;
    const { x } = inferSizes(graph, { width: length, height: length });
    const output = dependencies(graph, 'x', x).get(outputName(graph)) ?? [];
    let [from, to] = [0, 0];
    const middle = Math.floor(output.length / 2);
    for (let i = middle; i < middle + period / stride; i++) {
      for (const cell of output[i] ?? []) {
        if (!cell.startsWith(`${inputName} `)) continue;
        const offset = Number(cell.split(' ')[1]) - stride * i;
        from = Math.min(from, offset);
        to = Math.max(to, offset + 1);
      }
    }
    return { from, to, stride, period };
  };

  test.each([2, 3, 4])('of a U-net of %i levels is its true one', (levels) => {
    const graph = smallUnet(4, levels);
    expect(receptiveField(graph).x).toEqual(extent(graph));
    expect(receptiveField(graph).x.period).toBe(2 ** (levels - 1));
  });

  test('of convolutions that shrink the picture starts where their first pixel does', () => {
    const layers = [
      conv('a', 'input', 1, 4, 5, { dilation: 3 }),
      crop('b', 'a', 2),
      pool('maxPool', 'c', 'b', 2),
    ];
    const { x, y } = receptiveField({ name: 'valid', channels: 1, layers });
    expect(x).toEqual({ stride: 2, period: 2, from: 2, to: 2 + 1 + 12 + 1 });
    expect(y).toEqual(x);
  });

  test('of finer results is in parts of pixels, rounded outwards', () => {
    const layers = [upsample('u', 'input', 2), conv('c', 'u', 1, 1, 3, { padding: 1 })];
    const { x } = receptiveField({ name: 'finer', channels: 1, layers });
    expect(x).toEqual({ stride: 0.5, period: 1, from: -1, to: 2 });
  });

  test('too large a one is refused', () => {
    const deep = Array.from({ length: 12 }, (_, i) =>
      pool('maxPool', `p${i}`, i === 0 ? inputName : `p${i - 1}`, 2),
    );
    expect(() => receptiveField({ name: 'deep', channels: 1, layers: deep })).toThrow(
      /deep is no network .* it reduces the image/,
    );
    const wide = Array.from({ length: 8 }, (_, i) =>
      conv(`c${i}`, i === 0 ? inputName : `c${i - 1}`, 1, 1, 63, { dilation: 32, padding: 'same' }),
    );
    const refused = () => receptiveField({ name: 'wide', channels: 1, layers: wide });
    expect(refused).toThrow(FormatError);
    expect(refused).toThrow(/depend on more than/);
  });

  test('grows with a margin only by the margin’s own convolution', () => {
    const layers = [pad('p', 'input', 7), conv('c', 'p', 1, 1, 15)];
    expect(receptiveField({ name: 'padded', channels: 1, layers }).x).toMatchObject({ from: -7, to: 8 });
  });
});
