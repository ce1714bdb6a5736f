import { describe, expect, test } from 'vitest';
import type { BatchPlan } from '../../../src/dataset/batch/queue.ts';
import type { MicrographSession } from '../../../src/dataset/session.ts';
import {
  batchParameters,
  batchPixelSize,
  batchReading,
  keptParameters,
} from '../../../src/ui/state/batchReading.ts';
import { image, parameters } from './fixtures.ts';

const plan: BatchPlan = {
  steps: { sum: false, denoise: false, pick: true, extract: false },
  // The user has said 1.35 where the header says 1.
  parameters: {
    ...parameters,
    pixelSizeAngstrom: 1.35,
    range: { first: 2, last: 30 },
    removeHotPixels: false,
  },
  pattern: { width: 100, height: 80, pixelSizeAngstrom: 1 },
  threshold: undefined,
  boxes: { boxAngstrom: undefined, binTo: undefined, inverts: true, normalises: true },
};
const session: MicrographSession = {
  fingerprint: 'f',
  name: 'a.mrc',
  parameters: { ...parameters, pixelSizeAngstrom: 2.2, byteSign: 'signed', defocusAngstrom: 12000 },
  picks: [],
  provenance: undefined,
  updatedAt: 0,
};

describe('the pixel size in a batch', () => {
  test('is the user’s for micrographs like the one on the screen', () => {
    expect(batchPixelSize(plan, { width: 100, height: 80, pixelSizeAngstrom: 1 }, undefined)).toBe(1.35);
    expect(batchPixelSize(plan, { width: 100, height: 80, pixelSizeAngstrom: undefined }, session)).toBe(
      1.35,
    );
  });

  test('is its own header’s for one of another size, or of another pixel size', () => {
    expect(batchPixelSize(plan, { width: 200, height: 80, pixelSizeAngstrom: 0.66 }, undefined)).toBe(0.66);
    expect(batchPixelSize(plan, { width: 100, height: 80, pixelSizeAngstrom: 0.66 }, undefined)).toBe(0.66);
  });

  test('is what the user has said of it alone, and not known where nobody has', () => {
    expect(batchPixelSize(plan, { width: 200, height: 80, pixelSizeAngstrom: 1 }, session)).toBe(2.2);
    expect(batchPixelSize(plan, { width: 200, height: 80, pixelSizeAngstrom: undefined }, undefined)).toBe(
      undefined,
    );
  });
});

describe('a file of a batch', () => {
  test('is read like the one on the screen, with its frames, or as it was read before', () => {
    expect(batchReading(plan, undefined)).toMatchObject({
      range: { first: 2, last: 30 },
      removeHotPixels: false,
    });
    expect(batchReading(plan, session).byteSign).toBe('signed');
  });

  test('keeps its own defocus, and takes the voltage of its header', () => {
    const opened = { ...image, acquisition: { voltageKilovolt: 200 } };
    const made = batchParameters(plan, opened, session, {});
    expect([made.defocusAngstrom, made.voltageKilovolt, made.diameterAngstrom]).toEqual([12000, 200, 120]);
    expect(batchParameters(plan, opened, undefined, {}).defocusAngstrom).toBeUndefined();
  });

  test('is picked with the diameter that the user has set on it, and keeps it; one that was carried over is not its own', () => {
    const own = { ...parameters, diameterAngstrom: 80, hasOwnDiameter: true };
    const made = batchParameters(plan, image, { ...session, parameters: own }, {});
    expect(made).toMatchObject({ diameterAngstrom: 80, hasOwnDiameter: true });
    // What is on the screen is newer than what was kept.
    expect(batchParameters(plan, image, session, {}, own).diameterAngstrom).toBe(80);
    const carried = { ...session, parameters: { ...parameters, diameterAngstrom: 80 } };
    expect(batchParameters(plan, image, carried, {}).diameterAngstrom).toBe(120);
  });

  test('that has the diameter of all the others goes with them from then on', () => {
    const same = { ...session, parameters: { ...parameters, hasOwnDiameter: true } };
    expect(batchParameters(plan, image, same, {}).hasOwnDiameter).toBeUndefined();
    const others = { ...plan, parameters: { ...plan.parameters, hasOwnDiameter: true } };
    expect(batchParameters(others, image, undefined, {}).hasOwnDiameter).toBeUndefined();
  });

  test('is looked at as before where somebody has worked on it, and as the others where nobody has', () => {
    const worked = batchParameters(plan, image, session, {});
    const own = {
      ...parameters,
      lowpassAngstrom: undefined,
      highpassAngstrom: 700,
      filterMethod: 'nlm' as const,
    };
    expect(keptParameters(worked, own)).toMatchObject({
      ...{ lowpassAngstrom: undefined, highpassAngstrom: 700, filterMethod: 'nlm', pixelSizeAngstrom: 1.35 },
    });
    expect(keptParameters(worked, undefined)).toBe(worked);
  });
});
