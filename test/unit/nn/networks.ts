import fc from 'fast-check';
import { FormatError } from '../../../src/core/errors.ts';
import {
  activate,
  add,
  batchNorm,
  concat,
  conv,
  convTranspose,
  crop,
  leakyRelu,
  noMargins,
  pad,
  pool,
  relu,
  sigmoid,
  upsample,
} from '../../../src/nn/build.ts';
import { checkChannels } from '../../../src/nn/channels.ts';
import type { Graph, Layer } from '../../../src/nn/layers.ts';
import { inferSizes, type Size } from '../../../src/nn/sizes.ts';

/** A network and an image that it can be run on. */
export interface Case {
  readonly graph: Graph;
  readonly image: Size;
}

interface Step {
  readonly op: number;
  readonly from: number;
  readonly kernel: number;
  readonly out: number;
  readonly stride: number;
  readonly dilation: number;
  readonly padding: number;
  readonly flag: boolean;
}

const activations = [{ kind: 'none' } as const, relu, leakyRelu(0.1), sigmoid, leakyRelu(0.25)];

/** One layer, from what is there. */
function layerOf(
  name: string,
  step: Step,
  made: readonly string[],
  channelsOf: (name: string) => number,
  sizeOf: (name: string) => string,
): Layer | undefined {
  const { op, kernel, out, stride, dilation, padding, flag } = step;
  const source = made[step.from % made.length] ?? 'input';
  const channels = channelsOf(source);
  const activation = activations[(step.out + padding) % activations.length] ?? relu;
  const fitting = made.filter((one) => sizeOf(one) === sizeOf(source)).slice(-3);
  switch (op) {
    case 0:
      return conv(name, source, channels, out, kernel, {
        stride,
        dilation,
        padding: { left: padding, right: flag ? padding : 0, top: flag ? 1 : padding, bottom: padding },
        paddingMode: flag ? 'zero' : 'reflect',
        bias: flag,
        activation,
      });
    case 1:
      return conv(
        name,
        source,
        channels,
        out,
        { x: kernel, y: 3 },
        { padding: 'same', dilation, activation },
      );
    case 2:
      return pool(flag ? 'maxPool' : 'averagePool', name, source, 1 + (kernel % 3), {
        stride,
        padding: Math.min(padding, (1 + (kernel % 3)) >> 1),
        countPadding: padding === 1,
      });
    case 3:
      return upsample(name, source, stride, flag ? 'nearest' : 'bilinear', padding === 1);
    case 4:
      return upsample(
        name,
        source,
        made[(step.from + out) % made.length] ?? source,
        flag ? 'nearest' : 'bilinear',
      );
    case 5:
      return fitting.length < 2 ? undefined : concat(name, fitting);
    case 6: {
      const same = fitting.filter((one) => channelsOf(one) === channels);
      return same.length < 2 ? undefined : add(name, same, activation);
    }
    case 7:
      return crop(name, source, flag ? padding : { ...noMargins, left: padding, bottom: 1 });
    case 8:
      return pad(
        name,
        source,
        { left: padding, right: 1, top: 0, bottom: stride },
        flag ? 'zero' : 'reflect',
      );
    case 9:
      return activate(name, source, activation);
    case 10:
      return batchNorm(name, source, channels, { activation });
    default:
      return convTranspose(name, source, channels, out, kernel, {
        stride,
        crop: { left: padding, right: flag ? padding : 0, top: 0, bottom: flag ? -1 : padding },
        bias: flag,
        activation,
      });
  }
}

const steps = (length: number) =>
  fc.array(
    fc.record({
      op: fc.integer({ min: 0, max: 11 }),
      from: fc.nat(20),
      kernel: fc.integer({ min: 1, max: 5 }),
      out: fc.constantFrom(1, 2, 3, 4, 6, 8),
      stride: fc.integer({ min: 1, max: 3 }),
      dilation: fc.integer({ min: 1, max: 3 }),
      padding: fc.nat(2),
      flag: fc.boolean(),
    }),
    { minLength: 1, maxLength: length },
  );

/** Any network of up to `length` layers that makes sense on its image, its values at most 80 px wide. */
export const networks = (length = 8, largest = 26): fc.Arbitrary<Case> =>
  fc
    .record({
      steps: steps(length),
      width: fc.integer({ min: 5, max: largest }),
      height: fc.integer({ min: 5, max: largest }),
      channels: fc.constantFrom(1, 1, 3, 4),
    })
    .map(({ steps: chosen, width, height, channels }) => {
      let graph: Graph = { name: 'random', channels, layers: [] };
      const image = { width, height };
      for (const [i, step] of chosen.entries()) {
        const { x, y } = inferSizes(graph, image);
        const known = checkChannels(graph);
        const layer = layerOf(
          `l${i}`,
          step,
          ['input', ...graph.layers.map(({ name }) => name)],
          (name) => known.get(name) ?? 0,
          (name) => `${x.get(name)} ${y.get(name)}`,
        );
        if (!layer) continue;
        const next = { ...graph, layers: [...graph.layers, layer] };
        try {
          const sizes = inferSizes(next, image);
          if ((sizes.x.get(layer.name) ?? 0) > 80 || (sizes.y.get(layer.name) ?? 0) > 80) continue;
          checkChannels(next);
          graph = next;
        } catch (error) {
          // It does not fit here; any other error is the test's to see.
          if (!(error instanceof FormatError)) throw error;
        }
      }
      if (graph.layers.length === 0) graph = { ...graph, layers: [conv('only', 'input', channels, 1, 1)] };
      return { graph, image };
    });

/** A U-net in small, as Topaz's: pooled skips, up-sampled to their exact size, the image itself joined last. */
export const smallUnet = (units: number, levels = 3): Graph => {
  const layers: Layer[] = [];
  const activation = leakyRelu(0.1);
  let [h, channels] = ['input', 1];
  const skips = [{ name: 'input', channels: 1 }];
  for (let level = 1; level <= levels; level++) {
    layers.push(conv(`enc${level}`, h, channels, units, 3, { padding: 'same', activation }));
    [h, channels] = [`enc${level}`, units];
    if (level === levels) break;
    layers.push(pool('maxPool', `pool${level}`, h, 2));
    h = `pool${level}`;
    skips.push({ name: h, channels });
  }
  for (let level = levels - 1; level >= 1; level--) {
    const skip = skips[level - 1] ?? { name: 'input', channels: 1 };
    layers.push(upsample(`up${level}`, h, skip.name), concat(`join${level}`, [`up${level}`, skip.name]));
    const out = level === 1 ? 1 : 2 * units;
    const options = { padding: 'same', ...(level === 1 ? {} : { activation }) } as const;
    layers.push(conv(`dec${level}`, `join${level}`, channels + skip.channels, out, 3, options));
    [h, channels] = [`dec${level}`, out];
  }
  return { name: 'small U-net', channels: 1, layers };
};
