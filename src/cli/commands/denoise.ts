import { UsageError } from '../../core/errors.ts';
import type { JobOptions } from '../../core/progress.ts';
import { openMicrograph } from '../../dataset/open.ts';
import { bandPassPlane, checkBandPass, describeBandPass } from '../../pipelines/denoise.ts';
import { writePlaneAsMrc } from '../../pipelines/exportPlane.ts';
import { loadPlane } from '../../pipelines/load.ts';
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
import { type CommandGpu, type GpuOptions, withCommandGpu } from '../gpu.ts';
import { aboutFile, planOutputs, refuseExisting } from '../outputs.ts';

interface DenoiseOptions extends CommonOptions, GpuOptions {
  readonly output: string;
  readonly lowpass?: number;
  readonly highpass?: number;
  readonly pixelSize?: number;
  readonly frame: number;
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
    .argument('<file...>', 'MRC files')
    .requiredOption('-o, --output <folder>', 'where the filtered micrographs go')
    .option(
      '--lowpass <Å>',
      `halve the amplitude at this wavelength (default: ${defaultLowpassAngstrom}, unless --highpass is given)`,
      parsePositive,
    )
    .option('--highpass <Å>', 'halve the amplitude at this wavelength, towards longer ones', parsePositive)
    .option(
      '--pixel-size <Å>',
      'length of a pixel, where the file does not know it or is wrong',
      parsePositive,
    )
    .option('--frame <n>', 'frame of a stack, from 1', parseCount, 1);
  addOverwriteOption(addGpuOption(addJsonOption(command))).action(
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
  return await withFile(file, async (source) => {
    const micrograph = await openMicrograph(source);
    for (const warning of micrograph.warnings) context.warn(`${file}: ${warning}`);
    const pixelSizeAngstrom = options.pixelSize ?? micrograph.pixelSizeAngstrom;
    if (pixelSizeAngstrom === undefined) {
      throw new UsageError('its pixel size is not known: give --pixel-size in Å.');
    }
    if (options.frame < 1 || options.frame > micrograph.frames) {
      throw new UsageError(`it has ${micrograph.frames} frames; there is no frame ${options.frame}.`);
    }
    const band = bandOf(options, pixelSizeAngstrom);
    const start = performance.now();
    await gpu.run(async (gpuContext) => {
      const loaded = await loadPlane(gpuContext, micrograph, options.frame - 1, job);
      try {
        const plane = await bandPassPlane(gpuContext, loaded, band);
        try {
          const sink = await nodeFileSink(output, { overwrite });
          const labels = [`Cryolite ${__CRYOLITE_VERSION__}: ${describeBandPass(band)}`];
          await writePlaneAsMrc(
            gpuContext,
            plane,
            loaded.statistics,
            { pixelSizeAngstrom, labels },
            sink,
            job,
          );
        } finally {
          gpuContext.free(plane.buffer);
        }
      } finally {
        gpuContext.free(loaded.plane.buffer);
      }
    });
    const seconds = (performance.now() - start) / 1000;
    context.print(`${output}  ${micrograph.width} × ${micrograph.height}, ${seconds.toFixed(1)} s`);
    return { output, ...band, seconds, warnings: micrograph.warnings };
  });
}
