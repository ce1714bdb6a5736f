/** Storages: runs of little-endian numbers of one type, and the tensors that are views of them. */
import { halfTable } from '../../../core/dtype.ts';
import { badWeights, type TorchTensor } from '../pickle/values.ts';
import { elementsOf, gather, refuseNonFinite, shown, type Tensor } from '../tensors.ts';

interface StorageType {
  readonly bytes: number;
  readonly read: (view: DataView, at: number) => number;
}

const half = halfTable();
const word = new DataView(new ArrayBuffer(4));

/** By the class that names it in a pickle. What is no float32 is rounded to one. */
export const STORAGE_TYPES: ReadonlyMap<string, StorageType> = new Map([
  ['torch.FloatStorage', { bytes: 4, read: (view, at) => view.getFloat32(at, true) }],
  ['torch.HalfStorage', { bytes: 2, read: (view, at) => half[view.getUint16(at, true)] ?? 0 }],
  ['torch.BFloat16Storage', { bytes: 2, read: (view, at) => bfloat16(view.getUint16(at, true)) }],
  ['torch.DoubleStorage', { bytes: 8, read: (view, at) => view.getFloat64(at, true) }],
  ['torch.LongStorage', { bytes: 8, read: (view, at) => Number(view.getBigInt64(at, true)) }],
  ['torch.IntStorage', { bytes: 4, read: (view, at) => view.getInt32(at, true) }],
  ['torch.ShortStorage', { bytes: 2, read: (view, at) => view.getInt16(at, true) }],
  ['torch.CharStorage', { bytes: 1, read: (view, at) => view.getInt8(at) }],
  ['torch.ByteStorage', { bytes: 1, read: (view, at) => view.getUint8(at) }],
  ['torch.BoolStorage', { bytes: 1, read: (view, at) => view.getUint8(at) }],
]);

/** The upper half of a float32. */
function bfloat16(bits: number): number {
  word.setUint16(0, bits, false);
  return word.getFloat32(0, false);
}

/** Bytes of one element of a storage of this class. */
export function bytesPerElement(type: string): number {
  return STORAGE_TYPES.get(type)?.bytes ?? 0;
}

/**
 * Checks that a tensor lies within its storage before anything is allocated for it. No tensor may have more elements
 * than its storage (as expanded ones have, with strides of 0), so that what is made is never larger than what is read.
 * @throws FormatError bad-weights.
 */
export function checkTensor(file: string, name: string, tensor: TorchTensor): void {
  const { storage, offset, shape, strides } = tensor;
  const count = elementsOf(shape);
  const last = shape.reduce((at, size, axis) => at + (size - 1) * (strides[axis] ?? 0), offset);
  if (count > storage.length || (count > 0 && last >= storage.length)) {
    throw badWeights(
      file,
      `the tensor ${shown(name)} of shape [${shape}] does not fit into its ${storage.length} stored numbers`,
    );
  }
}

/**
 * The numbers of a checked tensor, row-major.
 * @param bytes the whole storage
 * @throws FormatError bad-weights for numbers that are not finite.
 */
export function readTensor(file: string, name: string, tensor: TorchTensor, bytes: Uint8Array): Tensor {
  const { storage, offset, shape, strides } = tensor;
  const type = STORAGE_TYPES.get(storage.type);
  if (!type) throw badWeights(file, `the tensor ${shown(name)} is of the unknown type ${storage.type}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const data = gather(shape, strides, offset, (at) => type.read(view, at * type.bytes));
  refuseNonFinite(file, name, data);
  return { shape, data };
}
