import { describe, expect, test } from 'vitest';
import { halfTable } from '../../../src/core/dtype.ts';
import { colourMap, colourMapNames } from '../../../src/ui/viewer/colourMaps.ts';
import { colourTable, greyOf } from '../../../src/ui/viewer/contrast.ts';

/** CIE lightness of an sRGB colour, 0 to 100: from the standards, not from what is judged. */
function lightness([r, g, b]: readonly number[]): number {
  const linear = [r, g, b].map((byte = 0) => {
    const value = byte / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  const y = 0.2126 * (linear[0] ?? 0) + 0.7152 * (linear[1] ?? 0) + 0.0722 * (linear[2] ?? 0);
  return y > 0.008856 ? 116 * Math.cbrt(y) - 16 : 903.3 * y;
}

const coloursOf = (table: Uint8Array): number[][] =>
  Array.from({ length: 256 }, (_, i) => [...table.subarray(4 * i, 4 * i + 3)]);

describe('colour maps', () => {
  test.each(colourMapNames)('%s grows lighter all the way, evenly', (name) => {
    const light = coloursOf(colourMap(name)).map(lightness);
    const whole = (light[255] ?? 0) - (light[0] ?? 0);
    expect(whole).toBeGreaterThan(60);
    for (let i = 16; i < 256; i += 16) {
      const step = (light[i] ?? 0) - (light[i - 16] ?? 0);
      // A sixteenth of the way, give or take the half of it.
      expect(step / (whole / 16), `${name} at ${i}`).toBeGreaterThan(0.4);
      expect(step / (whole / 16), `${name} at ${i}`).toBeLessThan(1.8);
    }
  });

  test('grey is grey, and the others end where they should', () => {
    expect(coloursOf(colourMap('grey'))[77]).toEqual([77, 77, 77]);
    expect(coloursOf(colourMap('ice'))[255]).toEqual([255, 255, 255]);
    expect(coloursOf(colourMap('fire'))[255]).toEqual([255, 255, 255]);
    const [r = 0, g = 0, b = 0] = coloursOf(colourMap('fire'))[128] ?? [];
    expect(r).toBeGreaterThan(g + 60);
    expect(g).toBeGreaterThan(b);
  });
});

describe('the table for drawing without a GPU', () => {
  test('is window, gamma, negative and colours, one after the other', () => {
    const window = { black: -1, white: 3 };
    const colours = colourMap('ice');
    const table = colourTable(halfTable(), window, true, 2, colours);
    // 0x3c00 is 1.0 as a half: in the middle of the window.
    const step = Math.round(255 * greyOf(1, window, true, 2));
    expect(step).toBe(Math.round(255 * (1 - Math.SQRT1_2)));
    const word = table[0x3c00] ?? 0;
    expect([word & 255, (word >> 8) & 255, (word >> 16) & 255]).toEqual(coloursOf(colours)[step]);
  });

  test('draws what is no number as the darkest', () => {
    const table = colourTable(halfTable(), { black: -1, white: 1 }, false, 1, colourMap('grey'));
    expect(table[0x7e00]).toBe(0xff000000);
  });
});
