/** TensorProto: numbers in raw bytes or in typed fields (https://onnx.ai/onnx/repo-docs/IR.html, onnx.proto). */
import { halfTable } from '../../core/dtype.ts';
import { elementsOf, MAX_RANK, shown } from '../weights/tensors.ts';
import type { OnnxTensor } from './model.ts';
import { badOnnx, type Wire } from './wire.ts';

/** TensorProto.DataType. */
const DTYPES: ReadonlyMap<number, string> = new Map([
  [1, 'float32'],
  [2, 'uint8'],
  [3, 'int8'],
  [4, 'uint16'],
  [5, 'int16'],
  [6, 'int32'],
  [7, 'int64'],
  [8, 'string'],
  [9, 'bool'],
  [10, 'float16'],
  [11, 'float64'],
  [12, 'uint32'],
  [13, 'uint64'],
  [14, 'complex64'],
  [15, 'complex128'],
  [16, 'bfloat16'],
]);

/** The type's name, or "type 17". */
export function dtypeName(code: number): string {
  return DTYPES.get(code) ?? `type ${code}`;
}

type StoredAs = OnnxTensor['storedAs'];

interface Stored {
  readonly kind: OnnxTensor['kind'];
  readonly bytes: number;
  readonly raw: (view: DataView, at: number) => number;
  /** From an element of its typed field, where 16-bit floats are bit patterns. */
  readonly typed: (value: number) => number;
  readonly field: 'floats' | 'doubles' | 'int32s' | 'int64s';
}

const half = halfTable();
const word = new DataView(new ArrayBuffer(4));
const same = (value: number) => value;
const fromHalf = (bits: number) => half[bits & 0xffff] ?? 0;
const fromBfloat16 = (bits: number) => {
  word.setUint16(0, bits & 0xffff, false);
  return word.getFloat32(0, false);
};

const STORED: Readonly<Record<StoredAs, Stored>> = {
  float32: {
    kind: 'float',
    bytes: 4,
    raw: (view, at) => view.getFloat32(at, true),
    typed: same,
    field: 'floats',
  },
  float64: {
    kind: 'float',
    bytes: 8,
    raw: (view, at) => view.getFloat64(at, true),
    typed: same,
    field: 'doubles',
  },
  float16: {
    kind: 'float',
    bytes: 2,
    raw: (view, at) => fromHalf(view.getUint16(at, true)),
    typed: fromHalf,
    field: 'int32s',
  },
  bfloat16: {
    kind: 'float',
    bytes: 2,
    raw: (view, at) => fromBfloat16(view.getUint16(at, true)),
    typed: fromBfloat16,
    field: 'int32s',
  },
  int32: {
    kind: 'integer',
    bytes: 4,
    raw: (view, at) => view.getInt32(at, true),
    typed: same,
    field: 'int32s',
  },
  int64: {
    kind: 'integer',
    bytes: 8,
    raw: (view, at) => Number(view.getBigInt64(at, true)),
    typed: same,
    field: 'int64s',
  },
};

export interface NamedOnnxTensor {
  readonly name: string;
  readonly tensor: OnnxTensor;
}

/**
 * Reads the TensorProto that comes next.
 * @param owner what to call it in a sentence where it has no name of its own
 * @throws FormatError bad-onnx: of another type, not as many numbers as its shape says, outside of the file, or with a NaN.
 */
export function readTensor(file: string, wire: Wire, owner: string): NamedOnnxTensor {
  let name = '';
  let code = 0;
  let raw: Uint8Array | undefined;
  let external = false;
  const shape: number[] = [];
  const fields = {
    floats: [] as number[],
    doubles: [] as number[],
    int32s: [] as number[],
    int64s: [] as number[],
  };
  wire.message((field) => {
    if (field === 1) wire.integers(shape);
    else if (field === 2) code = wire.integer();
    else if (field === 4) wire.floats(fields.floats);
    else if (field === 5) wire.integers(fields.int32s);
    else if (field === 7) wire.integers(fields.int64s);
    else if (field === 8) name = wire.text();
    else if (field === 9) raw = nonEmpty(wire.blob());
    else if (field === 10) wire.doubles(fields.doubles);
    else if (field === 13) external = true;
    else if (field === 14) external = wire.integer() === 1 || external;
  });
  const label = `the tensor ${shown(name) || owner}`;
  if (external) {
    throw badOnnx(
      file,
      `${label} is kept in a second file; save the model as one: onnx.save(model, FILE, save_as_external_data=False)`,
    );
  }
  const dtype = dtypeName(code);
  if (!isStored(dtype)) throw badOnnx(file, `${label} is of the type ${dtype}`);
  if (shape.length > MAX_RANK || shape.some((side) => !Number.isSafeInteger(side) || side < 0)) {
    throw badOnnx(file, `${label} has no good shape`);
  }
  const stored = STORED[dtype];
  const values = fields[stored.field];
  const count = elementsOf(shape);
  const found = raw ? raw.length / stored.bytes : values.length;
  if (found !== count) {
    throw badOnnx(file, `${label} of shape [${shape}] needs ${count} numbers and has ${found}`);
  }
  const view = raw && new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  const at = (i: number) => (view ? stored.raw(view, i * stored.bytes) : stored.typed(values[i] ?? 0));
  const tensor = build(dtype, shape, count, at);
  if (tensor.data.some(Number.isNaN)) {
    throw badOnnx(
      file,
      `${label} has a NaN in it: the training that made it diverged, or the file is damaged`,
    );
  }
  return { name, tensor };
}

/** Some writers leave empty raw bytes beside typed numbers. */
function nonEmpty(bytes: Uint8Array): Uint8Array | undefined {
  return bytes.length > 0 ? bytes : undefined;
}

function isStored(dtype: string): dtype is StoredAs {
  return Object.hasOwn(STORED, dtype);
}

function build(
  storedAs: StoredAs,
  shape: readonly number[],
  count: number,
  at: (i: number) => number,
): OnnxTensor {
  if (storedAs === 'int32' || storedAs === 'int64') {
    const data = new Float64Array(count);
    for (let i = 0; i < count; i++) data[i] = at(i);
    return { kind: 'integer', storedAs, shape, data };
  }
  const data = new Float32Array(count);
  for (let i = 0; i < count; i++) data[i] = at(i);
  return { kind: 'float', storedAs, shape, data };
}
