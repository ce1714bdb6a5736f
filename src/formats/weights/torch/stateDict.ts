/** From a pickle's value and the bytes of its storages to named tensors. */
import { badWeights, isKind, kindOf, type PickleValue, type TorchTensor } from '../pickle/values.ts';
import { elementsOf, type NamedTensors, shown, type Tensor } from '../tensors.ts';
import { checkTensor, readTensor } from './storage.ts';

const MAX_TENSORS = 2 ** 16;
/** Tied weights are views of one storage, so a file may give a few times the numbers that it stores, no more. */
const MAX_SHARING = 4;
/** What `DataParallel` and `DistributedDataParallel` put before every name. */
const WRAPPER = 'module.';

/**
 * The tensors of a flat state dictionary, in its order; by the names of the network itself where it was saved wrapped
 * for training on several GPUs.
 * @param bytesOf all bytes of a storage, checked to be as many as its length says.
 * @throws FormatError bad-weights.
 */
export function readStateDict(
  file: string,
  value: PickleValue,
  bytesOf: (tensor: TorchTensor) => Uint8Array,
): NamedTensors {
  if (!isKind(value, 'dict')) {
    throw badWeights(file, `it holds ${kindOf(value)}, not a table of named tensors (a state_dict)`);
  }
  const described = [...value.entries].map(([key, tensor]): [string, TorchTensor] => {
    if (typeof key === 'string' && isKind(tensor, 'tensor')) return [key, tensor];
    throw badWeights(
      file,
      `its entry "${shown(String(key))}" is ${kindOf(tensor)}, not a tensor; save the state_dict alone: torch.save(model.state_dict(), FILE)`,
    );
  });
  if (described.length > MAX_TENSORS) throw badWeights(file, `it has ${described.length} tensors`);

  const stored = new Map(described.map(([, { storage }]) => [storage.key, storage.length]));
  const storedElements = [...stored.values()].reduce((sum, length) => sum + length, 0);
  const elements = described.reduce((sum, [, { shape }]) => sum + elementsOf(shape), 0);
  for (const [name, tensor] of described) checkTensor(file, name, tensor);
  if (elements > MAX_SHARING * storedElements) {
    throw badWeights(file, `its tensors have ${elements} numbers, but it stores ${storedElements}`);
  }
  const isWrapped = described.every(([name]) => name.startsWith(WRAPPER));
  const tensors = new Map<string, Tensor>();
  for (const [name, tensor] of described) {
    const own = isWrapped ? name.slice(WRAPPER.length) : name;
    tensors.set(own, readTensor(file, name, tensor, bytesOf(tensor)));
  }
  return tensors;
}
