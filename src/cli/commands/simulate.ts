import { dirname } from 'node:path';
import { Option } from 'commander';
import { truthStar, writeSimulatedMrc } from '../../pipelines/simulation/files.ts';
import { type ParticleShape, particleShapes } from '../../pipelines/simulation/shapes.ts';
import {
  defaultSimulation,
  type SimulationParameters,
  simulateMicrograph,
} from '../../pipelines/simulation/simulate.ts';
import { nodeFileSink, writeTextFile } from '../../platform/node/files.ts';
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
import { EXIT } from '../io.ts';
import { makeFolder, refuseExisting } from '../outputs.ts';

interface SimulateOptions extends CommonOptions, GpuOptions {
  readonly size: number;
  readonly seed: number;
  readonly particles: number;
  readonly shape: ParticleShape;
  readonly diameter: number;
  readonly pixelSize: number;
  readonly dose: number;
  readonly defocus: number;
  readonly overwrite: boolean;
}

export const registerSimulate: RegisterCommand = (program, io, finish) => {
  const defaults = defaultSimulation;
  const command = program
    .command('simulate')
    .description(
      'make a micrograph with known particles: OUT.mrc, OUT.star with the truth, OUT_clean.mrc without noise',
    )
    .argument('<out.mrc>', 'the micrograph to write')
    .option('--size <px>', 'edge of the square picture', parseCount, defaults.size)
    .option('--seed <n>', 'another number, another picture', parseCount, defaults.seed)
    .option('--particles <n>', 'how many to place', parseCount, defaults.particles)
    .addOption(
      new Option('--shape <shape>', 'what they look like')
        .choices([...particleShapes])
        .default(defaults.shape),
    )
    .option('--diameter <Å>', 'longest extent of a particle', parsePositive, defaults.diameterAngstrom)
    .option('--pixel-size <Å>', 'length of a pixel', parsePositive, defaults.pixelSizeAngstrom)
    .option('--dose <e/Å²>', 'electrons in all', parsePositive, defaults.doseElectronsPerSquareAngstrom)
    .option('--defocus <Å>', 'underfocus', parsePositive, defaults.optics.defocusAngstrom);
  addOverwriteOption(addGpuOption(addJsonOption(command))).action(
    async (out: string, options: SimulateOptions) => {
      finish(await runCommand(io, options, (context) => simulate(context, out, options)));
    },
  );
};

async function simulate(
  context: CommandContext,
  out: string,
  options: SimulateOptions,
): Promise<CommandResult> {
  const base = out.replace(/\.mrc$/i, '');
  const files = { micrograph: `${base}.mrc`, truth: `${base}.star`, clean: `${base}_clean.mrc` };
  const { overwrite } = options;
  await refuseExisting(Object.values(files), overwrite);
  await makeFolder(dirname(out));
  const parameters: SimulationParameters = {
    size: options.size,
    seed: options.seed,
    particles: options.particles,
    shape: options.shape,
    diameterAngstrom: options.diameter,
    pixelSizeAngstrom: options.pixelSize,
    doseElectronsPerSquareAngstrom: options.dose,
    optics: { ...defaultSimulation.optics, defocusAngstrom: options.defocus },
  };
  return await withCommandGpu(context, options, async (gpu) => {
    const start = performance.now();
    const simulated = await gpu.run((gpuContext) =>
      simulateMicrograph(gpuContext, parameters, context.job()),
    );
    const seconds = (performance.now() - start) / 1000;
    await writeSimulatedMrc(
      await nodeFileSink(files.micrograph, { overwrite }),
      simulated.counts,
      simulated,
      parameters,
    );
    await writeSimulatedMrc(
      await nodeFileSink(files.clean, { overwrite }),
      simulated.clean,
      simulated,
      parameters,
    );
    await writeTextFile(files.truth, truthStar(simulated, parameters), { overwrite });
    const placed = simulated.truth.length;
    if (placed < parameters.particles) {
      context.warn(
        `Only ${placed} of ${parameters.particles} particles fit; take a larger --size or fewer --particles.`,
      );
    }
    context.print(
      `${files.micrograph}: ${placed} particles, signal-to-noise ${simulated.signalToNoise.toFixed(4)}`,
    );
    context.print(`${files.truth}, ${files.clean}: the truth`);
    return {
      exitCode: EXIT.ok,
      json: {
        command: 'simulate',
        adapter: gpu.adapterName,
        files,
        particles: placed,
        signalToNoise: simulated.signalToNoise,
        parameters,
        seconds,
      },
    };
  });
}
