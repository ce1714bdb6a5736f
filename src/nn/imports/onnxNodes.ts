/** What the operations of ONNX (https://onnx.ai/onnx/operators/) mean as layers. */
import type { Activation } from '../../gpu/ops/activation.ts';
import type { Margins, Pair } from '../../gpu/ops/window.ts';
import { samePadding } from '../build.ts';
import type { Layer, Upsample } from '../layers.ts';
import type { NodeContext } from './onnxContext.ts';
import { padLayer, sliceLayer } from './onnxMargins.ts';

/** ONNX lists the vertical first, and all sides before all ends. */
const pairOf = ([y = 1, x = 1]: readonly number[]): Pair => ({ x, y });
const marginsOf = ([top = 0, left = 0, bottom = 0, right = 0]: readonly number[]): Margins => ({
  left,
  right,
  top,
  bottom,
});

/** The layer for a node that works on pictures. */
export function layerOf(context: NodeContext): Layer {
  const { fields, name } = context;
  const input = (): string => context.picture(0);
  const activation = (kind: Activation): Layer => ({
    op: 'activation',
    name,
    input: input(),
    activation: kind,
  });
  switch (fields.node.op) {
    case 'Conv':
      return convLayer(context);
    case 'ConvTranspose':
      return transposedLayer(context);
    case 'MaxPool':
    case 'AveragePool':
      return poolLayer(context);
    case 'BatchNormalization':
      return normLayer(context);
    case 'Relu':
      return activation({ kind: 'relu' });
    case 'LeakyRelu': {
      const slope = fields.number('alpha', 0.01);
      if (!(slope >= 0 && slope <= 1)) fields.bad(`has the slope ${slope}; from 0 to 1 is supported`);
      return activation({ kind: 'leakyRelu', slope: exactly(slope) });
    }
    case 'Sigmoid':
      return activation({ kind: 'sigmoid' });
    case 'Add':
    case 'Sum':
    case 'Sub':
    case 'Mul':
    case 'Div':
      return sumLayer(context);
    case 'Concat': {
      const axis = fields.number('axis', 1);
      if (axis !== 1 && axis !== -3) fields.bad(`joins along axis ${axis}; only channels (1) can be joined`);
      return { op: 'concat', name, inputs: fields.node.inputs.map((_, i) => context.picture(i)) };
    }
    case 'Resize':
    case 'Upsample':
      return resizeLayer(context);
    case 'Pad':
      return padLayer(context);
    case 'Slice':
      return sliceLayer(context);
    default:
      return fields.bad('is an operation that Cryolite does not know');
  }
}

/** 0.1 comes as the float32 nearest to it, and means 0.1. */
const exactly = (value: number): number => Number(value.toPrecision(7));

function paddingOf({ fields }: NodeContext, kernel: Pair, dilation: Pair, stride: Pair): Margins {
  const mode = fields.text('auto_pad', 'NOTSET');
  const pads = marginsOf(fields.numbers('pads', [0, 0, 0, 0]));
  if (mode === 'NOTSET' || mode === 'VALID') return pads;
  if (mode !== 'SAME_UPPER' || stride.x !== 1 || stride.y !== 1) {
    fields.bad(`pads by ${mode}; export it with explicit padding`);
  }
  return samePadding(kernel, dilation);
}

function weightsOf(context: NodeContext) {
  const { fields } = context;
  fields.expect('group', 1);
  const weight = context.tensor(1) ?? fields.bad('has no weights');
  const [a = 0, b = 0, height = 0, width = 0] = weight.shape;
  if (weight.shape.length !== 4) fields.bad(`has weights of ${weight.shape.length} sides where 4 are wanted`);
  const kernel = { x: width, y: height };
  // Without it the weights tell; beside them it may only repeat them.
  const said = pairOf(fields.numbers('kernel_shape', [height, width]));
  if (said.x !== width || said.y !== height) {
    fields.bad(`has kernel_shape ${said.y} × ${said.x}, but weights of ${height} × ${width}`);
  }
  const bias = context.tensor(2);
  return { weight: weight.name, a, b, kernel, ...(bias ? { bias: bias.name } : {}) };
}

function convLayer(context: NodeContext): Layer {
  const { fields, name } = context;
  const { a, b, kernel, ...tensors } = weightsOf(context);
  const stride = pairOf(fields.numbers('strides', [1, 1]));
  const dilation = pairOf(fields.numbers('dilations', [1, 1]));
  const padding = paddingOf(context, kernel, dilation, stride);
  return {
    op: 'conv',
    name,
    input: context.picture(0),
    in: b,
    out: a,
    kernel,
    stride,
    dilation,
    padding,
    paddingMode: 'zero',
    ...tensors,
    activation: { kind: 'none' },
  };
}

function transposedLayer(context: NodeContext): Layer {
  const { fields, name } = context;
  const { a, b, kernel, ...tensors } = weightsOf(context);
  const dilation = pairOf(fields.numbers('dilations', [1, 1]));
  if (dilation.x !== 1 || dilation.y !== 1) fields.bad('is dilated');
  if (fields.node.attributes.has('output_shape')) fields.bad('has an output_shape; export it with pads');
  if (fields.text('auto_pad', 'NOTSET') !== 'NOTSET') fields.bad('has auto_pad; export it with pads');
  const { left, right, top, bottom } = marginsOf(fields.numbers('pads', [0, 0, 0, 0]));
  const more = pairOf(fields.numbers('output_padding', [0, 0]));
  return {
    op: 'convTranspose',
    name,
    input: context.picture(0),
    in: a,
    out: b,
    kernel,
    stride: pairOf(fields.numbers('strides', [1, 1])),
    crop: { left, right: right - more.x, top, bottom: bottom - more.y },
    ...tensors,
    activation: { kind: 'none' },
  };
}

function poolLayer(context: NodeContext): Layer {
  const { fields, name } = context;
  fields.expect('ceil_mode', 0);
  if (fields.node.outputs.length > 1 && fields.node.outputs[1] !== '') fields.bad('gives indices, too');
  const kernel = pairOf(fields.numbers('kernel_shape', [0, 0]));
  const stride = pairOf(fields.numbers('strides', [1, 1]));
  const dilation = pairOf(fields.numbers('dilations', [1, 1]));
  return {
    op: fields.node.op === 'MaxPool' ? 'maxPool' : 'averagePool',
    name,
    input: context.picture(0),
    kernel,
    stride,
    dilation,
    padding: paddingOf(context, kernel, dilation, stride),
    countPadding: fields.number('count_include_pad', 0) !== 0,
  };
}

function normLayer(context: NodeContext): Layer {
  const { fields, name } = context;
  fields.expect('training_mode', 0);
  // Before version 9.
  fields.expect('spatial', 1);
  const need = (index: number): string => context.tensor(index)?.name ?? fields.bad(`lacks input ${index}`);
  return {
    op: 'batchNorm',
    name,
    input: context.picture(0),
    channels: context.channels(0),
    epsilon: fields.number('epsilon', 1e-5),
    weight: need(1),
    bias: need(2),
    mean: need(3),
    variance: need(4),
    activation: { kind: 'none' },
  };
}

/** A sum of pictures, or each channel of one with a number: times a factor plus a term. */
function sumLayer(context: NodeContext): Layer {
  const { fields, name } = context;
  const { op, inputs } = fields.node;
  const constant = inputs.findIndex((_, i) => context.list(i) !== undefined);
  if (constant < 0) {
    if (op !== 'Add' && op !== 'Sum') fields.bad('works on two pictures; only sums of them are supported');
    return {
      op: 'add',
      name,
      inputs: inputs.map((_, i) => context.picture(i)),
      activation: { kind: 'none' },
    };
  }
  if (inputs.length !== 2) fields.bad('has a number among its pictures');
  if (constant === 0 && (op === 'Sub' || op === 'Div')) fields.bad('has the picture second');
  const channels = context.channels(1 - constant);
  const list = context.list(constant) ?? [];
  const numbers = list.filter((value) => typeof value === 'number');
  const [height = 0, width = 0] = context.shape(constant).slice(-2);
  const isPerChannel = numbers.length === channels && height === 1 && width === 1;
  if (numbers.length !== list.length || (numbers.length !== 1 && !isPerChannel)) {
    fields.bad(`has ${list.length} numbers that are not one for each of ${channels} channels`);
  }
  const values = Array.from({ length: channels }, (_, c) => numbers[numbers.length === 1 ? 0 : c] ?? 0);
  const isFactor = op === 'Mul' || op === 'Div';
  const each = values.map((value) => (op === 'Div' ? 1 / value : op === 'Sub' ? -value : value));
  return {
    op: 'batchNorm',
    name,
    input: context.picture(1 - constant),
    channels,
    epsilon: 0,
    ...(isFactor
      ? { weight: context.perChannel('factors', each) }
      : { bias: context.perChannel('terms', each) }),
    mean: context.perChannel(
      'zeros',
      values.map(() => 0),
    ),
    variance: context.perChannel(
      'ones',
      values.map(() => 1),
    ),
    activation: { kind: 'none' },
  };
}

function resizeLayer(context: NodeContext): Layer {
  const { fields, name } = context;
  const mode = fields.text('mode', 'nearest');
  if (mode !== 'nearest' && mode !== 'linear') fields.bad(`interpolates by ${mode}`);
  if (fields.node.attributes.has('axes')) {
    fields.bad('enlarges axes that it names; export it with the factors of all four');
  }
  const policy = fields.text('keep_aspect_ratio_policy', 'stretch');
  if (policy !== 'stretch') fields.bad(`keeps the aspect ratio by ${policy}; only stretch is supported`);
  const isOld = fields.node.op === 'Upsample';
  const transform = fields.text('coordinate_transformation_mode', isOld ? 'asymmetric' : 'half_pixel');
  const to = targetOf(context, isOld);
  if (mode === 'nearest') {
    // With whole factors all of these are floor(j / factor).
    const rounding = fields.text('nearest_mode', 'round_prefer_floor');
    const isFloor = isOld || (transform === 'asymmetric' && rounding === 'floor');
    const isHalf = transform === 'half_pixel' || transform === 'pytorch_half_pixel';
    const isRound = rounding === 'round_prefer_floor' || rounding === 'round_prefer_ceil';
    if (!isFloor && !('factor' in to && isHalf && isRound)) {
      fields.bad(
        `takes the nearest pixel by ${transform} and ${rounding}; asymmetric and floor are supported`,
      );
    }
    return { op: 'upsample', name, input: context.picture(0), mode, alignCorners: false, to };
  }
  const isKnown = ['half_pixel', 'pytorch_half_pixel', 'align_corners'].includes(transform);
  if (!isKnown || isOld) fields.bad(`interpolates by ${transform}`);
  const alignCorners = transform === 'align_corners';
  return { op: 'upsample', name, input: context.picture(0), mode: 'bilinear', alignCorners, to };
}

function targetOf(context: NodeContext, isOld: boolean): Upsample['to'] {
  const { fields } = context;
  const scales = context.list(isOld ? 1 : 2);
  if (scales && scales.length > 0) {
    const [n, c, y, x] = scales;
    const isWhole = (value: unknown): value is number => typeof value === 'number' && Number.isInteger(value);
    if (scales.length !== 4 || n !== 1 || c !== 1 || !isWhole(x) || !isWhole(y)) {
      return fields.bad(
        `enlarges by ${scales.map(String).join(' × ')}; only whole factors of height and width are supported`,
      );
    }
    return { factor: { x, y } };
  }
  const sizes = context.list(3);
  const [, , y, x] = sizes ?? [];
  if (typeof y === 'object' && typeof x === 'object' && y.axis === 2 && x.axis === 3 && y.of === x.of) {
    return { like: context.layerOf(y.of) };
  }
  if (typeof y === 'number' && typeof x === 'number') return context.enlarge(0, y, x);
  return fields.bad(
    'has a size that is only known when it runs; give scale factors, or the size of another value',
  );
}
