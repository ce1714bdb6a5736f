import { describe, expect, it } from 'vitest';
import type { JobOptions } from '../../../src/core/progress.ts';
import type { GpuContext } from '../../../src/gpu/context.ts';
import type { Plane } from '../../../src/gpu/plane.ts';
import type { Denoiser } from '../../../src/pipelines/denoising/denoiser.ts';
import { PicturePlanes } from '../../../src/workers/picturePlanes.ts';
import type { RawPicture } from '../../../src/workers/rawPicture.ts';

const statistics = { min: 0, max: 1, mean: 0, standardDeviation: 1, nonFinite: 0 };

/** Planes without a GPU: their buffers are names, and those that were freed are noted. */
function setUp() {
  const freed: string[] = [];
  const named = (name: string): Plane => ({ buffer: name as unknown as GPUBuffer, width: 2, height: 2 });
  const context = (): GpuContext =>
    ({
      check: () => {},
      free: (buffer: unknown) => freed.push(String(buffer)),
    }) as unknown as GpuContext;
  const raw = (version: string): RawPicture => ({
    version,
    isKept: true,
    load: async () => ({ plane: named(version), bin: 1, statistics }),
    pixels: () => Promise.reject(new Error('not wanted')),
    valueAt: undefined,
    release: () => {},
  });
  const filter = (
    version: string,
    work: (options: JobOptions) => Promise<unknown> = async () => {},
  ): Denoiser => ({
    version,
    stage: 'Filtering',
    labels: () => [version],
    findings: () => ({}),
    pixelSizeAngstrom: 1,
    apply: async (_, __, options) => {
      await work(options);
      return named(version);
    },
  });
  const planes = new PicturePlanes('a.mrc', raw('raw'));
  /** Frees come after the last user. */
  const settled = () => new Promise((resolve) => setTimeout(resolve, 0));
  return { planes, context, raw, filter, freed, settled };
}

describe('the pictures of one micrograph', () => {
  it('keep the filtered one until the next is there, and free it then', async () => {
    const { planes, context, filter, freed, settled } = setUp();
    const gpu = context();
    await planes.filter(gpu, filter('a'), {});
    let isWaiting = true;
    await planes.filter(
      gpu,
      filter('b', async () => {
        expect(planes.filtered?.version).toBe('raw-a');
        isWaiting = false;
      }),
      {},
    );
    await settled();
    expect(isWaiting).toBe(false);
    expect(planes.filtered?.version).toBe('raw-b');
    expect(freed).toEqual(['a']);
  });

  it('keep the filtered one when the next is cancelled or fails, even at its very end', async () => {
    const { planes, context, filter, freed, settled } = setUp();
    const gpu = context();
    await planes.filter(gpu, filter('a'), {});
    const fails = filter('b', () => Promise.reject(new Error('no room')));
    await expect(planes.filter(gpu, fails, {})).rejects.toThrow('no room');
    const abort = new AbortController();
    const late = filter('c', async () => abort.abort());
    await expect(planes.filter(gpu, late, { signal: abort.signal })).rejects.toMatchObject({
      name: 'AbortError',
    });
    await settled();
    expect(planes.filtered?.version).toBe('raw-a');
    expect(freed).toEqual(['c']);
    const shown = await planes.withFiltered(gpu, {}, ({ buffer }) => String(buffer));
    expect(shown).toBe('a');
  });

  it('forget a filtered one that is made of a picture that is not shown any more', async () => {
    const { planes, context, raw, filter, freed, settled } = setUp();
    const gpu = context();
    const slow = filter('a', () => planes.show(gpu, raw('next'), {}));
    await planes.filter(gpu, slow, {});
    await settled();
    expect(planes.filtered).toBeUndefined();
    expect(freed.sort()).toEqual(['a', 'raw']);
  });

  it('make the filtered one again where it had to make room', async () => {
    const { planes, context, filter, freed, settled } = setUp();
    const gpu = context();
    let made = 0;
    await planes.filter(
      gpu,
      filter('a', async () => {
        made++;
        if (made === 1) planes.release();
      }),
      {},
    );
    await settled();
    expect(freed.sort()).toEqual(['a', 'raw']);
    expect(planes.filtered?.plane).toBeUndefined();
    const shown = await planes.withFiltered(gpu, {}, ({ buffer }) => String(buffer));
    expect([shown, made]).toEqual(['a', 2]);
  });

  it('keep the filtered and the denoised one beside each other, and know which is newer', async () => {
    const { planes, context, raw, filter, freed, settled } = setUp();
    const gpu = context();
    await planes.filter(gpu, filter('a'), {}, 'filtered');
    await planes.filter(gpu, filter('b'), {}, 'denoised');
    expect([planes.madeOf('filtered')?.version, planes.filtered?.version]).toEqual(['raw-a', 'raw-b']);
    const read = (kind?: 'filtered' | 'denoised') =>
      planes.withFiltered(gpu, {}, ({ buffer }) => String(buffer), kind);
    expect([await read('filtered'), await read('denoised'), await read()]).toEqual(['a', 'b', 'b']);
    await planes.filter(gpu, filter('c'), {}, 'filtered');
    await settled();
    expect(freed).toEqual(['a']);
    expect([await read(), await read('denoised')]).toEqual(['c', 'b']);
    await planes.show(gpu, raw('next'), {});
    await settled();
    expect(freed.sort()).toEqual(['a', 'b', 'c', 'raw']);
    await expect(read('denoised')).rejects.toMatchObject({ code: 'not-filtered' });
  });

  it('are closed for good', async () => {
    const { planes, context, filter, freed, settled } = setUp();
    const gpu = context();
    const slow = filter('a', async () => planes.close());
    await expect(planes.filter(gpu, slow, {})).rejects.toMatchObject({ code: 'closed' });
    await settled();
    expect(freed.sort()).toEqual(['a', 'raw']);
    await expect(planes.withRaw(gpu, {}, () => {})).rejects.toMatchObject({ code: 'closed' });
  });
});
