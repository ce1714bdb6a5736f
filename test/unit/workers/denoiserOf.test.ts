import { expect, test } from 'vitest';
import type { FilterParameters } from '../../../src/rpc/filters.ts';
import { denoiserOf } from '../../../src/workers/denoiserOf.ts';
import type { Models } from '../../../src/workers/models.ts';

const models = {
  ownDenoiser: () => Promise.reject(new Error('The test did not expect the network.')),
} as unknown as Models;

test.each(['wiener', 'unet'] as const)(
  'the %s takes defocus and voltage as they are given: other optics make another picture',
  (method) => {
    const unknown = { defocusAngstrom: undefined, voltageKilovolt: undefined };
    const version = (change: Partial<typeof unknown> | object): string =>
      denoiserOf({ method, pixelSizeAngstrom: 1.5, ...unknown, ...change } as FilterParameters, models)
        .version;
    const versions = [{}, { defocusAngstrom: 9000 }, { voltageKilovolt: 200 }].map(version);
    expect(new Set(versions).size).toBe(3);
    expect(version({ voltageKilovolt: 300 })).toBe(versions[0]);
    expect(() => version({ voltageKilovolt: 3 })).toThrow('A voltage of 3 kV');
  },
);
