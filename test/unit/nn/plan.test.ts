import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRandom } from '../../../src/core/random.ts';
import { add, batchNorm, concat, conv, crop, pad, pool, relu, upsample } from '../../../src/nn/build.ts';
import { fuse } from '../../../src/nn/fuse.ts';
import { type Graph, type Layer, outputName } from '../../../src/nn/layers.ts';
import { identityWeight } from '../../../src/nn/layout.ts';
import {
  compile,
  type Demand,
  demandOf,
  type Parts,
  type Program,
  planSlots,
  storedParts,
} from '../../../src/nn/program.ts';
import { inferSizes } from '../../../src/nn/sizes.ts';
import { readsOf, type Step } from '../../../src/nn/steps.ts';
import {
  type FeatureMap,
  makeMap,
  runLayer,
  runNetwork,
  type Tensors,
  valueAt,
} from '../../reference/layers.ts';
import { type Case, networks, smallUnet } from './networks.ts';
import { weightsFor } from './weights.ts';

/** A step by the reference's layers, one after another. */
function runStep(
  step: Step,
  value: (name: string) => FeatureMap,
  tensors: Tensors,
  sizeOf: (name: string) => { width: number; height: number },
): FeatureMap {
  const inputs = readsOf(step).map(value);
  const first = inputs[0] ?? makeMap(1, 0, 0, () => 0);
  if (step.op === 'copy' || step.op === 'planes') return first;
  if (step.op === 'upsample') return runLayer(step, inputs, tensors, sizeOf(step.name));
  if (step.op !== 'conv' && step.op !== 'convTranspose') return runLayer(step, inputs, tensors);
  const plain = { ...step, activation: { kind: 'none' } as const };
  let sum: FeatureMap;
  if (step.op === 'convTranspose')
    sum = runLayer({ ...plain, op: 'convTranspose', crop: step.crop }, inputs, tensors);
  else {
    const parts = step.sources.map(({ value: name, as }) => {
      if (as === undefined) return value(name);
      const up = upsample(as, name, 'x');
      return runLayer(up, [value(name)], tensors, sizeOf(as));
    });
    const joined = parts.length > 1 ? runLayer(concat('joined', []), parts, tensors) : (parts[0] ?? first);
    const { channels } = joined;
    const identity = {
      data: Float64Array.from({ length: channels ** 2 }, (_, i) => (i % (channels + 1) === 0 ? 1 : 0)),
    };
    const all = { get: (name: string) => (name === identityWeight ? identity : tensors.get(name)) };
    sum = runLayer(
      { ...plain, op: 'conv', padding: step.padding, dilation: step.dilation, paddingMode: step.paddingMode },
      [joined],
      all,
    );
  }
  for (const norm of step.norms) sum = runLayer({ ...norm, activation: { kind: 'none' } }, [sum], tensors);
  if (step.op === 'conv' && step.residual !== undefined) {
    sum = runLayer(add('s', []), [sum, value(step.residual)], tensors);
  }
  return runLayer({ op: 'activation', activation: step.activation }, [sum], tensors);
}

const imageFor = ({ graph, image }: Case, seed: number): FeatureMap => {
  const random = createRandom(seed);
  return makeMap(graph.channels, image.width, image.height, () => random.normal());
};

const sizesOf = ({ graph, image }: Case) => {
  const { x, y } = inferSizes(graph, image);
  return (name: string) => ({ width: x.get(name) ?? 0, height: y.get(name) ?? 0 });
};

const difference = (a: FeatureMap, b: FeatureMap): number => {
  expect([a.channels, a.width, a.height]).toEqual([b.channels, b.width, b.height]);
  return Math.max(...a.data.map((one, i) => Math.abs(one - (b.data[i] ?? Number.NaN))));
};

describe('fuse', () => {
  test.each([true, false])('computes the same, on random networks (gather: %s)', (gather) => {
    fc.assert(
      fc.property(networks(10, 12), (chosen) => {
        const { graph } = chosen;
        const tensors = weightsFor(graph, 1);
        const image = imageFor(chosen, 2);
        const expected = runNetwork(graph.layers, image, tensors);
        const values = new Map([['input', image]]);
        const value = (name: string): FeatureMap => values.get(name) ?? makeMap(0, 0, 0, () => 0);
        for (const step of fuse(graph, { gather })) {
          const result = runStep(step, value, tensors, sizesOf(chosen));
          values.set(step.name, result);
          const truth = expected.get(step.name);
          // What keeps its name keeps its values.
          if (truth) expect([step.name, difference(result, truth) < 1e-9]).toEqual([step.name, true]);
        }
        expect(values.has(outputName(graph))).toBe(true);
      }),
      { seed: 21, numRuns: 150 },
    );
  });

  const words = (layers: Layer[]) =>
    fuse({ name: 'net', channels: 1, layers }).map((step) => {
      const extra = step.op === 'conv' && step.residual !== undefined ? ` + ${step.residual}` : '';
      const reads =
        step.op === 'conv'
          ? step.sources.map(({ value, as }) => (as ? `${value} as ${as}` : value))
          : readsOf(step);
      return `${step.op} ${step.name}: ${reads.join(', ')}${extra}`;
    });

  test('a residual block is two convolutions', () => {
    const block: Layer[] = [
      pad('padded', 'input', 5),
      conv('first', 'padded', 1, 8, 7),
      conv('c0', 'first', 8, 8, 3, { activation: relu }),
      conv('c1', 'c0', 8, 16, 3, { bias: false }),
      batchNorm('n1', 'c1', 16),
      crop('x', 'first', 2),
      conv('proj', 'x', 8, 16, 1, { bias: false }),
      add('sum', ['n1', 'proj'], relu),
    ];
    expect(words(block)).toEqual([
      'conv first: input',
      'conv c0: first',
      'crop x: first',
      'conv proj: x',
      'conv sum: c0 + proj',
    ]);
  });

  test('a U-net joins and up-samples on the way', () => {
    const { layers } = smallUnet(4);
    expect(words([...layers])).toEqual([
      'conv enc1: input',
      'maxPool pool1: enc1',
      'conv enc2: pool1',
      'maxPool pool2: enc2',
      'conv enc3: pool2',
      'conv dec2: enc3 as up2, pool1',
      // One channel out: its kernel reads one value.
      'upsample up1: dec2',
      'concat join1: up1, input',
      'conv dec1: join1',
    ]);
  });

  test('what others read stays', () => {
    const layers: Layer[] = [
      conv('a', 'input', 1, 4, 1),
      batchNorm('n', 'a', 4),
      conv('b', 'a', 4, 4, 1),
      add('s', ['n', 'b']),
      add('t', ['s', 'b']),
    ];
    expect(words(layers)).toEqual([
      'conv a: input',
      'batchNorm n: a',
      'conv b: a',
      'add s: n, b',
      'add t: s, b',
    ]);
  });

  test('nothing is run that nobody reads', () => {
    const layers = [conv('a', 'input', 1, 4, 1), pool('maxPool', 'p', 'a', 2), conv('b', 'a', 4, 1, 1)];
    expect(words(layers)).toEqual(['conv a: input', 'conv b: a']);
  });
});

/**
 * Runs a program tile by tile in slots as large as the plan says, full of NaN: what is read must have been written
 * for this tile, at its place, and not been overwritten since.
 */
function runInSlots(
  program: Program,
  chosen: Case,
  demand: Demand,
  tensors: Tensors,
  image: FeatureMap,
): FeatureMap {
  const slots = planSlots(program, demand, 4);
  const sizeAlong = (name: string) => ({
    width: demand.sizes.x.get(name) ?? 0,
    height: demand.sizes.y.get(name) ?? 0,
  });
  const outSize = sizeAlong(program.output);
  const result = makeMap(program.outputChannels, outSize.width, outSize.height, () => Number.NaN);
  const memory = slots.bytes.map((bytes) => new Float64Array(bytes / 4));
  for (const columns of demand.columns) {
    for (const rows of demand.rows) {
      for (const slot of memory) slot.fill(Number.NaN);
      runTile(columns, rows);
    }
  }
  return result;

  function runTile(columns: Parts, rows: Parts): void {
    const stored = { x: storedParts(program, 'x', columns), y: storedParts(program, 'y', rows) };
    const place = (name: string) => {
      const home = program.homes.get(name);
      const slot = memory[slots.slotOf.get(home?.group ?? '') ?? -1];
      const [x, y] = [stored.x.get(home?.group ?? ''), stored.y.get(home?.group ?? '')];
      if (!home || !slot || !x || !y) throw new Error(`${name} has no place.`);
      const numbers = program.widths.get(home.group) ?? 0;
      return {
        slot,
        at: (c: number, v: number, u: number): number =>
          ((v + home.shift.y - y.from) * (x.to - x.from) + u + home.shift.x - x.from) * numbers +
          home.first +
          (home.layout.places[c] ?? Number.NaN),
      };
    };
    const partOf = (name: string) => ({ x: columns.get(name), y: rows.get(name) });
    const read = (name: string): FeatureMap => {
      const { x, y } = partOf(name);
      const { width, height } = sizeAlong(name);
      const channels = program.homes.get(name)?.layout.places.length ?? 0;
      const there = x && y ? place(name) : undefined;
      return makeMap(channels, width, height, (c, v, u) =>
        there && x && y && u >= x.from && u < x.to && v >= y.from && v < y.to
          ? (there.slot[there.at(c, v, u)] ?? Number.NaN)
          : Number.NaN,
      );
    };
    const write = (name: string, map: FeatureMap): void => {
      const { x, y } = partOf(name);
      if (!x || !y) return;
      const there = name === program.output ? undefined : place(name);
      for (let c = 0; c < map.channels; c++) {
        for (let v = y.from; v < y.to; v++) {
          for (let u = x.from; u < x.to; u++) {
            const number = valueAt(map, c, v, u);
            if (Number.isNaN(number)) expect.fail(`${name} needs what is not there`);
            if (there) {
              const index = there.at(c, v, u);
              if (!(index >= 0 && index < there.slot.length)) expect.fail(`${name} leaves its slot`);
              there.slot[index] = number;
            } else result.data[(c * map.height + v) * map.width + u] = number;
          }
        }
      }
    };
    write('input', image);
    for (const step of program.steps) {
      if (step.op === 'concat' || step.op === 'crop') continue;
      if (!partOf(step.name).x || !partOf(step.name).y) continue;
      const slotOf = (name: string) => slots.slotOf.get(program.homes.get(name)?.group ?? '');
      for (const name of readsOf(step)) {
        if (slotOf(name) !== undefined && slotOf(name) === slotOf(step.name)) {
          expect.fail(`${step.name} writes the buffer in which it reads ${name}`);
        }
      }
      write(step.name, runStep(step, read, tensors, sizesOfAll(chosen, sizeAlong)));
    }
  }
}

/** Sizes of the graph's own values, and of those that the plan has added. */
const sizesOfAll =
  (chosen: Case, planned: (name: string) => { width: number; height: number }) =>
  (name: string): { width: number; height: number } => {
    const own = sizesOf(chosen)(name);
    return own.width > 0 ? own : planned(name);
  };

const cutAt = (length: number, at: readonly number[]) => {
  const edges = [...new Set([0, ...at.map((one) => one % length), length])].sort((a, b) => a - b);
  return edges.slice(1).map((to, i) => ({ from: edges[i] ?? 0, to }));
};

describe('a program in its slots', () => {
  test('gives what the whole network gives, tile by tile, on random networks', () => {
    const cuts = fc.array(fc.nat(100), { maxLength: 3 });
    fc.assert(
      fc.property(networks(9, 12), cuts, cuts, fc.boolean(), (chosen, xs, ys, gather) => {
        const { graph, image: size } = chosen;
        const tensors = weightsFor(graph, 3);
        const image = imageFor(chosen, 4);
        const expected = runNetwork(graph.layers, image, tensors).get(outputName(graph));
        if (!expected) throw new Error('There is no result.');
        const program = compile(graph, { gather });
        const cut = { columns: cutAt(expected.width, xs), rows: cutAt(expected.height, ys) };
        const found = runInSlots(program, chosen, demandOf(program, size, cut), tensors, image);
        expect(difference(found, expected)).toBeLessThan(1e-9);
      }),
      { seed: 22, numRuns: 150 },
    );
  });

  const run = (graph: Graph, image: { width: number; height: number }): Program => {
    const chosen = { graph, image };
    const program = compile(graph, { gather: false });
    const tensors = weightsFor(graph, 5);
    const picture = imageFor(chosen, 6);
    const expected = runNetwork(graph.layers, picture, tensors).get(outputName(graph));
    if (!expected) throw new Error('There is no result.');
    const cut = { columns: cutAt(expected.width, [3]), rows: cutAt(expected.height, []) };
    const found = runInSlots(program, chosen, demandOf(program, image, cut), tensors, picture);
    expect(difference(found, expected)).toBeLessThan(1e-9);
    return program;
  };
  const copies = ({ steps }: Program): number => steps.filter(({ op }) => op === 'copy').length;
  const one = (name: string, input: string, from: number, to: number): Layer =>
    conv(name, input, from, to, 1);
  const picture = { width: 7, height: 3 };

  test('nested joins lie in the outermost one', () => {
    const layers = [
      one('a', 'input', 1, 4),
      one('b', 'input', 1, 8),
      one('c', 'input', 1, 4),
      concat('bc', ['b', 'c']),
      concat('all', ['a', 'bc']),
      one('last', 'all', 16, 1),
    ];
    const program = run({ name: 'nested', channels: 1, layers }, picture);
    expect(copies(program)).toBe(0);
    const places = ['a', 'bc', 'b', 'c', 'all'].map((name) => {
      const { group, first } = program.homes.get(name) ?? {};
      return [name, group, first];
    });
    expect(places).toEqual([
      ['a', 'all', 0],
      ['bc', 'all', 4],
      ['b', 'all', 4],
      ['c', 'all', 12],
      ['all', 'all', 0],
    ]);
  });

  test.each<[string, Layer[], number]>([
    [
      'the image of one channel',
      [one('a', 'input', 1, 4), concat('j', ['a', 'input']), one('l', 'j', 5, 1)],
      1,
    ],
    [
      'a value of two joins',
      [
        one('a', 'input', 1, 4),
        one('b', 'input', 1, 4),
        concat('j', ['a', 'b']),
        concat('k', ['b', 'a']),
        add('s', ['j', 'k']),
        one('l', 's', 8, 1),
      ],
      2,
    ],
    [
      'a value joined with itself',
      [one('a', 'input', 1, 4), concat('j', ['a', 'a']), one('l', 'j', 8, 1)],
      2,
    ],
    // What is made from a value can't be written beside it.
    [
      'a chain of joins',
      [
        one('a', 'input', 1, 4),
        one('b', 'a', 4, 4),
        concat('j', ['a', 'b']),
        one('c', 'j', 8, 4),
        concat('k', ['j', 'c']),
        one('l', 'k', 12, 1),
      ],
      2,
    ],
    [
      'cropped values, whose outer parts others read',
      [
        conv('a', 'input', 1, 4, 1),
        conv('b', 'a', 4, 4, 3),
        crop('c', 'a', 1),
        concat('j', ['b', 'c']),
        one('l', 'j', 8, 1),
      ],
      1,
    ],
    [
      'values of odd channels',
      [
        one('a', 'input', 1, 3),
        one('b', 'input', 1, 6),
        concat('j', ['a', 'b']),
        one('c', 'a', 3, 9),
        add('s', ['j', 'c']),
        one('l', 's', 9, 2),
      ],
      0,
    ],
  ])('copies into joins as little as it can: %s', (_, layers, expected) => {
    expect(copies(run({ name: 'joins', channels: 1, layers }, picture))).toBe(expected);
  });

  test('buffers are used again: a chain of layers needs two', () => {
    const layers = Array.from({ length: 8 }, (_, i) =>
      conv(`c${i}`, i === 0 ? 'input' : `c${i - 1}`, i === 0 ? 1 : 4, 4, 3),
    );
    const graph = { name: 'chain', channels: 1, layers };
    const program = compile(graph);
    const whole = { columns: [{ from: 0, to: 24 }], rows: [{ from: 0, to: 24 }] };
    const demand = demandOf(program, { width: 40, height: 40 }, whole);
    const { bytes } = planSlots(program, demand, 4);
    // 40² pixels go in as a plane; the first two values are the largest.
    expect(bytes).toEqual([38 ** 2 * 16, 36 ** 2 * 16]);
    expect(planSlots(program, demand, 4, true).bytes).toHaveLength(9);
  });
});
