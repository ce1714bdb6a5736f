/** PyTorch's ZIP container, since 1.6: NAME/data.pkl with the state dictionary, NAME/data/KEY with each storage. */
import { openZip } from '../../compression/zip.ts';
import { unpickle } from '../pickle/machine.ts';
import { badWeights } from '../pickle/values.ts';
import { type NamedTensors, shown } from '../tensors.ts';
import { torchBuilder } from './builder.ts';
import { readStateDict } from './stateDict.ts';
import { bytesPerElement } from './storage.ts';

const PICKLE = '/data.pkl';
/** Weights hardly shrink. */
const MAX_GROWTH = 4;

/** @throws FormatError bad-weights. */
export function readContainer(file: string, bytes: Uint8Array): NamedTensors {
  const bad = (explanation: string) => badWeights(file, explanation);
  const zip = openZip(bytes, { bad, growth: MAX_GROWTH });
  const pickles = zip.names.filter((name) => name.endsWith(PICKLE));
  const [pickle] = pickles;
  if (pickle === undefined) throw bad('it is a ZIP archive, but not one of PyTorch (no data.pkl)');
  if (pickles.length > 1) throw bad(`its archive has ${pickles.length} of data.pkl`);
  const folder = pickle.slice(0, -PICKLE.length);
  const order = `${folder}/byteorder`;
  if (zip.size(order) === 3) throw bad('it was written by a big-endian machine: save it on a common one');

  const program = zip.read(pickle);
  const { value, end } = unpickle(file, program, 0, torchBuilder(file));
  if (end !== program.length) throw bad('its pickle ends before its bytes do');

  let last: { readonly key: string; readonly bytes: Uint8Array } | undefined;
  return readStateDict(file, value, ({ storage }) => {
    const name = `${folder}/data/${storage.key}`;
    const needed = storage.length * bytesPerElement(storage.type);
    const size = zip.size(name);
    if (size !== needed) {
      const has = size === undefined ? 'is missing' : `has ${size} bytes`;
      throw bad(`the storage ${shown(storage.key)} needs ${needed} bytes and ${has}`);
    }
    // Tied weights often follow each other: unpacked once.
    if (last?.key !== storage.key) last = { key: storage.key, bytes: zip.read(name) };
    return last.bytes;
  });
}
