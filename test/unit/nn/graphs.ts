import fc from 'fast-check';
import type { Graph, Layer } from '../../../src/nn/graph.ts';

/** Any small graph that makes sense: every layer reads what was made before it, at fitting strides. */
export const graphs: fc.Arbitrary<Graph> = fc
  .array(
    fc.record({ op: fc.integer({ min: 0, max: 5 }), from: fc.nat(), kernel: fc.nat(2), out: fc.nat(2) }),
    {
      minLength: 1,
      maxLength: 12,
    },
  )
  .map((steps) => {
    const layers: Layer[] = [
      { op: 'conv', name: 'first', input: 'input', kernel: 3, in: 1, out: 4, activation: 'relu' },
    ];
    const made = [{ name: 'first', channels: 4, stride: 1 }];
    const joined = new Set<string>();
    for (const [i, { op, from, kernel, out }] of steps.entries()) {
      const source = made[from % made.length];
      if (!source) continue;
      const name = `l${i}`;
      if (op === 4 && source.stride < 8) {
        layers.push({ op: 'maxPool', name, input: source.name });
        made.push({ name, channels: source.channels, stride: source.stride * 2 });
      } else if (op === 3 && source.stride > 1) {
        layers.push({ op: 'upsample', name, input: source.name });
        made.push({ name, channels: source.channels, stride: source.stride / 2 });
      } else if (op === 5) {
        const fitting = made.filter((one) => one.stride === source.stride && !joined.has(one.name)).slice(-3);
        if (fitting.length < 2) continue;
        for (const one of fitting) joined.add(one.name);
        layers.push({ op: 'concat', name, inputs: fitting.map((one) => one.name) });
        const channels = fitting.reduce((sum, one) => sum + one.channels, 0);
        made.push({ name, channels, stride: source.stride });
      } else {
        const channels = 4 * (out + 1);
        layers.push({
          op: 'conv',
          name,
          input: source.name,
          kernel: 2 * kernel + 1,
          in: source.channels,
          out: channels,
          activation: 'none',
        });
        made.push({ name, channels, stride: source.stride });
      }
    }
    const last = made.at(-1) ?? { name: 'first', channels: 4 };
    layers.push({
      op: 'conv',
      name: 'last',
      input: last.name,
      kernel: 1,
      in: last.channels,
      out: 1,
      activation: 'none',
    });
    return { name: 'random', layers };
  });

/** A U-Net in small: pooled, up again, joined with what was before. */
export const unet: Graph = {
  name: 'unet',
  layers: [
    { op: 'conv', name: 'a', input: 'input', kernel: 5, in: 1, out: 4, activation: 'relu' },
    { op: 'maxPool', name: 'p', input: 'a' },
    { op: 'conv', name: 'b', input: 'p', kernel: 3, in: 4, out: 8, activation: 'relu' },
    { op: 'maxPool', name: 'q', input: 'b' },
    { op: 'conv', name: 'c', input: 'q', kernel: 3, in: 8, out: 8, activation: 'relu' },
    { op: 'upsample', name: 'u', input: 'c' },
    { op: 'concat', name: 'j', inputs: ['u', 'b'] },
    { op: 'conv', name: 'd', input: 'j', kernel: 3, in: 16, out: 1, activation: 'none' },
  ],
};
