/** What a pickle may hold here: numbers, texts, tuples, lists, dictionaries, and descriptions of tensors. No objects. */
import { FormatError } from '../../../core/errors.ts';
import { shown } from '../tensors.ts';

export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | PickleTuple
  | PickleList
  | PickleDict
  | PickleGlobal
  | TorchStorage
  | TorchTensor;

export interface PickleTuple {
  readonly kind: 'tuple';
  readonly items: readonly PickleValue[];
}

export interface PickleList {
  readonly kind: 'list';
  readonly items: PickleValue[];
}

export interface PickleDict {
  readonly kind: 'dict';
  readonly entries: Map<PickleKey, PickleValue>;
}

export type PickleKey = string | number | bigint | boolean | null;

/** One of the few functions and classes that are allowed, by name; it is never more than its name. */
export interface PickleGlobal {
  readonly kind: 'global';
  readonly name: string;
}

/** A run of numbers somewhere in the file. */
export interface TorchStorage {
  readonly kind: 'storage';
  /** "torch.FloatStorage" */
  readonly type: string;
  readonly key: string;
  readonly length: number;
}

/** A view of a storage; `offset` and `strides` in elements. Nothing in it has been checked against the file. */
export interface TorchTensor {
  readonly kind: 'tensor';
  readonly storage: TorchStorage;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}

export type PickleKind = Extract<PickleValue, { readonly kind: string }>['kind'];

/** Whether the value is a container or description of this kind. */
export function isKind<K extends PickleKind>(
  value: PickleValue | undefined,
  kind: K,
): value is Extract<PickleValue, { readonly kind: K }> {
  return typeof value === 'object' && value !== null && value.kind === kind;
}

/** "a text", "a list": what to call a value in a sentence. */
export function kindOf(value: PickleValue | undefined): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'None';
  if (typeof value === 'string') return 'a text';
  if (typeof value !== 'object') return typeof value === 'boolean' ? 'a truth value' : 'a number';
  return value.kind === 'dict' ? 'a dictionary' : `a ${value.kind}`;
}

/** A damaged file of weights, to throw. */
export function badWeights(file: string, explanation: string): FormatError {
  return new FormatError('bad-weights', file, `is no good weights file: ${explanation}.`);
}

/** A whole model, which only its own Python code could bring to life. */
const MODEL_CLASS = /^(torch\.nn\.|topaz\.|__torch__\.|torch\.jit\.)/;

/** What to throw where a pickle asks for anything but tensors; it says what was asked for. */
export function refusedGlobal(file: string, name: string): FormatError {
  const label = shown(name);
  const explanation = MODEL_CLASS.test(name)
    ? `is a whole model (an object of the class ${label}), which can't be read without running code: it was refused, nothing was run. Where you trust it, save its weights alone with the Python that made it: torch.save(torch.load(FILE, map_location="cpu").state_dict(), "weights.sav").`
    : `asks to run ${label}: it was refused, nothing was run. Cryolite reads weights alone, as torch.save(model.state_dict(), FILE) writes them.`;
  return new FormatError('bad-weights', file, explanation);
}
