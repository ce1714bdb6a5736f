import { basename } from 'node:path';
import { CryoliteError, UsageError } from '../../core/errors.ts';
import type { JobOptions } from '../../core/progress.ts';
import { openMicrograph } from '../../dataset/open.ts';
import { writeMrc } from '../../formats/mrc/write.ts';
import { type BoxStack, classAverages } from '../../pipelines/classes/classAverages.ts';
import { nodeFileSink, withFile } from '../../platform/node/files.ts';
import {
  addGpuOption,
  addJsonOption,
  addOverwriteOption,
  type CommandContext,
  type CommandResult,
  type CommonOptions,
  parseCount,
  parsePositive,
  type RegisterCommand,
  runCommand,
} from '../command.ts';
import { type GpuOptions, withCommandGpu } from '../gpu.ts';
import { refuseExisting, refuseReplacing } from '../outputs.ts';

interface ClassesOptions extends CommonOptions, GpuOptions {
  readonly output: string;
  readonly classes: number;
  readonly iterations: number;
  readonly mask?: number;
  readonly most: number;
  readonly seed: number;
  readonly overwrite: boolean;
}

export const registerClasses: RegisterCommand = (program, io, finish) => {
  const command = program
    .command('classes')
    .description(
      'average particles in a few classes, turned and shifted onto each other: a quick check that picks are particles; writes a stack, the largest class first',
    )
    .argument('<stack...>', 'boxes as "cryolite extract" or RELION write them, all of one size')
    .requiredOption('-o, --output <file>', 'AVERAGES.mrcs')
    .option('--classes <n>', 'how many', parseCount, 5)
    .option('--iterations <n>', 'steps of expectation maximisation', parseCount, 10)
    .option(
      '--mask <Å>',
      'diameter of the circle that holds a particle (default: 85 % of the box)',
      parsePositive,
    )
    .option('--most <n>', 'of more boxes than these every second, third, … is taken', parseCount, 2000)
    .option('--seed <n>', 'another one begins elsewhere', parseCount, 1);
  addOverwriteOption(addGpuOption(addJsonOption(command))).action(
    async (stacks: string[], options: ClassesOptions) => {
      finish(await runCommand(io, options, (context) => classes(context, stacks, options)));
    },
  );
};

async function classes(
  context: CommandContext,
  stacks: string[],
  options: ClassesOptions,
): Promise<CommandResult> {
  const { output, overwrite, iterations, seed, mask } = options;
  if (options.most < 1) throw new UsageError('--most 0 leaves no box: give a larger number.');
  await refuseReplacing(stacks, [output]);
  await refuseExisting([output], overwrite);
  return await withCommandGpu(context, options, async (gpu) => {
    const start = performance.now();
    const { stack, boxes, pixelSizeAngstrom } = await readStacks(stacks, options.most, context.job());
    const maskDiameterPx = mask === undefined ? undefined : mask / knownPixelSize(pixelSizeAngstrom, stacks);
    const result = await gpu.run((gpuContext) =>
      classAverages(gpuContext, stack, {
        ...context.job(),
        classes: options.classes,
        iterations,
        maskDiameterPx,
        seed,
      }),
    );
    const { sidePx, averages, members, poses } = result;
    const sink = await nodeFileSink(output, { overwrite });
    const labels = [
      `Cryolite ${__CRYOLITE_VERSION__}: averages of ${boxes.length} boxes in ${members.length} classes`,
      `boxes in them: ${members.join(' ')}`,
    ];
    const frames = members.length;
    await writeMrc(sink, { width: sidePx, height: sidePx, frames, pixelSizeAngstrom, labels }, [averages]);
    const seconds = (performance.now() - start) / 1000;
    context.print(
      `${output}  ${boxes.length} boxes of ${sidePx} × ${sidePx} px in classes of ${members.join(', ')}; ${seconds.toFixed(1)} s`,
    );
    return {
      exitCode: 0,
      json: {
        command: 'classes',
        adapter: gpu.adapterName,
        output,
        boxes: boxes.length,
        sidePx,
        pixelSizeAngstrom,
        members,
        seconds,
        // Counted from 1, as in a STAR file.
        assignments: poses.map((pose, i) => ({ ...boxes[i], class: pose.class + 1 })),
      },
    };
  });
}

function knownPixelSize(pixelSizeAngstrom: number | undefined, stacks: readonly string[]): number {
  if (pixelSizeAngstrom !== undefined) return pixelSizeAngstrom;
  throw new UsageError(
    `--mask is a length in Å, but ${stacks.join(', ')} does not say how large its pixels are: leave it out.`,
  );
}

/** One box, named as in a STAR file: its number from 1, and its stack. */
interface BoxName {
  readonly stack: string;
  readonly box: number;
}

/** Boxes evenly taken from all stacks. */
async function readStacks(
  paths: readonly string[],
  most: number,
  { signal, onProgress }: JobOptions,
): Promise<{ stack: BoxStack; boxes: BoxName[]; pixelSizeAngstrom: number | undefined }> {
  const opened = await Promise.all(
    paths.map((path) =>
      withFile(path, async (source) => {
        const { width, height, frames, pixelSizeAngstrom } = await openMicrograph(source);
        return { path, width, height, frames, pixelSizeAngstrom };
      }),
    ),
  );
  const sidePx = opened[0]?.width ?? 0;
  const other = opened.find(({ width, height }) => width !== sidePx || height !== sidePx);
  if (other) {
    throw new CryoliteError(
      'unsuitable',
      `${other.path} has boxes of ${other.width} × ${other.height} px, where ${sidePx} × ${sidePx} is wanted: give square boxes of one size.`,
    );
  }
  const total = opened.reduce((sum, { frames }) => sum + frames, 0);
  const every = Math.max(1, Math.ceil(total / most));
  const area = sidePx * sidePx;
  const pixels = new Float32Array(Math.ceil(total / every) * area);
  const boxes: BoxName[] = [];
  let number = 0;
  for (const { path, frames } of opened) {
    await withFile(path, async (source) => {
      const stack = await openMicrograph(source);
      for (let i = 0; i < frames; i++, number++) {
        if (number % every !== 0) continue;
        signal?.throwIfAborted();
        onProgress?.({ stage: 'Reading boxes', done: number, total });
        pixels.set(await stack.readRows(i, 0, sidePx), boxes.length * area);
        boxes.push({ stack: basename(path), box: i + 1 });
      }
    });
  }
  if (pixels.some((value) => !Number.isFinite(value))) {
    throw new CryoliteError(
      'unsuitable',
      `${paths.join(', ')} has pixels that are no numbers: extract the boxes again.`,
    );
  }
  return { stack: { sidePx, pixels }, boxes, pixelSizeAngstrom: opened[0]?.pixelSizeAngstrom };
}
