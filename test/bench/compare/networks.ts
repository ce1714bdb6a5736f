/**
 * Two of Topaz's networks by their shapes alone; the weights are random, since Topaz's own are under the GPL and a
 * runtime's speed does not depend on them.
 */
import { createRandom } from '../../../src/core/random.ts';
import { add, concat, conv, crop, leakyRelu, pad, pool, relu, upsample } from '../../../src/nn/build.ts';
import type { Graph, Layer } from '../../../src/nn/layers.ts';
import { weightsFor } from '../../unit/nn/weights.ts';
import type { Network } from './runtime.ts';

const slope = leakyRelu(0.1);
const units = 48;
const seed = 20;

/** Topaz's denoiser `unet_L2_v0.2.1`: six levels, pooled skips, the image itself joined last. */
export function unet(): Network {
  const layers: Layer[] = [];
  const convolve = (name: string, input: string, inputs: number, outputs: number, kernel = 3): string => {
    layers.push(conv(name, input, inputs, outputs, kernel, { padding: 'same', activation: slope }));
    return name;
  };
  const skips = [{ name: 'input', channels: 1 }];
  let h = 'input';
  for (let level = 1; level <= 6; level++) {
    h = convolve(`enc${level}.0`, h, level === 1 ? 1 : units, units, level === 1 ? 7 : 3);
    if (level === 6) break;
    layers.push(pool('maxPool', `p${level}`, h, 2));
    h = `p${level}`;
    skips.push({ name: h, channels: units });
  }
  let channels = units;
  for (let level = 5; level >= 1; level--) {
    const skip = skips[level - 1];
    if (!skip) break;
    layers.push(upsample(`up${level}`, h, skip.name), concat(`join${level}`, [`up${level}`, skip.name]));
    const joined = channels + skip.channels;
    channels = level === 1 ? 64 : 2 * units;
    h = convolve(`dec${level}.0`, `join${level}`, joined, channels);
    h = convolve(`dec${level}.2`, h, channels, level === 1 ? 32 : channels);
  }
  layers.push(conv('dec1.4', h, 32, 1, 3, { padding: 'same' }));
  return network({ name: 'Topaz unet_L2', channels: 1, layers });
}

/** Topaz's detector `resnet8_u32`, dense: strides become dilations, and the score map is as large as the image. */
export function resnet8(): Network {
  const layers: Layer[] = [
    pad('padded', 'input', 35),
    conv('features.0.conv', 'padded', 1, 32, 7, { activation: relu }),
  ];
  let [h, channels] = ['features.0.conv', 32];
  const blocks = [
    { outputs: 32, dilations: [2, 4] },
    { outputs: 64, dilations: [2, 4] },
    { outputs: 64, dilations: [4, 8] },
  ] as const;
  blocks.forEach(({ outputs, dilations: [first, second] }, index) => {
    const name = `features.${index + 1}`;
    layers.push(
      conv(`${name}.conv0`, h, channels, channels, 3, { dilation: first, activation: relu }),
      conv(`${name}.conv1`, `${name}.conv0`, channels, outputs, 3, { dilation: second }),
      crop(`${name}.crop`, h, first + second),
    );
    let side = `${name}.crop`;
    if (outputs !== channels) {
      layers.push(conv(`${name}.proj`, side, channels, outputs, 1, { bias: false }));
      side = `${name}.proj`;
    }
    layers.push(add(`${name}.sum`, [`${name}.conv1`, side], relu));
    [h, channels] = [`${name}.sum`, outputs];
  });
  layers.push(
    conv('features.4.conv', h, channels, 128, 5, { dilation: 4, activation: relu }),
    conv('classifier', 'features.4.conv', 128, 1, 1),
  );
  return network({ name: 'Topaz resnet8_u32, dense', channels: 1, layers });
}

function network(graph: Graph): Network {
  return { graph, tensors: weightsFor(graph, seed) };
}

/** Standardised noise, the same every time. */
export function imageFor(pixels: number): Float32Array<ArrayBuffer> {
  const random = createRandom(seed + 1);
  return Float32Array.from({ length: pixels }, () => random.normal());
}
