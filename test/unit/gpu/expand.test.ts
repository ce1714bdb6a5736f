import { describe, expect, test } from 'vitest';
import { type Defines, expandShader } from '../../../src/gpu/expand.ts';

const expand = (files: Record<string, string> | string, defines: Defines = {}): string => {
  const all = typeof files === 'string' ? { main: files } : files;
  return expandShader('main', defines, (path) => {
    const text = all[path];
    if (text === undefined) throw new Error(`There is no shader ${path}.`);
    return text;
  });
};

describe('expandShader', () => {
  test('includes a file once, also by way of another', () => {
    const files = { main: '#include "a"\n#include "b"\nend', a: '#include "b"\nA', b: 'B' };
    expect(expand(files)).toBe('B\nA\nend\n');
  });

  test('does not use an include up in a branch that is not taken, nor when a loop looks for its end', () => {
    const files = { main: '#if YES\nyes\n#else\n#include "a"\n#endif\n#include "a"', a: 'A' };
    expect(expand(files, { YES: true })).toBe('yes\nA\n');
    expect(expand({ main: '#for I 0 2\n#include "a"\n$I\n#endfor', a: 'A' })).toBe('A\n0\n1\n');
  });

  test.each([
    [{ A: 1 }, 'one'],
    [{ A: 0 }, 'other'],
    [{ A: false }, 'other'],
    [{ A: 'relu' }, 'one'],
  ])('takes a branch by truth: %j', (defines, expected) => {
    expect(expand('#if A\none\n#else\nother\n#endif', defines)).toBe(`${expected}\n`);
    expect(expand('#if !A\nother\n#else\none\n#endif', defines)).toBe(`${expected}\n`);
  });

  test('compares numbers and words as text', () => {
    const text = '#if A == relu\nr\n#else\n#if A == 4\n4\n#else\nx\n#endif\n#endif';
    expect(['relu', 4, 'none'].map((A) => expand(text, { A }))).toEqual(['r\n', '4\n', 'x\n']);
  });

  test('asks for no value in a branch that is not taken, however deep', () => {
    expect(expand('#if A\n$B\n#if C == 3\n$D\n#endif\n#for I 0 $E\n$I\n#endfor\n#endif\nend', { A: 0 })).toBe(
      'end\n',
    );
  });

  test('repeats loops, nested ones too, and adds counters', () => {
    expect(expand('#for I 0 2\n#for J 1 $N\nv$I_$J w$($I+$J)u\n#endfor\n#endfor', { N: 3 })).toBe(
      'v0_1 w1u\nv0_2 w2u\nv1_1 w2u\nv1_2 w3u\n',
    );
    expect(expand('#for I 2 2\nnever\n#endfor')).toBe('\n');
  });

  test.each([
    ['$($A + 2 * $B)', '11'],
    ['v$($A*$B-1)u', 'v11u'],
    ['$(7 / 2 * 2)$(17%5)', '62'],
    ['f($(2)) { g($A) }', 'f(2) { g(3) }'],
    ['$(1 - 2)', '-1'],
  ])('calculates %s', (text, expected) => {
    expect(expand(text, { A: 3, B: 4 })).toBe(`${expected}\n`);
  });

  test('puts a define before letters', () => {
    expect(expand('let k = $Ku * $K2u;', { K: 3, K2: 9 })).toBe('let k = 3u * 9u;\n');
  });

  test.each([
    ['a\n$X', 'main:2: X is not defined.'],
    ['#if X\n#endif', 'main:1: X is not defined.'],
    ['a\n#if 1', 'main:2: 1 is not defined.'],
    ['#if A\nb', 'main:1: #endif is missing.'],
    ['#if A\n#else\n#else\n#endif', 'main:1: #endif is missing.'],
    ['a\n#for I 0 2\nb', 'main:2: #endfor is missing.'],
    ['#for I 0 2\n#endif', 'main:1: #endfor is missing.'],
    ['#for I 0 half\n#endfor', 'main:1: half is no whole number.'],
    ['a\n#endif', 'main:2: #else, #endif or #endfor without a start.'],
    ['$(1 +)', 'main:1: 1 + is no sum of whole numbers.'],
    ['$(1 ^ 2)', 'main:1: 1 ^ 2 is no sum of whole numbers.'],
    ['a\n$(1 / 0)', 'main:2: 1 / 0 is no sum of whole numbers.'],
    ['$(relu)', 'main:1: relu is no sum of whole numbers.'],
    ['a\nb\n#define X', 'main:3: unknown directive #define.'],
  ])('says where %j is wrong', (text, message) => {
    expect(() => expand(text, { A: 1 })).toThrow(message);
  });

  test('names the included file in which something is wrong', () => {
    expect(() => expand({ main: 'x\n#include "lib"', lib: 'a\n$Y' })).toThrow('lib:2: Y is not defined.');
    expect(() => expand({ main: '#include "none"' })).toThrow('There is no shader none.');
  });
});
