/**
 * Weights saved by PyTorch (`.sav`, `.pt`, `.pth`): a flat state dictionary, in the old stream or the newer ZIP
 * container. Both hold pickles, which are programs; here none is run (see `../pickle/machine.ts`).
 */
import { FormatError } from '../../../core/errors.ts';
import { badWeights } from '../pickle/values.ts';
import { MAX_FILE_BYTES, type NamedTensors } from '../tensors.ts';
import { readContainer } from './container.ts';
import { readLegacy } from './legacy.ts';

/**
 * Reads all tensors as float32, row-major, in the file's order; float16, bfloat16, float64 and integers are converted.
 * Whole pickled models are refused, and whatever names a function or class; NaN and infinite weights too.
 * @param bytes the whole file, at most 1 GiB; about as much memory again is taken for the result.
 * @throws FormatError empty, bad-weights.
 */
export function readTorchWeights(file: string, bytes: Uint8Array): NamedTensors {
  if (bytes.length === 0) throw new FormatError('empty', file, 'is empty (0 bytes).');
  if (bytes.length > MAX_FILE_BYTES) throw badWeights(file, 'it has more than 1 GiB');
  if (startsWith(bytes, 0x50, 0x4b, 0x03, 0x04)) return readContainer(file, bytes);
  // PROTO: every pickle of protocol 2 or later begins with it.
  if (startsWith(bytes, 0x80)) return readLegacy(file, bytes);
  throw badWeights(file, 'it is neither a stream nor an archive of PyTorch');
}

function startsWith(bytes: Uint8Array, ...magic: readonly number[]): boolean {
  return magic.every((byte, i) => bytes[i] === byte);
}
