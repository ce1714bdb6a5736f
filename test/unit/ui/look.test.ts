import { describe, expect, test } from 'vitest';
import { createLook, samplingOf } from '../../../src/ui/state/look.ts';

function memory(kept?: string): Storage {
  const values = new Map(kept === undefined ? [] : [['cryolite-look', kept]]);
  return {
    get length() {
      return values.size;
    },
    clear: () => values.clear(),
    getItem: (key) => values.get(key) ?? null,
    key: (index) => [...values.keys()][index] ?? null,
    removeItem: (key) => void values.delete(key),
    setItem: (key, value) => void values.set(key, value),
  };
}

describe('the look of pictures', () => {
  test('is as it was the last time', () => {
    const storage = memory();
    createLook(storage).set({ colours: 'fire', gamma: 1.5, rule: { by: 'sigma', sigmas: 3 } });
    const again = createLook(storage);
    expect(again.colours()).toBe('fire');
    expect(again.gamma()).toBe(1.5);
    expect(again.sampling()).toBe('automatic');
    expect(again.rule()).toEqual({ by: 'sigma', sigmas: 3 });
    again.reset();
    expect(createLook(storage).colours()).toBe('grey');
  });

  test.each([
    '{',
    'null',
    '[]',
    '{"colours":"rainbow","gamma":99,"sampling":7,"rule":{"by":"sigma","sigmas":-1}}',
  ])('is the usual one where %s was kept', (kept) => {
    const look = createLook(memory(kept));
    expect([look.colours(), look.gamma(), look.sampling()]).toEqual(['grey', 1, 'automatic']);
    expect(look.rule()).toEqual({ by: 'percentile', percent: 0.5 });
  });

  test('has a gamma within limits', () => {
    const look = createLook(memory());
    look.set({ gamma: 100 });
    expect(look.gamma()).toBe(4);
  });
});

describe('sampling', () => {
  test('by itself blends small pixels and draws large ones as squares', () => {
    expect(samplingOf('automatic', 1.9)).toEqual({ squares: false, detail: 1.9 });
    expect(samplingOf('automatic', 2).squares).toBe(true);
    expect(samplingOf('smooth', 9).squares).toBe(false);
    expect(samplingOf('exact', 0.1).squares).toBe(true);
  });

  test('binned by 4 asks for no tile that is finer', () => {
    expect(samplingOf('bin4', 1)).toEqual({ squares: true, detail: 0.25 });
    // Seen from so far that bins are smaller than a pixel of the screen, they are blended.
    expect(samplingOf('bin4', 0.1)).toEqual({ squares: false, detail: 0.1 });
  });
});
