/**
 * How the channels of values are stored. A value of one channel is a plane of single numbers; others are packed, channels
 * last, in groups of four, with something finite in the places that are left over.
 */
import { noActivation } from '../gpu/ops/activation.ts';
import { noMargins } from '../gpu/ops/window.ts';
import { inputName } from './layers.ts';
import { type ConvStep, readsOf, type Step } from './steps.ts';

export interface Layout {
  /** For each channel its place. */
  readonly places: readonly number[];
  /** Numbers stored for a pixel: 1, or a multiple of 4. */
  readonly width: number;
}

export const isPlane = ({ width }: Layout): boolean => width === 1;

/** Channels one after another. */
export function plainLayout(channels: number): Layout {
  const width = channels === 1 ? 1 : Math.ceil(channels / 4) * 4;
  return { places: Array.from({ length: channels }, (_, i) => i), width };
}

/** As it lies in a concatenation: a plane takes a group of four there. */
export const packed = (layout: Layout): Layout => ({ ...layout, width: Math.max(4, layout.width) });

/** Values side by side. */
export function joinLayouts(layouts: readonly Layout[]): Layout {
  const places: number[] = [];
  let width = 0;
  for (const layout of layouts.map(packed)) {
    places.push(...layout.places.map((place) => width + place));
    width += layout.width;
  }
  return { places, width };
}

const isPlain = ({ places, width }: Layout): boolean =>
  width === plainLayout(places.length).width && places.every((place, i) => place === i);

/** Stands for the weights of a convolution that changes nothing. */
export const identityWeight = '(identity)';

/**
 * Lays out every value. What a convolution adds to its result, what a sum adds to another layout and what is given out
 * have to be plain; a joined value with gaps is repacked for them by a convolution of one tap, which is exact.
 * @param channels of the image.
 */
export function layOut(
  steps: readonly Step[],
  channels: number,
): { readonly steps: readonly Step[]; readonly layouts: ReadonlyMap<string, Layout> } {
  const layouts = new Map([[inputName, plainLayout(channels)]]);
  const result: Step[] = [];
  const layoutOf = (name: string): Layout => layouts.get(name) ?? plainLayout(1);
  const plain = (value: string, reader: string): string => {
    const layout = layoutOf(value);
    if (isPlain(layout)) return value;
    const name = `~${reader}/${value}`;
    const count = layout.places.length;
    if (!layouts.has(name)) result.push(repacking(name, value, count));
    layouts.set(name, plainLayout(count));
    return name;
  };
  for (const step of steps) {
    const next = withPlainInputs(step, layoutOf, plain);
    const [first = ''] = readsOf(next);
    if (next.op === 'conv' || next.op === 'convTranspose') layouts.set(next.name, plainLayout(next.out));
    else if (next.op === 'concat') layouts.set(next.name, joinLayouts(next.inputs.map(layoutOf)));
    else layouts.set(next.name, layoutOf(first));
    result.push(next);
  }
  return { steps: result, layouts };
}

function withPlainInputs(
  step: Step,
  layoutOf: (value: string) => Layout,
  plain: (value: string, reader: string) => string,
): Step {
  if (step.op === 'conv' && step.residual !== undefined) {
    return { ...step, residual: plain(step.residual, step.name) };
  }
  if (step.op === 'planes') return { ...step, input: plain(step.input, step.name) };
  if (step.op === 'add') {
    const [a = '', b = ''] = step.inputs;
    const alike = layoutOf(a).places.join() === layoutOf(b).places.join();
    return alike ? step : { ...step, inputs: [plain(a, step.name), plain(b, step.name)] };
  }
  return step;
}

function repacking(name: string, value: string, channels: number): ConvStep {
  const one = { x: 1, y: 1 };
  return {
    op: 'conv',
    name,
    sources: [{ value }],
    in: channels,
    out: channels,
    kernel: one,
    stride: one,
    dilation: one,
    padding: noMargins,
    paddingMode: 'zero',
    weight: identityWeight,
    activation: noActivation,
    norms: [],
  };
}
