import { describe, expect, it } from 'vitest';
import { filamentAt, segmentsNear, withPartAt } from '../../../src/dataset/filaments.ts';
import type { Filament } from '../../../src/dataset/picks.ts';

const along: Filament = { start: { x: 0, y: 0 }, end: { x: 100, y: 0 }, classId: 'tube' };
const across: Filament = { start: { x: 50, y: -40 }, end: { x: 50, y: 40 } };

describe('filaments under the pointer', () => {
  it('are taken by an end first, then by the axis, the latest on top', () => {
    const both = [along, across];
    expect(filamentAt(both, { x: 98, y: 3 }, 5, 10)).toEqual({ filament: along, part: 'end' });
    expect(filamentAt(both, { x: 20, y: 8 }, 5, 10)).toEqual({ filament: along, part: 'axis' });
    expect(filamentAt(both, { x: 52, y: 2 }, 5, 10)?.filament).toBe(across);
    expect(filamentAt(both, { x: 120, y: 0 }, 5, 10)).toBeUndefined();
  });

  it('change by the end that is dragged, or as a whole, and stay of their class', () => {
    const [from, to] = [
      { x: 99, y: 1 },
      { x: 89, y: 21 },
    ];
    const end = withPartAt({ filament: along, part: 'end' }, from, to);
    expect(end).toEqual({ ...along, end: { x: 90, y: 20 } });
    const whole = withPartAt({ filament: along, part: 'axis' }, from, to);
    expect(whole).toEqual({ start: { x: -10, y: 20 }, end: { x: 90, y: 20 }, classId: 'tube' });
  });

  it('are hit by an eraser that crosses them between two positions, or comes near', () => {
    const { start, end } = along;
    expect(segmentsNear({ x: 30, y: -50 }, { x: 31, y: 60 }, start, end, 1)).toBe(true);
    expect(segmentsNear({ x: 30, y: 5 }, { x: 60, y: 7 }, start, end, 5)).toBe(true);
    expect(segmentsNear({ x: 30, y: 6 }, { x: 60, y: 7 }, start, end, 5)).toBe(false);
  });
});
