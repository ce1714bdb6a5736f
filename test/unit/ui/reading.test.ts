import { describe, expect, it } from 'vitest';
import { inheritedReading, openRequest, rangeToKeep } from '../../../src/ui/state/reading.ts';

describe('what is asked of a file', () => {
  it('is nothing special where nothing was said', () => {
    expect(openRequest(2, {}, undefined)).toEqual({
      frame: 2,
      read: { byteSign: undefined, framesPerFraction: undefined },
      exposure: undefined,
    });
  });

  it('sums all frames of a movie of any length where only the detector was spoken of', () => {
    const { exposure } = openRequest(0, { removeHotPixels: false }, undefined);
    expect(exposure?.range.first).toBe(0);
    expect(exposure?.range.last).toBeGreaterThan(1e6);
    expect(exposure?.removeHotPixels).toBe(false);
    const use = { gain: 7, operation: 'divide', orientation: 2 } as const;
    expect(openRequest(0, {}, use).exposure).toMatchObject({ removeHotPixels: true, gain: use });
  });

  it('keeps all frames as nothing said, and leaves the range to its movie', () => {
    expect(rangeToKeep({ first: 0, last: 39 }, 40)).toBeUndefined();
    expect(rangeToKeep({ first: 1, last: 39 }, 40)).toEqual({ first: 1, last: 39 });
    expect(inheritedReading({ range: { first: 1, last: 2 }, byteSign: 'unsigned' })).toEqual({
      byteSign: 'unsigned',
    });
  });
});
