import type { JobOptions } from '../../core/progress.ts';
import { bandPassPlane, checkBandPass, describeBandPass } from '../../pipelines/denoise.ts';
import { writePlaneAsMrc } from '../../pipelines/exportPlane.ts';
import { nodeFileSink } from '../../platform/node/files.ts';
import {
  addGpuOption,
  addJsonOption,
  addOverwriteOption,
  type CommandContext,
  type CommandResult,
  type CommonOptions,
  parsePositive,
  type RegisterCommand,
  runCommand,
  runOverFiles,
} from '../command.ts';
import { type CommandGpu, type GpuOptions, withCommandGpu } from '../gpu.ts';
import { addMicrographOptions, type MicrographOptions, withMicrograph } from '../micrographInput.ts';
import { aboutFile, planOutputs, refuseExisting } from '../outputs.ts';

interface DenoiseOptions extends CommonOptions, GpuOptions, MicrographOptions {
  readonly output: string;
  readonly lowpass?: number;
  readonly highpass?: number;
  readonly overwrite: boolean;
}

/** Keeps what a viewer needs of a particle and drops most of the noise. */
const defaultLowpassAngstrom = 20;

export const registerDenoise: RegisterCommand = (program, io, finish) => {
  const command = program
    .command('denoise')
    .description(
      'filter micrographs: a Gaussian low-pass and high-pass by wavelength; writes NAME.mrc (32-bit float)',
    )
    .argument('<file...>', 'micrographs of any kind: MRC, TIFF, DM4, PNG, JPEG; movies summed first')
    .requiredOption('-o, --output <folder>', 'where the filtered micrographs go')
    .option(
      '--lowpass <Å>',
      `halve the amplitude at this wavelength (default: ${defaultLowpassAngstrom}, unless --highpass is given)`,
      parsePositive,
    )
    .option('--highpass <Å>', 'halve the amplitude at this wavelength, towards longer ones', parsePositive);
  addOverwriteOption(addGpuOption(addJsonOption(addMicrographOptions(command)))).action(
    async (files: string[], options: DenoiseOptions) => {
      finish(await runCommand(io, options, (context) => denoise(context, files, options)));
    },
  );
};

async function denoise(
  context: CommandContext,
  files: string[],
  options: DenoiseOptions,
): Promise<CommandResult> {
  // Cut-offs that contradict each other are wrong whatever the file is.
  checkBandPass(bandOf(options, 1));
  const outputs = await planOutputs(files, options.output, '.mrc');
  return await withCommandGpu(context, options, async (gpu) => {
    const result = await runOverFiles(context, [...outputs.keys()], (file, job) =>
      aboutFile(file, () => denoiseFile(context, gpu, file, outputs.get(file) ?? '', options, job)),
    );
    return {
      exitCode: result.exitCode,
      json: { command: 'denoise', adapter: gpu.adapterName, files: result.files },
    };
  });
}

function bandOf({ lowpass, highpass }: DenoiseOptions, pixelSizeAngstrom: number) {
  const lowpassAngstrom = lowpass ?? (highpass === undefined ? defaultLowpassAngstrom : undefined);
  return { pixelSizeAngstrom, lowpassAngstrom, highpassAngstrom: highpass };
}

async function denoiseFile(
  context: CommandContext,
  gpu: CommandGpu,
  file: string,
  output: string,
  options: DenoiseOptions,
  job: JobOptions,
) {
  const { overwrite } = options;
  await refuseExisting([output], overwrite);
  return await withMicrograph(context, file, options, async ({ micrograph, pixelSizeAngstrom, loaded }) => {
    const band = bandOf(options, pixelSizeAngstrom);
    const start = performance.now();
    await gpu.run((gpuContext) =>
      loaded(gpuContext, job, async (picture) => {
        const plane = await bandPassPlane(gpuContext, picture, band);
        try {
          const sink = await nodeFileSink(output, { overwrite });
          const labels = [`Cryolite ${__CRYOLITE_VERSION__}: ${describeBandPass(band)}`];
          const header = { pixelSizeAngstrom, labels };
          await writePlaneAsMrc(gpuContext, plane, picture.statistics, header, sink, job);
        } finally {
          gpuContext.free(plane.buffer);
        }
      }),
    );
    const seconds = (performance.now() - start) / 1000;
    context.print(`${output}  ${micrograph.width} × ${micrograph.height}, ${seconds.toFixed(1)} s`);
    return { output, ...band, seconds, warnings: micrograph.warnings };
  });
}
