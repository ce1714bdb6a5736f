/** The five names that PyTorch's state dictionaries need, and what is made of them: descriptions, no objects. */
import type { Builder } from '../pickle/machine.ts';
import { badWeights, isKind, kindOf, type PickleValue, refusedGlobal } from '../pickle/values.ts';
import { MAX_RANK } from '../tensors.ts';
import { STORAGE_TYPES } from './storage.ts';

const ORDERED_DICT = 'collections.OrderedDict';
const REBUILD_TENSOR = 'torch._utils._rebuild_tensor_v2';
/** A trainable tensor: the tensor, whether it is trained, and hooks. */
const REBUILD_PARAMETER = 'torch._utils._rebuild_parameter';
const FUNCTIONS: ReadonlySet<string> = new Set([ORDERED_DICT, REBUILD_TENSOR, REBUILD_PARAMETER]);
/** PyTorch's keys are addresses or counters in decimal. */
const MAX_KEY_LENGTH = 64;

/** Follows PyTorch's `torch/serialization.py` (persistent_load) and `torch/_utils.py` (_rebuild_tensor_v2, _rebuild_parameter). */
export function torchBuilder(file: string): Builder {
  const bad = (explanation: string) => badWeights(file, explanation);

  const integer = (value: PickleValue | undefined, what: string): number => {
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
    throw bad(`${what} of a tensor in it is ${typeof value === 'number' ? value : kindOf(value)}`);
  };
  const integers = (value: PickleValue | undefined, what: string): number[] => {
    if (!isKind(value, 'tuple')) throw bad(`the ${what}s of a tensor in it are ${kindOf(value)}`);
    if (value.items.length > MAX_RANK) throw bad(`a tensor in it has ${value.items.length} dimensions`);
    return value.items.map((item) => integer(item, `a ${what}`));
  };

  return {
    allows: (name) => FUNCTIONS.has(name) || STORAGE_TYPES.has(name),
    call: (name, args) => {
      if (name === ORDERED_DICT && args.length === 0) return { kind: 'dict', entries: new Map() };
      if (name === REBUILD_PARAMETER) {
        const [data] = args;
        if (!isKind(data, 'tensor')) throw bad(`a parameter in it is made of ${kindOf(data)}`);
        return data;
      }
      if (name !== REBUILD_TENSOR) throw refusedGlobal(file, name);
      // The fifth says whether it is trained, the sixth holds hooks, a seventh metadata: none of them is used.
      const [storage, offset, shape, strides] = args;
      if (!isKind(storage, 'storage')) throw bad(`a tensor in it is made of ${kindOf(storage)}`);
      const tensor = {
        kind: 'tensor' as const,
        storage,
        offset: integer(offset, 'the offset'),
        shape: integers(shape, 'size'),
        strides: integers(strides, 'stride'),
      };
      if (tensor.shape.length !== tensor.strides.length) {
        throw bad(`a tensor in it has ${tensor.shape.length} sizes and ${tensor.strides.length} strides`);
      }
      return tensor;
    },
    persistent: (id) => {
      if (!isKind(id, 'tuple')) throw bad(`it refers to ${kindOf(id)} outside of its pickle`);
      const [what, type, key, , length, viewOf] = id.items;
      if (what !== 'storage' || !isKind(type, 'global') || !STORAGE_TYPES.has(type.name)) {
        throw bad('it refers to something outside of its pickle that is no storage');
      }
      if (typeof key !== 'string' || key.length > MAX_KEY_LENGTH)
        throw bad('a storage in it has no good key');
      if (viewOf !== undefined && viewOf !== null) {
        throw bad(
          'it has views of storages, as only PyTorch before 0.4 wrote them: save it with a newer one',
        );
      }
      return { kind: 'storage', type: type.name, key, length: integer(length, 'the length') };
    },
  };
}
