import type { JobOptions } from '../../core/progress.ts';
import { formatBytes, formatLength } from '../../core/units.ts';
import type { PixelStatistics } from '../../dataset/micrograph.ts';
import { type OpenedMicrograph, openMicrograph } from '../../dataset/open.ts';
import { micrographStatistics } from '../../pipelines/statistics.ts';
import { withFile } from '../../platform/node/files.ts';
import {
  addJsonOption,
  addUnusedGpuOption,
  type CommandContext,
  type CommonOptions,
  type RegisterCommand,
  runCommand,
  runOverFiles,
} from '../command.ts';

interface InfoOptions extends CommonOptions {
  readonly pixels: boolean;
}

export const registerInfo: RegisterCommand = (program, io, finish) => {
  const command = program
    .command('info')
    .description('say what is in micrographs: size, pixel type, pixel size, statistics, doubtful things')
    .argument('<file...>', 'MRC files')
    .option('--no-pixels', 'read the header only, without statistics');
  addUnusedGpuOption(addJsonOption(command)).action(async (files: string[], options: InfoOptions) => {
    finish(
      await runCommand(io, options, async (context) => {
        const result = await runOverFiles(context, files, (file, job) => info(context, file, options, job));
        return { exitCode: result.exitCode, json: { command: 'info', files: result.files } };
      }),
    );
  });
};

async function info(context: CommandContext, file: string, options: InfoOptions, job: JobOptions) {
  return withFile(file, async (source) => {
    const micrograph = await openMicrograph(source);
    const { header, width, height, frames, pixelSizeAngstrom } = micrograph;
    const statistics = options.pixels
      ? await micrographStatistics(micrograph, { first: 0, count: frames }, job)
      : undefined;
    const warnings = [...micrograph.warnings, ...doubts(micrograph, statistics)];

    context.print(file);
    const row = (name: string, value: string) => context.print(`  ${name.padEnd(12)}${value}`);
    row(
      'size',
      `${width} × ${height} px, ${frames} frame${frames === 1 ? '' : 's'}, ${formatBytes(source.size)}`,
    );
    row('format', micrograph.description);
    row('pixel size', pixelSizeAngstrom === undefined ? 'not known' : describePixelSize(micrograph));
    if (statistics) row('pixels', describeStatistics(statistics));
    for (const warning of warnings) context.warn(`${file}: ${warning}`);
    return {
      width,
      height,
      frames,
      bytes: source.size,
      format: 'MRC',
      mode: header.mode.mode,
      byteOrder: header.littleEndian ? 'little' : 'big',
      description: micrograph.description,
      pixelSizeAngstrom,
      statistics,
      warnings,
    };
  });
}

/** What only the pixels tell. */
function doubts({ header }: OpenedMicrograph, statistics: PixelStatistics | undefined): string[] {
  if (!statistics) return [];
  const sentences: string[] = [];
  const { nonFinite, min, max } = statistics;
  if (nonFinite > 0) {
    sentences.push(`${nonFinite} pixel${nonFinite === 1 ? ' is' : 's are'} NaN or infinite and left out.`);
  }
  if (min === max) sentences.push('All pixels are equal.');
  const stated = header.statistics;
  const tolerance = 0.01 * (max - min);
  if (stated && (Math.abs(stated.min - min) > tolerance || Math.abs(stated.max - max) > tolerance)) {
    sentences.push(
      `The header says the pixels go from ${number(stated.min)} to ${number(stated.max)}, which is wrong.`,
    );
  }
  return sentences;
}

function describePixelSize({ pixelSizeAngstrom = 0, width, height }: OpenedMicrograph): string {
  const [across, down] = [width, height].map((size) => formatLength(size * pixelSizeAngstrom));
  return `${number(pixelSizeAngstrom)} Å (field ${across} × ${down})`;
}

function describeStatistics({ min, max, mean, standardDeviation }: PixelStatistics): string {
  return `${number(min)} to ${number(max)}, mean ${number(mean)}, standard deviation ${number(standardDeviation)}`;
}

function number(value: number): string {
  return String(Number(value.toPrecision(6)));
}
