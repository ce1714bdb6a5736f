/**
 * What of an ONNX graph is known before it runs: constants, and the small sums that exporters make of shapes and of
 * paddings. The size of a picture stands for itself there.
 */
import type { NodeFields, OnnxTensor } from './onnxModel.ts';

/** The height (axis 2) or width (axis 3) of a value. */
export interface SizeOf {
  readonly of: string;
  readonly axis: 2 | 3;
}

export type Known = number | SizeOf;

export const isSize = (value: Known): value is SizeOf => typeof value === 'object';

/** A small array of known numbers, row-major. */
export interface KnownArray {
  readonly shape: readonly number[];
  readonly data: readonly Known[];
}

/** What is longer are weights and nothing else. */
const mostElements = 4096;
/** Axes: of weights 4, of what exporters calculate with fewer. */
const mostAxes = 8;

export function knownArray({ shape, data }: OnnxTensor): KnownArray | undefined {
  return data.length <= mostElements ? { shape, data: Array.from(data) } : undefined;
}

const listOf = (data: readonly Known[]): KnownArray => ({ shape: [data.length], data });
const product = (sides: readonly number[]): number => sides.reduce((all, side) => all * side, 1);

/**
 * The value of a node that works on known arrays alone, or asks for a shape; undefined for what works on pictures.
 * @param known what is known of a value
 * @param channels of a picture
 */
export function foldNode(
  fields: NodeFields,
  known: (name: string) => KnownArray | undefined,
  channels: (name: string) => number | undefined,
): KnownArray | undefined {
  const { node } = fields;
  const of = fields.input(0);
  const count = channels(of);
  if (node.op === 'Shape' && count !== undefined) {
    return listOf([1, count, { of, axis: 2 }, { of, axis: 3 }]);
  }
  const inputs = node.inputs.map((name) => (name === '' ? listOf([]) : known(name)));
  const [first] = inputs;
  if (!first || inputs.includes(undefined)) return undefined;
  const given = new Given(fields, inputs);
  switch (node.op) {
    case 'Shape':
      return listOf(first.shape);
    case 'Identity':
      return first;
    case 'Cast':
      return cast(fields, first);
    case 'Unsqueeze':
      return first.shape.length < mostAxes ? { shape: [1, ...first.shape], data: first.data } : undefined;
    case 'Squeeze':
      return { shape: first.shape.filter((side) => side !== 1), data: first.data };
    case 'Concat': {
      // Asked before it is made: a few bytes of a file can name thousands of numbers.
      const length = inputs.reduce((sum, one) => sum + (one?.data.length ?? 0), 0);
      return length <= mostElements ? listOf(inputs.flatMap((one) => one?.data ?? [])) : undefined;
    }
    case 'ConstantOfShape':
      return constant(fields, given.numbers(0));
    case 'Reshape':
      return reshape(first, given.numbers(1));
    case 'Transpose':
      return transpose(first);
    case 'Gather':
      return gather(first, inputs[1]);
    case 'Slice':
      return slice(given, first);
    case 'Floor':
      return {
        shape: first.shape,
        data: first.data.map((value) => (typeof value === 'number' ? Math.floor(value) : value)),
      };
    case 'Mul':
    case 'Div':
    case 'Add':
    case 'Sub':
      return calculate(node.op, given.numbers(0), given.numbers(1), first, inputs[1]);
    default:
      return undefined;
  }
}

/** What a node is given, as plain numbers. */
class Given {
  constructor(
    private readonly fields: NodeFields,
    private readonly inputs: readonly (KnownArray | undefined)[],
  ) {}

  /** Undefined where there are none, or a size among them. */
  numbers(index: number): readonly number[] | undefined {
    const data = this.inputs[index]?.data;
    const numbers = data?.filter((value) => typeof value === 'number');
    return numbers && numbers.length === data?.length ? numbers : undefined;
  }

  /** An input, or in older models an attribute: one number. */
  one(index: number, attribute: string, usual: number): number | undefined {
    const given = this.fields.node.attributes.get(attribute);
    if (given?.type === 'integers') return given.value.length === 1 ? given.value[0] : undefined;
    if (this.inputs[index] === undefined || this.inputs[index].data.length === 0) return usual;
    const numbers = this.numbers(index);
    return numbers?.length === 1 ? numbers[0] : undefined;
  }
}

/** TensorProto.DataType (onnx.proto), by what `Cast` is told. */
const castTo: ReadonlyMap<number, string> = new Map([
  [1, 'float32'],
  [6, 'int32'],
  [7, 'int64'],
  [10, 'float16'],
  [11, 'float64'],
  [16, 'bfloat16'],
]);

/**
 * Whether a `Cast` leaves a picture as it is, computed in float32.
 * @throws FormatError 'bad-onnx' where it rounds.
 */
export function keepsPicture(fields: NodeFields): boolean {
  const to = fields.number('to', 0);
  const name = castTo.get(to) ?? `type ${to}`;
  return (
    name === 'float32' ||
    name === 'float64' ||
    fields.bad(`rounds a picture to ${name}; export the model in float32`)
  );
}

/** Whole numbers are cut off towards zero. */
function cast(fields: NodeFields, { shape, data }: KnownArray): KnownArray | undefined {
  const name = castTo.get(fields.number('to', 0));
  if (name === 'float32' || name === 'float64') return { shape, data };
  if (name !== 'int32' && name !== 'int64') return undefined;
  return { shape, data: data.map((value) => (typeof value === 'number' ? Math.trunc(value) : value)) };
}

function constant(fields: NodeFields, shape: readonly number[] | undefined): KnownArray | undefined {
  const isShape = shape?.every((side) => Number.isInteger(side) && side >= 0);
  if (!shape || !isShape || product(shape) > mostElements) return undefined;
  const given = fields.node.attributes.get('value');
  const value = given?.type === 'tensor' ? (given.value.data[0] ?? 0) : 0;
  return { shape, data: new Array<number>(product(shape)).fill(value) };
}

function reshape({ data }: KnownArray, sides: readonly number[] | undefined): KnownArray | undefined {
  if (!sides) return undefined;
  const rest = data.length / product(sides.filter((side) => side !== -1));
  const shape = sides.map((side) => (side === -1 ? rest : side));
  return product(shape) === data.length ? { shape, data } : undefined;
}

/** Of a table; a list stays as it is. */
function transpose({ shape, data }: KnownArray): KnownArray | undefined {
  if (shape.length < 2) return { shape, data };
  const [rows = 0, columns = 0] = shape;
  if (shape.length > 2) return undefined;
  return {
    shape: [columns, rows],
    data: data.map((_, i) => data[(i % rows) * columns + Math.floor(i / rows)] ?? 0),
  };
}

/** Elements of a list by their places. */
function gather({ shape, data }: KnownArray, indices: KnownArray | undefined): KnownArray | undefined {
  if (!indices || shape.length > 1) return undefined;
  const found = indices.data.map((i) =>
    typeof i === 'number' ? data[i < 0 ? i + data.length : i] : undefined,
  );
  const all = found.filter((one) => one !== undefined);
  return all.length === found.length ? { shape: indices.shape, data: all } : undefined;
}

/** Rows of a list or a table, forwards or backwards. */
function slice(given: Given, { shape, data }: KnownArray): KnownArray | undefined {
  const [rows = 0] = shape;
  const width = data.length / Math.max(1, rows);
  const [start, end] = [given.one(1, 'starts', 0), given.one(2, 'ends', rows)];
  const [axis, step] = [given.one(3, 'axes', 0), given.one(4, 'steps', 1)];
  if (start === undefined || end === undefined || axis !== 0 || (step !== 1 && step !== -1)) return undefined;
  const indices = Array.from({ length: rows }, (_, i) => i);
  const clamp = (i: number, low: number): number => Math.min(rows + low, Math.max(low, i < 0 ? i + rows : i));
  const chosen =
    step === 1
      ? indices.slice(clamp(start, 0), clamp(end, 0))
      : indices.slice(clamp(end, -1) + 1, clamp(start, -1) + 1).reverse();
  return {
    shape: [chosen.length, ...shape.slice(1)],
    data: chosen.flatMap((row) => data.slice(row * width, (row + 1) * width)),
  };
}

const operators: Readonly<Record<string, (a: number, b: number) => number>> = {
  Mul: (a, b) => a * b,
  Div: (a, b) => a / b,
  Add: (a, b) => a + b,
  Sub: (a, b) => a - b,
};

function calculate(
  op: string,
  a: readonly number[] | undefined,
  b: readonly number[] | undefined,
  first: KnownArray,
  second: KnownArray | undefined,
): KnownArray | undefined {
  const operator = operators[op];
  if (!operator || !a || !b || !second) return undefined;
  if (a.length !== b.length && a.length !== 1 && b.length !== 1) return undefined;
  const longer = a.length >= b.length ? first : second;
  const at = (values: readonly number[], i: number): number =>
    values[values.length === 1 ? 0 : i] ?? Number.NaN;
  return { shape: longer.shape, data: longer.data.map((_, i) => operator(at(a, i), at(b, i))) };
}
