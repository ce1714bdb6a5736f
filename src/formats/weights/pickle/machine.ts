/**
 * A restricted machine for Python's pickles. A pickle is a program, and the usual machine runs what it names; this
 * one knows 31 opcodes, hands the few names that its caller allows to the caller's own functions, and refuses all else.
 * Every value costs at least a byte of the file, nothing is copied, and nothing walks through nested values:
 * time and memory are proportional to the file, and within the limits below.
 */
import { OPCODE_NAMES } from './opcodes.ts';
import { Operands } from './operands.ts';
import {
  badWeights,
  isKind,
  kindOf,
  type PickleGlobal,
  type PickleKey,
  type PickleTuple,
  type PickleValue,
  refusedGlobal,
} from './values.ts';

/** What a pickle may name, and what is made of it. */
export interface Builder {
  /** Whether a pickle may name this function or class ("module.name"). */
  allows(name: string): boolean;
  /** REDUCE: the value of an allowed function. @throws FormatError when it is no function, or for bad arguments. */
  call(name: string, args: readonly PickleValue[]): PickleValue;
  /** BINPERSID: what is outside of the pickle. @throws FormatError when that is nothing known. */
  persistent(id: PickleValue): PickleValue;
}

export interface Unpickled {
  readonly value: PickleValue;
  /** Where the pickle ends, just after STOP. */
  readonly end: number;
}

/** A state dictionary of 1000 tensors takes some 40 000 steps. */
const MAX_STEPS = 2 ** 22;
const MAX_STACK = 2 ** 16;
const MAX_MEMO = 2 ** 20;
/** BINPERSID and its like come after PROTO of 2 in all of PyTorch's files; later protocols add opcodes that are refused. */
const MAX_PROTOCOL = 5;

/**
 * Runs the pickle that begins at `start`.
 * @throws FormatError bad-weights.
 */
export function unpickle(file: string, bytes: Uint8Array, start: number, builder: Builder): Unpickled {
  return new Machine(file, bytes, start, builder).run();
}

class Machine {
  private readonly operands: Operands;
  private readonly stack: PickleValue[] = [];
  private readonly marks: number[] = [];
  private readonly memo = new Map<number, PickleValue>();

  constructor(
    private readonly file: string,
    bytes: Uint8Array,
    start: number,
    private readonly builder: Builder,
  ) {
    this.operands = new Operands(file, bytes, start);
  }

  run(): Unpickled {
    for (let steps = 0; steps < MAX_STEPS; steps++) {
      const opcode = this.operands.uint8();
      if (opcode === 0x2e) return { value: this.pop(), end: this.operands.at };
      this.step(opcode);
      if (this.stack.length > MAX_STACK) throw this.bad('its pickle piles up too many values');
      if (this.memo.size > MAX_MEMO) throw this.bad('its pickle remembers too many values');
    }
    throw this.bad(`its pickle has more than ${MAX_STEPS} steps`);
  }

  private step(opcode: number): void {
    const name = OPCODE_NAMES.get(opcode) ?? `0x${opcode.toString(16)}`;
    const value = this.valueOf(name);
    if (value !== undefined) this.stack.push(value);
    else this.act(name);
  }

  /** The value that an opcode puts on the stack; undefined for opcodes that put none. */
  private valueOf(name: string): PickleValue | undefined {
    const { operands } = this;
    switch (name) {
      case 'NONE':
        return null;
      case 'NEWTRUE':
        return true;
      case 'NEWFALSE':
        return false;
      case 'BININT':
        return operands.int32();
      case 'BININT1':
        return operands.uint8();
      case 'BININT2':
        return operands.uint16();
      case 'LONG1':
        return operands.long(operands.uint8());
      case 'BINFLOAT':
        return operands.float64();
      case 'BINUNICODE':
        return operands.text(operands.uint32());
      case 'EMPTY_TUPLE':
        return tuple([]);
      case 'TUPLE1':
        return tuple(this.popMany(1));
      case 'TUPLE2':
        return tuple(this.popMany(2));
      case 'TUPLE3':
        return tuple(this.popMany(3));
      case 'TUPLE':
        return tuple(this.popToMark());
      case 'EMPTY_LIST':
        return { kind: 'list', items: [] };
      case 'EMPTY_DICT':
        return { kind: 'dict', entries: new Map() };
      case 'BINGET':
        return this.recall(operands.uint8());
      case 'LONG_BINGET':
        return this.recall(operands.uint32());
      case 'GLOBAL':
        return this.global(operands.qualifiedName());
      case 'BINPERSID':
        return this.builder.persistent(this.pop());
      case 'REDUCE':
        return this.reduce();
      case 'BUILD':
        return this.build();
      default:
        return undefined;
    }
  }

  private act(name: string): void {
    const { operands } = this;
    switch (name) {
      case 'PROTO': {
        const protocol = operands.uint8();
        if (protocol > MAX_PROTOCOL) throw this.bad(`its pickle has the unknown protocol ${protocol}`);
        break;
      }
      case 'MARK':
        this.marks.push(this.stack.length);
        if (this.marks.length > MAX_STACK) throw this.bad('its pickle piles up too many marks');
        break;
      case 'APPEND':
        this.append(this.popMany(1));
        break;
      case 'APPENDS':
        this.append(this.popToMark());
        break;
      case 'SETITEM':
        this.setItems(this.popMany(2));
        break;
      case 'SETITEMS':
        this.setItems(this.popToMark());
        break;
      case 'BINPUT':
        this.remember(operands.uint8());
        break;
      case 'LONG_BINPUT':
        this.remember(operands.uint32());
        break;
      // Refused whatever they name; what they would run is said where it can be known.
      case 'INST':
        throw refusedGlobal(this.file, operands.qualifiedName());
      case 'STACK_GLOBAL': {
        const [module, attribute] = this.popMany(2);
        if (typeof module !== 'string' || typeof attribute !== 'string') throw this.unknown(name);
        throw refusedGlobal(this.file, `${module}.${attribute}`);
      }
      default:
        throw this.unknown(name);
    }
  }

  private unknown(opcode: string): Error {
    return this.bad(
      `its pickle uses the opcode ${opcode}, which files of weights don't need and which was refused; nothing was run`,
    );
  }

  private global(name: string): PickleGlobal {
    if (!this.builder.allows(name)) throw refusedGlobal(this.file, name);
    return { kind: 'global', name };
  }

  private reduce(): PickleValue {
    const [callable, args] = this.popMany(2);
    if (!isKind(callable, 'global') || !isKind(args, 'tuple')) {
      throw this.bad(`its pickle calls ${kindOf(callable)} with ${kindOf(args)}: nothing was run`);
    }
    return this.builder.call(callable.name, args.items);
  }

  /** Only ordered dictionaries get attributes (`_metadata`: versions of layers), which nobody needs. */
  private build(): PickleValue {
    const [target, state] = this.popMany(2);
    if (!isKind(target, 'dict') || !isKind(state, 'dict')) {
      throw this.bad(`its pickle gives ${kindOf(target)} attributes`);
    }
    return target;
  }

  private append(values: readonly PickleValue[]): void {
    const list = this.stack.at(-1);
    if (!isKind(list, 'list')) throw this.bad(`its pickle appends to ${kindOf(list)}`);
    for (const value of values) list.items.push(value);
  }

  private setItems(values: readonly PickleValue[]): void {
    const dict = this.stack.at(-1);
    if (!isKind(dict, 'dict')) throw this.bad(`its pickle sets items of ${kindOf(dict)}`);
    if (values.length % 2 !== 0) throw this.bad('its pickle sets a key without a value');
    for (let i = 0; i < values.length; i += 2) {
      const key = values[i];
      const value = values[i + 1];
      if (!isKey(key) || value === undefined) throw this.bad(`its pickle has ${kindOf(key)} as a key`);
      if (dict.entries.has(key)) throw this.bad('a dictionary in its pickle has a key twice');
      dict.entries.set(key, value);
    }
  }

  private remember(index: number): void {
    const top = this.stack.at(-1);
    if (top === undefined) throw this.bad('its pickle remembers nothing');
    this.memo.set(index, top);
  }

  private recall(index: number): PickleValue {
    const value = this.memo.get(index);
    if (value === undefined) throw this.bad('its pickle recalls what it never remembered');
    return value;
  }

  private pop(): PickleValue {
    const [value] = this.popMany(1);
    return value ?? null;
  }

  /** The topmost values, lowest first; never from below the last mark. */
  private popMany(count: number): PickleValue[] {
    const from = this.stack.length - count;
    if (from < (this.marks.at(-1) ?? 0)) throw this.bad('its pickle takes more values than it has');
    return this.stack.splice(from);
  }

  private popToMark(): PickleValue[] {
    const mark = this.marks.pop();
    if (mark === undefined || mark > this.stack.length) throw this.bad('its pickle lacks a mark');
    return this.stack.splice(mark);
  }

  private bad(explanation: string): Error {
    return badWeights(this.file, explanation);
  }
}

function tuple(items: readonly PickleValue[]): PickleTuple {
  return { kind: 'tuple', items };
}

function isKey(value: PickleValue | undefined): value is PickleKey {
  return value === null || (value !== undefined && typeof value !== 'object');
}
