import { basename } from 'node:path';
import type { JobOptions } from '../../core/progress.ts';
import { measureQuality } from '../../pipelines/quality/quality.ts';
import { type Quality, scoreQuality } from '../../pipelines/quality/score.ts';
import {
  addGpuOption,
  addJsonOption,
  type CommandContext,
  type CommandResult,
  type CommonOptions,
  parsePositive,
  type RegisterCommand,
  runCommand,
  runOverFiles,
} from '../command.ts';
import { type CommandGpu, type GpuOptions, withCommandGpu } from '../gpu.ts';
import { addMicrographOptions, type MicrographOptions, withPicture } from '../micrographInput.ts';
import { aboutFile } from '../outputs.ts';
import { columns } from '../tables.ts';

interface QualityOptions extends CommonOptions, GpuOptions, MicrographOptions {
  readonly diameter?: number;
}

export const registerQuality: RegisterCommand = (program, io, finish) => {
  const command = program
    .command('quality')
    .description(
      'score micrographs from 0 to 1 with the reason that weighs most: ice, contamination, empty fields, illumination, borders',
    )
    .argument('<file...>', 'micrographs of any kind; movies summed first')
    .option('--diameter <Å>', 'of the particles, so that large ones are not taken for dirt', parsePositive);
  addGpuOption(addJsonOption(addMicrographOptions(command))).action(
    async (files: string[], options: QualityOptions) => {
      finish(await runCommand(io, options, (context) => quality(context, files, options)));
    },
  );
};

async function quality(
  context: CommandContext,
  files: readonly string[],
  options: QualityOptions,
): Promise<CommandResult> {
  return await withCommandGpu(context, options, async (gpu) => {
    const result = await runOverFiles(context, files, (file, job) =>
      aboutFile(file, () => judge(context, gpu, file, options, job)),
    );
    const rows = result.files.flatMap((one) => (one.ok ? [[basename(one.file), ...rowOf(one.quality)]] : []));
    if (rows.length > 0) {
      for (const line of columns([['micrograph', 'score', 'reason'], ...rows], 3)) context.print(line);
    }
    return {
      exitCode: result.exitCode,
      json: { command: 'quality', adapter: gpu.adapterName, files: result.files },
    };
  });
}

async function judge(
  context: CommandContext,
  gpu: CommandGpu,
  file: string,
  options: QualityOptions,
  job: JobOptions,
) {
  return await withPicture(context, file, options, async ({ micrograph, pixelSizeAngstrom, loaded }) => {
    const start = performance.now();
    const features = await gpu.run((gpuContext) =>
      loaded(gpuContext, job, (picture) =>
        measureQuality(gpuContext, picture, micrograph, {
          pixelSizeAngstrom,
          diameterAngstrom: options.diameter,
        }),
      ),
    );
    const seconds = (performance.now() - start) / 1000;
    return { quality: scoreQuality(features), pixelSizeAngstrom, seconds };
  });
}

const rowOf = ({ score, reason }: Quality): readonly string[] => [score.toFixed(2), reason];
