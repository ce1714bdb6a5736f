/**
 * PyTorch's stream format, before 1.6 and still that of Topaz's files: five pickles (magic number, protocol, sizes of
 * the machine's types, state dictionary, keys of the storages), then the storages: an int64 count, then the numbers.
 */
import { unpickle } from '../pickle/machine.ts';
import { badWeights, isKind, type PickleValue } from '../pickle/values.ts';
import { type NamedTensors, shown } from '../tensors.ts';
import { torchBuilder } from './builder.ts';
import { readStateDict } from './stateDict.ts';
import { bytesPerElement } from './storage.ts';

const MAGIC = 0x1950a86a20f9469cfc6cn;
const PROTOCOL = 1001;

/** @throws FormatError bad-weights. */
export function readLegacy(file: string, bytes: Uint8Array): NamedTensors {
  const bad = (explanation: string) => badWeights(file, explanation);
  const builder = torchBuilder(file);
  let at = 0;
  const next = (): PickleValue => {
    const { value, end } = unpickle(file, bytes, at, builder);
    at = end;
    return value;
  };
  if (next() !== MAGIC) throw bad('it is a pickle, but not one of PyTorch');
  const protocol = next();
  if (protocol !== PROTOCOL) throw bad(`its protocol is ${shown(String(protocol))}, not ${PROTOCOL}`);
  const machine = next();
  if (!isKind(machine, 'dict') || machine.entries.get('little_endian') !== true) {
    throw bad('it was not written by a little-endian machine');
  }
  const value = next();
  const keys = next();
  if (!isKind(keys, 'list')) throw bad('it has no list of storages');

  // Where a storage begins depends on the sizes of all before it, which only its tensors know.
  const sizes = new Map<PickleValue, number>();
  if (isKind(value, 'dict')) {
    for (const tensor of value.entries.values()) {
      if (isKind(tensor, 'tensor')) sizes.set(tensor.storage.key, bytesPerElement(tensor.storage.type));
    }
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const storages = new Map<PickleValue, { readonly elements: number; readonly bytes: Uint8Array }>();
  for (const key of keys.items) {
    const size = sizes.get(key);
    if (size === undefined || storages.has(key)) throw bad('its list of storages does not fit its tensors');
    if (bytes.length - at < 8) throw bad('it is cut off before a storage');
    const elements = Number(view.getBigInt64(at, true));
    const start = at + 8;
    if (elements < 0 || elements * size > bytes.length - start) {
      throw bad(`a storage of ${elements} numbers has only ${bytes.length - start} bytes: it is cut off`);
    }
    at = start + elements * size;
    storages.set(key, { elements, bytes: bytes.subarray(start, at) });
  }
  if (at !== bytes.length) throw bad(`${bytes.length - at} bytes follow its last storage`);

  return readStateDict(file, value, ({ storage }) => {
    const found = storages.get(storage.key);
    if (!found) throw bad(`the storage ${shown(storage.key)} is missing`);
    if (found.elements !== storage.length || sizes.get(storage.key) !== bytesPerElement(storage.type)) {
      throw bad(`the storage ${shown(storage.key)} is not as long as its tensors say`);
    }
    return found.bytes;
  });
}
