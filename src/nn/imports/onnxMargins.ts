/** Padding and cropping of ONNX: `Pad` and `Slice` as margins. */
import type { PaddingMode } from '../../gpu/ops/window.ts';
import type { Layer } from '../layers.ts';
import type { NodeContext } from './onnxContext.ts';

export function padLayer(context: NodeContext): Layer {
  const { fields, name } = context;
  const known =
    fields.node.inputs.length > 1 ? context.list(1) : fields.numbers('pads', new Array(8).fill(0));
  const [n0, c0, top, left, n1, c1, bottom, right] = (known ?? []).map((value) =>
    typeof value === 'number' ? value : Number.NaN,
  );
  const sides = [left, right, top, bottom].map((side) =>
    side !== undefined && Number.isInteger(side)
      ? side
      : fields.bad('has padding that is only known when it runs'),
  );
  // Since version 18 the pads may be those of some axes, in any order.
  if (fields.input(3) !== '') fields.bad('pads axes that it names; export it with the pads of all four');
  if (n0 !== 0 || c0 !== 0 || n1 !== 0 || c1 !== 0) fields.bad('pads channels');
  const mode = fields.text('mode', 'constant');
  const value = context.list(2)?.[0] ?? fields.number('value', 0);
  if ((mode !== 'constant' && mode !== 'reflect') || value !== 0) {
    fields.bad(`pads by ${mode === 'constant' ? String(value) : mode}; zeros and reflect are supported`);
  }
  const [l = 0, r = 0, t = 0, b = 0] = sides;
  const by = { left: l, right: r, top: t, bottom: b };
  const paddingMode: PaddingMode = mode === 'reflect' ? 'reflect' : 'zero';
  if (sides.every((side) => side <= 0)) {
    return { op: 'crop', name, input: context.picture(0), by: { left: -l, right: -r, top: -t, bottom: -b } };
  }
  if (sides.some((side) => side < 0)) fields.bad('pads some sides and crops others');
  return { op: 'pad', name, input: context.picture(0), by, mode: paddingMode };
}

/** The end of a list, as exporters write it. */
const toTheEnd = 2 ** 31 - 1;

/** Pixels cut off before an index; undefined where that depends on a length that is not known. */
function fromStart(index: number, length: number | undefined): number | undefined {
  if (index >= 0) return index;
  return length === undefined || Number.isNaN(index) ? undefined : Math.max(0, index + length);
}

/** Pixels cut off from an index on. */
function fromEnd(index: number, length: number | undefined): number | undefined {
  if (index < 0) return -index;
  if (index >= toTheEnd) return 0;
  return length === undefined || Number.isNaN(index) ? undefined : Math.max(0, length - index);
}

export function sliceLayer(context: NodeContext): Layer {
  const { fields, name } = context;
  const list = (index: number, attribute: string): readonly number[] | undefined => {
    const given = fields.node.attributes.get(attribute);
    const known = given?.type === 'integers' ? given.value : context.list(index);
    return known?.map((value) => (typeof value === 'number' ? value : Number.NaN));
  };
  const starts = list(1, 'starts') ?? fields.bad('has a start that is only known when it runs');
  const ends = list(2, 'ends') ?? fields.bad('has an end that is only known when it runs');
  const axes = list(3, 'axes') ?? starts.map((_, i) => i);
  const steps = list(4, 'steps') ?? starts.map(() => 1);
  const by = { left: 0, right: 0, top: 0, bottom: 0 };
  axes.forEach((axis, i) => {
    const [start = Number.NaN, end = Number.NaN] = [starts[i], ends[i]];
    const [before, after] =
      axis === 2 || axis === -2
        ? (['top', 'bottom'] as const)
        : axis === 3 || axis === -1
          ? (['left', 'right'] as const)
          : fields.bad(`cuts axis ${axis}; only height and width can be cropped`);
    const length = context.lengthOf(0, before === 'top' ? 'y' : 'x');
    const [first, last] = [fromStart(start, length), fromEnd(end, length)];
    if (first === undefined || last === undefined || steps[i] !== 1) {
      fields.bad('is no cropping by fixed margins');
    }
    by[before] = first ?? 0;
    by[after] = last ?? 0;
  });
  return { op: 'crop', name, input: context.picture(0), by };
}
