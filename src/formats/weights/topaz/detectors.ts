/**
 * Topaz's detectors, dense: they were trained with strides, and run with every stride 1 and every later dilation multiplied
 * by it, so that the score map has the size of the image. The image is padded once, by half the receptive field;
 * no convolution pads.
 */
import { INPUT, LEAKY_SLOPE, type TopazKind, type TopazLayer, type TopazNetwork } from './layers.ts';
import type { TensorShapes } from './shapes.ts';

/** A module of the trained network: a convolution, or a residual block of two whose second has the dilation and stride. */
interface Module {
  readonly is: 'conv' | 'block';
  readonly stride: number;
  readonly dilation: number;
}

const conv = (stride = 1): Module => ({ is: 'conv', stride, dilation: 1 });
const block = (dilation: number, stride = 1): Module => ({ is: 'block', stride, dilation });

const PLANS: readonly { readonly kind: TopazKind; readonly modules: readonly Module[] }[] = [
  { kind: 'resnet8', modules: [conv(2), block(2), block(2, 2), block(2), conv()] },
  {
    kind: 'resnet16',
    modules: [conv(), block(1, 2), block(1), block(1), block(1), block(1, 2), block(1), block(1), conv()],
  },
];

const FEATURES = /^features\.features\.(\d{1,3})\.(conv|conv0)\.weight$/;
const PADDED = 'padded';

/** @throws FormatError bad-weights. */
export function describeDetector(shapes: TensorShapes): TopazNetwork {
  const { kind, modules } = planOf(shapes);
  const stack = new Stack(shapes);
  modules.forEach((module, index) => {
    const name = `features.features.${index}`;
    if (module.is === 'conv') stack.conv(name, module);
    else stack.block(name, module);
  });
  stack.classifier();
  const pad: TopazLayer = { op: 'pad', name: PADDED, input: INPUT, by: stack.reach };
  return { kind, use: 'pick', layers: [pad, ...stack.layers], leakySlope: LEAKY_SLOPE, alignment: 1 };
}

/** By which modules there are. Dropout and pooling have no tensors but take a number, so numbers with gaps are ambiguous. */
function planOf(shapes: TensorShapes): (typeof PLANS)[number] {
  const found = new Map<number, Module['is']>();
  for (const name of shapes.names()) {
    const [, index, which] = FEATURES.exec(name) ?? [];
    if (index !== undefined) found.set(Number(index), which === 'conv' ? 'conv' : 'block');
  }
  const kinds = [...found].sort(([a], [b]) => a - b);
  const gap = kinds.find(([index], place) => index !== place);
  if (gap) {
    throw shapes.bad(
      `features.features.${gap[0]} does not follow the one before it; networks with pooling or dropout are not known`,
    );
  }
  const plan = PLANS.find(
    ({ modules }) => modules.map(({ is }) => is).join() === kinds.map(([, is]) => is).join(),
  );
  if (!plan) {
    throw shapes.bad(`its features are ${kinds.map(([, is]) => is).join(', ') || 'missing'}`);
  }
  return plan;
}

/** Layers on top of each other. */
class Stack {
  readonly layers: TopazLayer[] = [];
  /** Half the receptive field so far, px: what has been cut off every side. */
  reach = 0;
  private top = PADDED;
  private channels = 1;
  private stride = 1;

  constructor(private readonly shapes: TensorShapes) {}

  conv(name: string, { stride }: Module): void {
    this.convolve(`${name}.conv`, `${name}.bn`, this.stride, 'relu');
    this.stride *= stride;
  }

  /** h = ReLU(conv0(x)); y = conv1(h); out = ReLU(y + crop(x)), with a 1 × 1 `proj` of crop(x) where channels change. */
  block(name: string, { dilation, stride }: Module): void {
    const { shapes } = this;
    const before = this.reach;
    const input = this.top;
    const inputChannels = this.channels;
    this.convolve(`${name}.conv0`, `${name}.bn0`, this.stride, 'relu');
    const main = this.bare(`${name}.conv1`, dilation * this.stride);
    const crop = `${name}.crop`;
    this.layers.push({ op: 'crop', name: crop, input, by: this.reach - before });
    let side = crop;
    if (inputChannels !== main.channels) {
      const proj = shapes.conv(`${name}.proj`, crop, inputChannels, { activation: 'none' });
      if (proj.kernel !== 1 || proj.bias || proj.out !== main.channels) {
        throw shapes.bad(`${name}.proj is no 1 × 1 convolution to ${main.channels} channels without bias`);
      }
      this.layers.push(proj);
      side = proj.name;
    }
    this.top = `${name}.sum`;
    this.channels = main.channels;
    // The second normalisation comes after the sum, so it can't be folded into conv1 alone.
    this.layers.push({
      op: 'add',
      name: this.top,
      inputs: [main.name, side],
      activation: main.bias ? 'relu' : 'none',
    });
    if (!main.bias) this.normalise(`${name}.bn1`);
    this.stride *= stride;
  }

  classifier(): void {
    const { bias, channels } = this.bare('classifier', this.stride);
    if (!bias) throw this.shapes.bad('it lacks the tensor classifier.bias');
    if (channels !== 1) throw this.shapes.bad(`classifier gives ${channels} channels where one is wanted`);
  }

  /** A convolution with bias and activation, or one without bias, then normalised. */
  private convolve(name: string, norm: string, dilation: number, activation: 'relu'): void {
    const hasBias = this.shapes.has(`${name}.bias`);
    this.bare(name, dilation, hasBias ? activation : 'none');
    if (!hasBias) this.normalise(norm);
  }

  private bare(name: string, dilation: number, activation: 'none' | 'relu' = 'none') {
    const layer = this.shapes.conv(name, this.top, this.channels, { activation, dilation });
    this.layers.push(layer);
    this.top = layer.name;
    this.channels = layer.out;
    this.reach += (dilation * (layer.kernel - 1)) / 2;
    return { name: layer.name, channels: layer.out, bias: layer.bias };
  }

  private normalise(name: string): void {
    this.layers.push(this.shapes.batchNorm(name, this.top, this.channels, 'relu'));
    this.top = name;
  }
}
