/** Our own engine: the network as the app and the command line run it. */
import type { GpuContext } from '../../../src/gpu/context.ts';
import { Network } from '../../../src/nn/network.ts';
import type { Runtime } from './runtime.ts';

/** @param context kept open: the process or the page ends with it. */
export function cryoliteRuntime(context: GpuContext): Runtime {
  return {
    name: 'Cryolite',
    version: __CRYOLITE_VERSION__,
    settings: { adapter: context.adapterName },
    prepare: async ({ graph, tensors }, size) => {
      const network = new Network(context, graph, tensors);
      const run = await network.prepare(size);
      const { width, height } = network.resultSize(size);
      const origin = { x: 0, y: 0 };
      const bytes = width * height * network.outputChannels * 4;
      const output = { buffer: context.buffer('result', bytes), width, height, origin };
      const input = {
        buffer: context.buffer('image', size.width * size.height * graph.channels * 4),
        ...size,
        origin,
      };
      return {
        run: async (image) => {
          context.device.queue.writeBuffer(input.buffer, 0, image);
          for (const tile of run.tiles) run.run(tile, input, output);
          return new Float32Array(await context.read(output.buffer, bytes));
        },
        dispose: async () => {
          context.free(input.buffer, output.buffer);
          run.destroy();
          network.destroy();
        },
      };
    },
  };
}
