/** A GPU that goes away while a network runs: the job goes on with the next one, to the same bits. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { DeviceLostError } from '../../../src/core/errors.ts';
import { readNpyArray, writeNpyArray } from '../../../src/formats/npy/npy.ts';
import { GpuContext } from '../../../src/gpu/context.ts';
import { createGpuProvider, withGpu } from '../../../src/jobs/gpu.ts';
import { Network } from '../../../src/nn/network.ts';
import { describeGpu } from '../../support/gpu.ts';
import { writeNetwork } from '../../unit/cli/networkFile.ts';
import { run } from '../../unit/cli/run.ts';
import { smallUnet } from '../../unit/nn/networks.ts';
import { weightsFor } from '../../unit/nn/weights.ts';
import { openContext } from '../micrographs.ts';
import { randomImage, runOnGpu } from './running.ts';

const graph = smallUnet(8);
const [width, height] = [48, 40];
const image = randomImage(1, width, height, 5);

describeGpu('a device lost in the middle of a network', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  test('is called so; the tiles that are left are made by the next one', async () => {
    const tensors = weightsFor(graph, 1);
    const opened: GpuContext[] = [];
    const provider = createGpuProvider(async () => {
      const context = await openContext();
      opened.push(context);
      return context;
    });
    const finished = new Map<number, Float32Array>();
    const asked: number[] = [];
    const errors: unknown[] = [];
    const work = async (context: GpuContext): Promise<void> => {
      const network = new Network(context, graph, tensors);
      const tiled = await network.prepare(image, { longestTile: 16 });
      try {
        for (const [i, tile] of tiled.tiles.entries()) {
          if (finished.has(i)) continue;
          asked.push(i);
          const { x, y, width: across, height: down } = tile.input;
          const part = Float32Array.from({ length: across * down }, (_, at) => {
            const [u, v] = [x + (at % across), y + Math.floor(at / across)];
            return image.data[v * width + u] ?? Number.NaN;
          });
          const { buffer } = tiled.run(tile, part);
          // The tile is on its way.
          if (i === 2 && opened.length === 1) context.device.destroy();
          const bytes = tile.region.width * tile.region.height * 4;
          finished.set(i, new Float32Array(await context.read(buffer, bytes)));
        }
      } catch (error) {
        errors.push(error);
        throw error;
      } finally {
        tiled.destroy();
        network.destroy();
        expect(context.memory().bytes).toBe(0);
      }
    };
    await withGpu(provider, work);
    expect([errors.length, errors[0] instanceof DeviceLostError]).toEqual([1, true]);
    expect(opened.length).toBe(2);
    expect(asked.slice(0, 5)).toEqual([0, 1, 2, 2, 3]);

    const context = await provider.acquire();
    const whole = await runOnGpu(context, graph, tensors, image);
    const network = new Network(context, graph, tensors);
    const tiled = await network.prepare(image, { longestTile: 16 });
    for (const [i, { region }] of tiled.tiles.entries()) {
      const expected = Float32Array.from({ length: region.width * region.height }, (_, at) => {
        const [u, v] = [region.x + (at % region.width), region.y + Math.floor(at / region.width)];
        return whole.data[v * width + u] ?? Number.NaN;
      });
      expect(finished.get(i)).toEqual(expected);
    }
    tiled.destroy();
    network.destroy();
    provider.dispose();
    await context.device.lost;
  });

  test('does not stop "cryolite nn run": it says so, makes no tile twice, and writes the same bytes', async () => {
    const root = mkdtempSync(join(tmpdir(), 'cryolite-lost-'));
    const path = (name: string): string => join(root, name);
    try {
      writeNetwork(path('small.safetensors'), graph);
      writeFileSync(path('in.npy'), writeNpyArray([height, width], Float32Array.from(image.data)));
      const nn = (output: string) =>
        run([
          ...['nn', 'run', '--model', path('small.safetensors'), path('in.npy')],
          ...['-o', path(output), '--tile', '16', '--json'],
        ]);
      const undisturbed = await nn('undisturbed.npy');
      expect([undisturbed.code, undisturbed.stderr]).toEqual([0, '']);
      const { tiles } = JSON.parse(undisturbed.stdout);
      expect(tiles).toBeGreaterThan(4);

      const read = GpuContext.prototype.read;
      let reads = 0;
      vi.spyOn(GpuContext.prototype, 'read').mockImplementation(function (this: GpuContext, ...what) {
        reads++;
        if (reads === 3) this.device.destroy();
        return read.apply(this, what);
      });
      const lost = await nn('lost.npy');
      expect(lost.code).toBe(0);
      expect(lost.stderr).toContain('The GPU was lost; going on with a new device.');
      expect(reads).toBe(tiles + 1);
      expect(readFileSync(path('lost.npy')).equals(readFileSync(path('undisturbed.npy')))).toBe(true);
      expect(readNpyArray('lost.npy', new Uint8Array(readFileSync(path('lost.npy')))).shape).toEqual([
        height,
        width,
      ]);
    } finally {
      rmSync(root, { recursive: true });
    }
  });
});
