import { describe, expect, it } from 'vitest';
import { decodeHalf, encodeHalf, halfTable } from '../../../src/core/dtype.ts';

const POSITIVE_INFINITY = 0x7c00;
const all = Array.from({ length: 65536 }, (_, bits) => bits);
const isNaNPattern = (bits: number) => (bits & 0x7fff) > POSITIVE_INFINITY;

describe('half precision', () => {
  it('decodes the values of the standard', () => {
    // IEEE 754-2019, table 3.5 and its extremes.
    const known: readonly [number, number][] = [
      [0x0001, 2 ** -24],
      [0x03ff, 2 ** -14 - 2 ** -24],
      [0x0400, 2 ** -14],
      [0x3555, 0.333251953125],
      [0x3c00, 1],
      [0x3c01, 1 + 2 ** -10],
      [0x7bff, 65504],
      [0x7c00, Number.POSITIVE_INFINITY],
      [0xc000, -2],
      [0xfc00, Number.NEGATIVE_INFINITY],
    ];
    for (const [bits, value] of known) expect(decodeHalf(bits)).toBe(value);
    expect(Object.is(decodeHalf(0x8000), -0)).toBe(true);
    expect(all.filter((bits) => Number.isNaN(decodeHalf(bits)))).toEqual(all.filter(isNaNPattern));
  });

  it('grows with its bits', () => {
    for (let bits = 0; bits < POSITIVE_INFINITY; bits++) {
      if (!(decodeHalf(bits + 1) > decodeHalf(bits))) expect.fail(`at ${bits}`);
      if (decodeHalf(bits | 0x8000) !== -decodeHalf(bits)) expect.fail(`negative of ${bits}`);
    }
  });

  it('encodes every half as itself', () => {
    const wrong = all.filter((bits) =>
      isNaNPattern(bits)
        ? !isNaNPattern(encodeHalf(decodeHalf(bits)))
        : encodeHalf(decodeHalf(bits)) !== bits,
    );
    expect(wrong).toEqual([]);
  });

  it('rounds everything between two halves to the nearer, and a tie to the even one', () => {
    const wrong: number[] = [];
    for (let bits = 0; bits < POSITIVE_INFINITY; bits++) {
      const low = decodeHalf(bits);
      // The neighbour of the largest half is the power of two that it can't hold.
      const high = bits + 1 === POSITIVE_INFINITY ? 65536 : decodeHalf(bits + 1);
      const middle = (low + high) / 2;
      const step = middle * 2 ** -22;
      const even = bits % 2 === 0 ? bits : bits + 1;
      const good =
        encodeHalf(middle) === even &&
        encodeHalf(middle - step) === bits &&
        encodeHalf(middle + step) === bits + 1 &&
        encodeHalf(-middle) === (even | 0x8000);
      if (!good) wrong.push(bits);
    }
    expect(wrong).toEqual([]);
  });

  it('has a table of them all', () => {
    const table = halfTable();
    expect(all.filter((bits) => !Object.is(table[bits], decodeHalf(bits)))).toEqual([]);
  });
});
