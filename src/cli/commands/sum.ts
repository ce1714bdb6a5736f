import { dirname } from 'node:path';
import { InvalidArgumentError, Option } from 'commander';
import type { ByteSource } from '../../core/bytes.ts';
import { UsageError } from '../../core/errors.ts';
import type { JobOptions } from '../../core/progress.ts';
import type { FrameRange, GainOperation } from '../../dataset/exposure.ts';
import { type OpenedMicrograph, openMicrograph } from '../../dataset/open.ts';
import type { ByteSign } from '../../formats/image.ts';
import { type MovieSum, sumMovie, writeSum } from '../../pipelines/movie/sumMovie.ts';
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
  runOverFiles,
} from '../command.ts';
import { chooserOf, type GainChoice, type GainFile, type OrientationOption, openGain } from '../gain.ts';
import { type CommandGpu, type GpuOptions, withCommandGpu } from '../gpu.ts';
import { aboutFile, makeFolder, refuseExisting } from '../outputs.ts';
import { planSums, type SumOutputs } from '../sumOutputs.ts';

interface SumOptions extends CommonOptions, GpuOptions {
  readonly output: string;
  readonly gain?: string;
  readonly gainOp?: GainOperation;
  readonly gainOrient?: OrientationOption;
  readonly frames?: FrameRange;
  readonly evenOdd: boolean;
  readonly group?: number;
  readonly hotPixels: boolean;
  readonly pixelSize?: number;
  readonly bytes?: ByteSign;
  readonly overwrite: boolean;
}

export const registerSum: RegisterCommand = (program, io, finish) => {
  const command = program
    .command('sum')
    .description('sum the frames of movies on the GPU; writes 32-bit float MRC in counts')
    .argument('<movie...>', 'MRC, TIFF or EER files')
    .requiredOption('-o, --output <path>', 'SUM.mrc, or a folder for NAME.mrc of each movie')
    .option('--gain <file>', "the detector's gain reference: MRC, TIFF or DM4; 0 marks a defect")
    .addOption(
      new Option(
        '--gain-op <operation>',
        'what to do with it (default: divide for an MRC reference of EER movies, else multiply)',
      ).choices(['multiply', 'divide']),
    )
    .addOption(
      new Option(
        '--gain-orient <n>',
        'n mod 4 quarter turns counter-clockwise, from 4 on then mirrored left-right; auto finds it (default: 6 for a TIFF reference of EER movies, else 0)',
      ).choices(['0', '1', '2', '3', '4', '5', '6', '7', 'auto']),
    )
    .option('--frames <a-b>', 'first and last frame, from 1 (default: all)', parseFrames)
    .option('--even-odd', 'also the sums of even and of odd frames, NAME_EVN.mrc and NAME_ODD.mrc', false)
    .option('--group <n>', 'raw frames that count as one frame; for EER those of a fraction', parseGroup)
    .option('--no-hot-pixels', 'leave hot pixels as they are')
    .option('--pixel-size <Å>', 'length of a pixel, where the file does not know it', parsePositive)
    .addOption(
      new Option('--bytes <sign>', 'how the bytes of 8-bit MRC are read').choices(['signed', 'unsigned']),
    );
  addOverwriteOption(addGpuOption(addJsonOption(command))).action(
    async (files: string[], options: SumOptions) => {
      finish(await runCommand(io, options, (context) => sum(context, files, options)));
    },
  );
};

/** "3-17" or "3". */
function parseFrames(text: string): FrameRange {
  const [, first, last] = /^(\d+)(?:-(\d+))?$/.exec(text) ?? [];
  const range = { first: Number(first) - 1, last: Number(last ?? first) - 1 };
  if (range.first >= 0 && range.last >= range.first) return range;
  throw new InvalidArgumentError('It must be like 1-40, counted from 1.');
}

function parseGroup(text: string): number {
  const count = parseCount(text);
  if (count < 1) throw new InvalidArgumentError('It must be a whole number, 1 or more.');
  return count;
}

async function sum(context: CommandContext, movies: string[], options: SumOptions): Promise<CommandResult> {
  if (options.gain === undefined && (options.gainOp ?? options.gainOrient) !== undefined) {
    throw new UsageError('--gain-op and --gain-orient say how a gain reference is used: give --gain, too.');
  }
  const outputs = await planSums(movies, options);
  return await withCommandGpu(context, options, async (gpu) => {
    const gain = options.gain === undefined ? undefined : await openGain(options.gain);
    for (const folder of new Set([...outputs.values()].map((paths) => dirname(paths.sum)))) {
      await makeFolder(folder);
    }
    const result = await runOverFiles(context, [...outputs.keys()], async (file, job) => {
      const paths = outputs.get(file);
      if (!paths) throw new Error('Every movie has its outputs.');
      return await aboutFile(file, () => sumFile(context, gpu, file, paths, gain, options, job));
    });
    return {
      exitCode: result.exitCode,
      json: {
        command: 'sum',
        adapter: gpu.adapterName,
        // KiB on every system.
        peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
        files: result.files,
      },
    };
  });
}

async function sumFile(
  context: CommandContext,
  gpu: CommandGpu,
  file: string,
  outputs: SumOutputs,
  gain: GainFile | undefined,
  options: SumOptions,
  job: JobOptions,
) {
  const { overwrite, hotPixels: removeHotPixels, evenOdd } = options;
  const written = Object.values(outputs).filter((path) => path !== undefined);
  await refuseExisting(written, overwrite);
  return await withFile(file, async (source) => {
    const counter = counted(source);
    const start = performance.now();
    const movie = await openMicrograph(counter.source, {
      byteSign: options.bytes,
      framesPerFraction: options.group,
    });
    for (const warning of movie.warnings) context.warn(`${file}: ${warning}`);
    if (movie.frames > 1 && movie.kind !== 'movie') {
      context.warn(
        `${file}: it looks like a ${movie.kind.replace('-', ' ')}, not like a movie; its frames are summed all the same.`,
      );
    }
    const group = movie.format === 'EER' ? 1 : (options.group ?? 1);
    const range = rangeOf(movie, group, options.frames);
    const choice = gain && chooserOf(context, file, movie, gain, options);
    let gpuPeakBytes = 0;
    const result = await gpu.run(async (gpuContext) => {
      const parameters = { range, gain: choice?.choose, removeHotPixels, evenOdd, group };
      const summed = await sumMovie(gpuContext, movie, parameters, job);
      gpuPeakBytes = gpuContext.memory().peak;
      return summed;
    });
    const seconds = (performance.now() - start) / 1000;
    const chosen = choice?.chosen();
    await writeSums(movie, range, result, chosen, outputs, options, job);

    const megabytesPerSecond = counter.bytesRead() / seconds / 1e6;
    const frames = range.last - range.first + 1;
    context.print(
      `${outputs.sum}  ${frames} frame${frames === 1 ? '' : 's'} of ${movie.width} × ${movie.height}, ${result.hotPixels} hot pixels, ${result.defects} defects, ${seconds.toFixed(1)} s, ${megabytesPerSecond.toFixed(0)} MB/s`,
    );
    if (chosen?.reason !== undefined) context.print(`  gain: ${chosen.reason}`);
    return {
      outputs,
      frames: {
        first: range.first + 1,
        last: range.last + 1,
        summed: frames,
        group: movie.framesPerFraction ?? group,
      },
      hotPixels: result.hotPixels,
      defects: result.defects,
      gain: chosen,
      statistics: result.sum.statistics,
      seconds,
      bytesRead: counter.bytesRead(),
      megabytesPerSecond,
      gpuPeakBytes,
      warnings: movie.warnings,
    };
  });
}

/** Frames of the file that the option speaks of; groups, where it counts those. */
function rangeOf(movie: OpenedMicrograph, group: number, given: FrameRange | undefined): FrameRange {
  const groups = Math.ceil(movie.frames / group);
  const { first, last } = given ?? { first: 0, last: groups - 1 };
  if (last >= groups) {
    const unit = group > 1 ? `groups of ${group} frames` : `frame${groups === 1 ? '' : 's'}`;
    throw new UsageError(`it has ${groups} ${unit}: --frames can't end at ${last + 1}.`);
  }
  return { first: first * group, last: Math.min((last + 1) * group, movie.frames) - 1 };
}

async function writeSums(
  movie: OpenedMicrograph,
  range: FrameRange,
  result: MovieSum,
  gain: GainChoice | undefined,
  outputs: SumOutputs,
  { overwrite, pixelSize }: SumOptions,
  job: JobOptions,
): Promise<void> {
  const pixelSizeAngstrom = pixelSize ?? movie.pixelSizeAngstrom;
  const gainLabel = gain ? `gain ${gain.operation}, orientation ${gain.orientation}; ` : '';
  const pictures = [
    [result.sum, outputs.sum, ''],
    [result.even, outputs.even, ' (even)'],
    [result.odd, outputs.odd, ' (odd)'],
  ] as const;
  for (const [picture, path, which] of pictures) {
    if (!picture || path === undefined) continue;
    const labels = [
      `Cryolite ${__CRYOLITE_VERSION__}: frames ${range.first + 1} to ${range.last + 1}${which} of ${movie.name}`,
      `${gainLabel}${result.hotPixels} hot pixels, ${result.defects} defects replaced`,
    ];
    const sink = await nodeFileSink(path, { overwrite });
    await writeSum(result, picture, { pixelSizeAngstrom, labels }, sink, job);
  }
}

/** Counts what is read through a source. */
function counted(source: ByteSource): { readonly source: ByteSource; bytesRead(): number } {
  let bytes = 0;
  return {
    source: {
      name: source.name,
      size: source.size,
      read: (offset, length) => {
        bytes += length;
        return source.read(offset, length);
      },
    },
    bytesRead: () => bytes,
  };
}
