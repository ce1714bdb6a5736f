/** Pickles that try to run something: each is refused, by name where it has one. */
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../../../src/core/errors.ts';
import { OPCODE_NAMES } from '../../../../src/formats/weights/pickle/opcodes.ts';
import { readTorchWeights } from '../../../../src/formats/weights/torch/read.ts';
import {
  type Bytes,
  code,
  containerOf,
  EMPTY_ORDERED_DICT,
  global,
  int,
  legacyFile,
  pickle,
  text,
  tuple,
  uint32,
  uint64,
} from '../../../fixtures/pickle.ts';

const posix = 'asks to run posix.system: it was refused, nothing was run';
const command = text('touch /tmp/owned');
/** The module and the name, then a tuple of arguments. */
const stackGlobal = code(text('posix'), text('system'), 0x93);

const attacks: readonly (readonly [string, Bytes, string | RegExp])[] = [
  ['GLOBAL and REDUCE', pickle(global('posix', 'system'), tuple(command), 'R'), posix],
  ['GLOBAL alone', pickle(global('posix', 'system')), posix],
  ['GLOBAL of a builtin', pickle(global('__builtin__', 'eval')), 'asks to run __builtin__.eval'],
  ['GLOBAL of getattr', pickle(global('builtins', 'getattr')), 'asks to run builtins.getattr'],
  ['GLOBAL of torch.load', pickle(global('torch', 'load')), 'asks to run torch.load'],
  [
    'GLOBAL of a dotted path',
    pickle(global('torch._utils', '_rebuild_tensor_v2.__globals__')),
    /_rebuild_tensor_v2\.__globals__/,
  ],
  ['GLOBAL without an end', pickle(`c${'x'.repeat(10_000)}`), /a name in its pickle has no end/],
  ['GLOBAL that is cut off', code(0x80, 2, 'cposix\nsys'), /a name in its pickle has no end/],
  ['STACK_GLOBAL', pickle(stackGlobal, tuple(command), 'R'), posix],
  ['STACK_GLOBAL of no texts', pickle(int(1), int(2), 0x93), /opcode STACK_GLOBAL/],
  ['INST', pickle('(', command, 'iposix\nsystem\n'), posix],
  ['OBJ', pickle('(', global('collections', 'OrderedDict'), 'o'), /opcode OBJ/],
  ['NEWOBJ', pickle(global('collections', 'OrderedDict'), ')', 0x81), /opcode NEWOBJ/],
  ['NEWOBJ_EX', pickle(global('collections', 'OrderedDict'), ')}', 0x92), /opcode NEWOBJ_EX/],
  ['EXT1', pickle(0x82, 1), /opcode EXT1/],
  ['EXT4', pickle(0x84, uint32(1)), /opcode EXT4/],
  ['PERSID', pickle('Pname\n'), /opcode PERSID/],
  ['protocol 4', code(0x80, 4, 0x95, uint64(4n), ']0.'), /opcode FRAME/],
  ['protocol 99', code(0x80, 99, 'N.'), /unknown protocol 99/],
  ['an opcode of no protocol', pickle(0xff), /opcode 0xff/],
  [
    'REDUCE of a class',
    pickle(global('torch', 'FloatStorage'), tuple(int(1)), 'R'),
    'asks to run torch.FloatStorage',
  ],
  [
    'REDUCE with arguments',
    pickle(global('collections', 'OrderedDict'), tuple(int(1)), 'R'),
    'asks to run collections.OrderedDict',
  ],
  [
    'REDUCE of a text',
    pickle(text('posix.system'), tuple(command), 'R'),
    /calls a text with a tuple: nothing was run/,
  ],
  ['BUILD of a list', pickle(']}b'), /gives a list attributes/],
  ['BUILD with a tuple', pickle(EMPTY_ORDERED_DICT, ')b'), /gives a dictionary attributes/],
  ['BINPERSID of a text', pickle(text('x'), 'Q'), /refers to a text/],
  [
    'BINPERSID of something else',
    pickle(tuple(text('module'), global('torch', 'FloatStorage'), text('0')), 'Q'),
    /no storage/,
  ],
  [
    'a whole model',
    pickle(global('topaz.denoising.models', 'UDenoiseNet'), ')', 0x81),
    /whole model \(an object of the class topaz\.denoising\.models\.UDenoiseNet\).*state_dict\(\)/,
  ],
  ['a program', pickle(global('__torch__.net', 'Net'), ')', 0x81), /whole model/],
  ['a huge LONG4', pickle(0x8b, uint32(0x7fffffff)), /opcode LONG4/],
  ['a huge LONG1', pickle(0x8a, 255, 0), /cut off within a pickle/],
  ['BINBYTES8 with a lying length', pickle(0x8e, uint64(2n ** 40n)), /opcode BINBYTES8/],
  [
    'BINUNICODE with a lying length',
    pickle('X', uint32(0xffffffff)),
    /a text in its pickle is said to have 4294967295 bytes/,
  ],
  ['text that is no UTF-8', pickle('X', uint32(1), 0xff), /no UTF-8/],
  ['a list as a key', pickle('}]Ns'), /has a list as a key/],
  ['a key twice', pickle('}', text('a'), 'N', 's', text('a'), 'N', 's'), /key twice/],
  ['a key without a value', pickle('}(', text('a'), 'u'), /key without a value/],
  ['SETITEM of a list', pickle(']', text('a'), 'Ns'), /sets items of a list/],
  ['APPEND to a dictionary', pickle('}Na'), /appends to a dictionary/],
  ['an empty stack', pickle('R'), /takes more values than it has/],
  ['values from below a mark', pickle('N(', 0x85), /takes more values than it has/],
  ['no mark', pickle('Nt'), /lacks a mark/],
  ['a memo that is empty', pickle('h', 7), /recalls what it never remembered/],
  ['a memo of nothing', pickle('q', 0), /remembers nothing/],
  ['a million marks', pickle('('.repeat(1_000_000)), /too many marks/],
  ['a million values', pickle('N'.repeat(1_000_000)), /too many values/],
];

describe('a pickle that tries', () => {
  it.each(attacks)('%s is refused', (_, main, words) => {
    for (const file of [legacyFile(main), containerOf(main, {})]) {
      expect(() => readTorchWeights('evil.sav', file)).toThrow(words);
      expect(() => readTorchWeights('evil.sav', file)).toThrow(FormatError);
    }
  });

  it('in any of the five pickles is refused', () => {
    const attack = pickle(global('posix', 'system'), tuple(command), 'R');
    const good = legacyFile(EMPTY_ORDERED_DICT);
    for (const start of [0, 15, 23]) {
      const file = code(good.subarray(0, start), attack);
      expect(() => readTorchWeights('evil.sav', file)).toThrow(posix);
    }
  });

  it('billion laughs is as small as its bytes', () => {
    // Forty lists, each holding the one before twice: 2^40 leaves, were they ever walked.
    const laughs = Array.from({ length: 40 }, (_, i) => code('](h', i, 'h', i, 'eq', i + 1));
    const main = pickle('}', text('lol'), '(]q', 0, ...laughs, 'ts');
    expect(() => readTorchWeights('evil.sav', legacyFile(main))).toThrow(
      /entry "lol" is a tuple, not a tensor/,
    );
  });

  it('a list within itself is no trap', () => {
    const main = pickle('}', text('me'), ']q', 0, 'h', 0, 'as');
    expect(() => readTorchWeights('evil.sav', legacyFile(main))).toThrow(/"me" is a list/);
  });

  it('a key from the prototype is only a key', () => {
    const main = pickle('}', text('__proto__'), int(1), 's');
    expect(() => readTorchWeights('evil.sav', legacyFile(main))).toThrow(/"__proto__" is a number/);
    expect(Object.prototype).not.toHaveProperty('1');
  });
});

it('every opcode but those of state dictionaries is refused by its name', () => {
  const known =
    'PROTO STOP NONE NEWTRUE NEWFALSE BININT BININT1 BININT2 LONG1 BINFLOAT BINUNICODE MARK EMPTY_TUPLE TUPLE TUPLE1 TUPLE2 TUPLE3 EMPTY_LIST APPEND APPENDS EMPTY_DICT SETITEM SETITEMS BINPUT LONG_BINPUT BINGET LONG_BINGET GLOBAL BINPERSID REDUCE BUILD'.split(
      ' ',
    );
  const refused = [...OPCODE_NAMES].filter(([, name]) => !known.includes(name) && name !== 'INST');
  expect(OPCODE_NAMES.size).toBe(68);
  expect(refused).toHaveLength(68 - known.length - 1);
  for (const [opcode, name] of refused) {
    const main = pickle(']', ']', opcode);
    expect(() => readTorchWeights('evil.sav', legacyFile(main))).toThrow(`opcode ${name},`);
  }
});
