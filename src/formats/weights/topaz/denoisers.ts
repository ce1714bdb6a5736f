/** Topaz's denoisers: one linear filter, three large convolutions, and a U-net of any depth. */
import { INPUT, LEAKY_SLOPE, type TopazActivation, type TopazLayer, type TopazNetwork } from './layers.ts';
import type { ConvLayer, TensorShapes } from './shapes.ts';

const MAX_LEVELS = 8;

/** @throws FormatError bad-weights. */
export function describeDenoiser(shapes: TensorShapes): TopazNetwork {
  if (shapes.has('filter.weight')) {
    return network('affine', [last(shapes, conv(shapes, 'filter', INPUT, 1, 'none'))]);
  }
  if (shapes.has('net.0.weight')) return network('fcnn', fcnn(shapes));
  if (shapes.has('enc1.0.weight')) return unet(shapes);
  const [first] = shapes.names();
  throw shapes.bad(first === undefined ? 'it has no tensors' : `it begins with ${first}`);
}

function fcnn(shapes: TensorShapes): TopazLayer[] {
  const first = conv(shapes, 'net.0', INPUT, 1, 'leakyRelu');
  const second = conv(shapes, 'net.2', first.name, first.out, 'leakyRelu');
  return [first, second, last(shapes, conv(shapes, 'net.4', second.name, second.out, 'none'))];
}

/**
 * Level n of N has encoder `encN` and, but for the deepest, decoder `decN`. The skip of decoder n is the POOLED map of
 * level n - 1, that of decoder 1 the input; the deepest pooled map is no skip.
 */
function unet(shapes: TensorShapes): TopazNetwork {
  let levels = 1;
  while (levels < MAX_LEVELS && shapes.has(`enc${levels + 1}.0.weight`)) levels++;
  if (levels < 2) throw shapes.bad('its U-net has one level');

  const layers: TopazLayer[] = [];
  const skips: { readonly name: string; readonly channels: number }[] = [{ name: INPUT, channels: 1 }];
  let h = { name: INPUT, channels: 1 };
  const add = (layer: ConvLayer) => {
    layers.push(layer);
    h = { name: layer.name, channels: layer.out };
  };
  for (let level = 1; level <= levels; level++) {
    add(conv(shapes, `enc${level}.0`, h.name, h.channels, 'leakyRelu'));
    if (level === levels) break;
    layers.push({ op: 'maxPool', name: `pool${level}`, input: h.name });
    h = { name: `pool${level}`, channels: h.channels };
    skips.push(h);
  }
  for (let level = levels - 1; level >= 1; level--) {
    const skip = skips[level - 1] ?? h;
    const up = `up${level}`;
    const joined = `join${level}`;
    layers.push({ op: 'upsample', name: up, input: h.name, like: skip.name });
    layers.push({ op: 'concat', name: joined, inputs: [up, skip.name] });
    add(conv(shapes, `dec${level}.0`, joined, h.channels + skip.channels, 'leakyRelu'));
    add(conv(shapes, `dec${level}.2`, h.name, h.channels, 'leakyRelu'));
  }
  add(last(shapes, conv(shapes, 'dec1.4', h.name, h.channels, 'none')));
  return { ...network('unet', layers), alignment: 2 ** (levels - 1) };
}

function conv(
  shapes: TensorShapes,
  name: string,
  input: string,
  channels: number,
  activation: TopazActivation,
): ConvLayer {
  const layer = shapes.conv(name, input, channels, { activation, padded: true });
  if (!layer.bias) throw shapes.bad(`it lacks the tensor ${name}.bias`);
  return layer;
}

function last(shapes: TensorShapes, layer: ConvLayer): ConvLayer {
  if (layer.out !== 1) throw shapes.bad(`${layer.name} gives ${layer.out} channels where one is wanted`);
  return layer;
}

function network(kind: TopazNetwork['kind'], layers: readonly TopazLayer[]): TopazNetwork {
  return { kind, use: 'denoise', layers, leakySlope: LEAKY_SLOPE, alignment: 1 };
}
