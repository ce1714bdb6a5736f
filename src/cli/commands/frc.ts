import { UsageError } from '../../core/errors.ts';
import {
  type Crossing,
  correlationOf,
  crossingOf,
  usualThresholds,
  withSpectra,
} from '../../pipelines/frc.ts';
import {
  addGpuOption,
  addJsonOption,
  type CommandContext,
  type CommandResult,
  type CommonOptions,
  type RegisterCommand,
  runCommand,
} from '../command.ts';
import { type GpuOptions, withCommandGpu } from '../gpu.ts';
import { EXIT } from '../io.ts';
import {
  addMicrographOptions,
  knownPixelSize,
  type MicrographOptions,
  type PictureInput,
  withPicture,
} from '../micrographInput.ts';
import { aboutFile } from '../outputs.ts';
import { isOnePixelSize } from '../pixelSizes.ts';

type FrcOptions = CommonOptions & GpuOptions & MicrographOptions;

/** Lines of the table for people; the JSON has every ring. */
const tableLines = 16;

export const registerFrc: RegisterCommand = (program, io, finish) => {
  const command = program
    .command('frc')
    .description(
      'correlate two pictures of the same place ring by ring of resolution, such as the even and odd sums of a movie; of denoised halves it is an upper bound',
    )
    .argument('<a>', 'a picture of any kind')
    .argument('<b>', 'another of the same size');
  addGpuOption(addJsonOption(addMicrographOptions(command))).action(
    async (a: string, b: string, options: FrcOptions) => {
      finish(await runCommand(io, options, (context) => frc(context, a, b, options)));
    },
  );
};

async function frc(
  context: CommandContext,
  a: string,
  b: string,
  options: FrcOptions,
): Promise<CommandResult> {
  return await withCommandGpu(context, options, async (gpu) => {
    const both = <T>(work: (first: PictureInput, second: PictureInput) => Promise<T>): Promise<T> =>
      aboutFile(a, () =>
        withPicture(context, a, options, (first) =>
          aboutFile(b, () => withPicture(context, b, options, (second) => work(first, second))),
        ),
      );
    return await both(async (first, second) => {
      const [one, other] = [first.micrograph, second.micrograph];
      if (one.width !== other.width || one.height !== other.height) {
        throw new UsageError(
          `it has ${other.width} × ${other.height} px, the other picture ${one.width} × ${one.height}: they must be of one size.`,
        );
      }
      const [own, others] = [second.pixelSizeAngstrom, first.pixelSizeAngstrom];
      if (own !== undefined && others !== undefined && !isOnePixelSize(own, others)) {
        throw new UsageError(
          `it has pixels of ${own} Å, the other picture of ${others} Å: they must be of one size, or --pixel-size tells it.`,
        );
      }
      const size = knownPixelSize(first.pixelSizeAngstrom ?? second.pixelSizeAngstrom);
      const { curve, frequencies, pixel } = await gpu.run((gpuContext) =>
        first.loaded(gpuContext, context.job(a), (left) =>
          second.loaded(gpuContext, context.job(b), (right) =>
            withSpectra(gpuContext, [left.plane, right.plane], async ({ compare }) => {
              const products = await compare(0, 1);
              const { frequencies: counts } = products;
              return { curve: correlationOf(products), frequencies: counts, pixel: size * left.bin };
            }),
          ),
        ),
      );
      const last = curve.length - 1;
      const rings = Array.from(curve.slice(1), (correlation, i) => ({
        resolutionAngstrom: (2 * pixel * last) / (i + 1),
        correlation,
        frequencies: frequencies[i + 1] ?? 0,
      }));
      const crossings = usualThresholds.map((threshold) => crossingOf(curve, frequencies, pixel, threshold));
      context.print('resolution (Å)      FRC');
      const every = Math.max(1, Math.floor(rings.length / tableLines));
      for (const { resolutionAngstrom, correlation } of rings.filter((_, i) => (i + 1) % every === 0))
        context.print(`${resolutionAngstrom.toFixed(2).padStart(14)}  ${correlation.toFixed(3).padStart(7)}`);
      for (const crossing of crossings) context.print(crossingLine(crossing));
      return {
        exitCode: EXIT.ok,
        json: {
          command: 'frc',
          adapter: gpu.adapterName,
          files: [a, b],
          pixelSizeAngstrom: pixel,
          nyquistAngstrom: 2 * pixel,
          rings,
          crossings,
        },
      };
    });
  });
}

function crossingLine({ threshold, firstBelowAngstrom, lastAboveAngstrom }: Crossing): string {
  if (lastAboveAngstrom === undefined) return `${threshold}: below it everywhere`;
  if (firstBelowAngstrom === undefined)
    return `${threshold}: above it everywhere, to ${lastAboveAngstrom.toFixed(2)} Å`;
  return `${threshold}: first below at ${firstBelowAngstrom.toFixed(2)} Å, last above at ${lastAboveAngstrom.toFixed(2)} Å`;
}
