import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  applyReading,
  ownReading,
  readingsOf,
  undoReading,
} from '../../../../src/dataset/coordinates/readings.ts';
import type { Coordinate } from '../../../../src/formats/coordinates.ts';

const size = { width: 1000, height: 800 };
const at = (x: number, y: number): Coordinate => ({ x, y, score: undefined });
const ids = (
  format: 'star' | 'box' | 'cs' | 'csv',
  coordinates: Coordinate[],
  unit: 'pixel' | 'fraction' = 'pixel',
) => readingsOf({ format, unit }, { name: undefined, coordinates }, size).map(({ id }) => id);

describe('readingsOf', () => {
  it('offers the program’s own way first, the flip next', () => {
    expect(ids('star', [at(900, 700), at(50, 20)])).toEqual([
      'straight centre bin1 pixel',
      'flip centre bin1 pixel',
    ]);
  });

  it('offers binnings that keep the picks inside', () => {
    expect(ids('star', [at(450, 390)])).toEqual([
      'straight centre bin1 pixel',
      'flip centre bin1 pixel',
      'straight centre bin2 pixel',
      'flip centre bin2 pixel',
    ]);
    expect(ids('star', [at(100, 90)])).toContain('flip centre bin8 pixel');
  });

  it('offers a larger image where the picks reach beyond this one', () => {
    const [own, ...others] = ids('star', [at(3900, 3100), at(100, 90)]);
    expect(own).toBe('straight centre bin1 pixel');
    expect(others).toContain('straight centre bin0.25 pixel');
  });

  it('offers the corner and the centre of boxes', () => {
    const box = { ...at(900, 700), boxWidth: 100, boxHeight: 100 };
    const readings = readingsOf(
      { format: 'box', unit: 'pixel' },
      { name: undefined, coordinates: [box] },
      size,
    );
    expect(readings.map(({ id }) => id)).toContain('straight centre bin1 pixel');
    expect(readings[0]?.label).toBe('EMAN: corner of the box, y counted from the first row');
    const centre = readings.find(({ id }) => id === 'straight centre bin1 pixel');
    expect(centre && applyReading([box], centre, size)[0]).toMatchObject({ x: 850, y: 650 });
  });

  it('offers fractions where all values are between 0 and 1', () => {
    expect(ids('csv', [at(0.5, 0.25), at(1, 0)])).toContain('flip centre bin1 fraction');
    expect(ids('cs', [at(0.5, 0.25)], 'fraction')[0]).toBe('straight centre bin1 fraction');
    expect(ids('csv', [])).not.toContain('flip centre bin1 fraction');
  });

  it('takes the binning from the size that the file gives', () => {
    const micrograph = { name: undefined, coordinates: [at(100, 90)], width: 300, height: 240 };
    const readings = readingsOf({ format: 'cs', unit: 'pixel' }, micrograph, size);
    expect(readings.map(({ binning }) => binning)).toContain(3.33333);
  });
});

describe('applyReading', () => {
  it('converts by the written rules', () => {
    const own = ownReading({ format: 'star', unit: 'pixel' });
    const apply = (change: Partial<typeof own>, x: number, y: number) => {
      const [one] = applyReading([at(x, y)], { ...own, ...change }, size);
      return [one?.x, one?.y];
    };
    expect(apply({ flipY: true }, 10, 0)).toEqual([10, 799]);
    expect(apply({ binning: 2 }, 0, 10)).toEqual([0.5, 20.5]);
    expect(apply({ binning: 4, flipY: true }, 0, 0)).toEqual([1.5, 797.5]);
    expect(apply({ unit: 'fraction' }, 0.5, 0.25)).toEqual([499.5, 199.5]);
  });

  it('is undone by undoReading', () => {
    const reading = fc.record({
      flipY: fc.boolean(),
      anchor: fc.constantFrom('centre' as const, 'corner' as const),
      binning: fc.constantFrom(0.5, 1, 2, 3.7),
      unit: fc.constantFrom('pixel' as const, 'fraction' as const),
      format: fc.constantFrom('star' as const, 'box' as const),
    });
    const number = fc.double({ min: 0, max: 900, noNaN: true });
    fc.assert(
      fc.property(reading, number, number, (traits, x, y) => {
        const one = { ...at(x, y), boxWidth: 60, boxHeight: 40 };
        const full = { id: '', label: '', ...traits };
        const [back] = undoReading(applyReading([one], full, size), full, size);
        // Fractions have sizes in pixels of the micrograph, so their anchors do not mix with them.
        if (traits.unit === 'fraction' && (traits.format === 'box') !== (traits.anchor === 'corner')) return;
        expect(back?.x).toBeCloseTo(x, 6);
        expect(back?.y).toBeCloseTo(y, 6);
      }),
    );
  });
});
