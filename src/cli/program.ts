/** The command line as a function from arguments to an exit code. */
import { Command, CommanderError } from 'commander';
import type { RegisterCommand } from './command.ts';
import { registerClasses } from './commands/classes.ts';
import { registerConsensus } from './commands/consensus.ts';
import { registerConvert } from './commands/convert.ts';
import { registerDenoise } from './commands/denoise.ts';
import { registerEvaluate } from './commands/evaluate.ts';
import { registerExtract } from './commands/extract.ts';
import { registerFrc } from './commands/frc.ts';
import { registerInfo } from './commands/info.ts';
import { registerNn } from './commands/nn.ts';
import { registerPick } from './commands/pick.ts';
import { registerQuality } from './commands/quality.ts';
import { registerScoreDenoisers } from './commands/scoreDenoisers.ts';
import { registerSimulate } from './commands/simulate.ts';
import { registerSum } from './commands/sum.ts';
import { registerTrain } from './commands/train.ts';
import { registerTrainDenoiser } from './commands/trainDenoiser.ts';
import { registerTrainGeneral } from './commands/trainGeneral.ts';
import { type CliIo, EXIT, type ExitCode } from './io.ts';

const COMMANDS: readonly RegisterCommand[] = [
  registerInfo,
  registerSimulate,
  registerSum,
  registerDenoise,
  registerPick,
  registerQuality,
  registerTrain,
  registerTrainGeneral,
  registerTrainDenoiser,
  registerScoreDenoisers,
  registerExtract,
  registerClasses,
  registerConsensus,
  registerEvaluate,
  registerFrc,
  registerConvert,
  registerNn,
];

/** @param args without the program's own name. */
export async function runCli(args: readonly string[], io: CliIo): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT.ok;
  const program = new Command('cryolite')
    .description('Cryo-EM micrographs: look at, denoise and pick particles, on this machine.')
    .version(__CRYOLITE_VERSION__)
    .showHelpAfterError('(--help shows what can be given)')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
    });
  for (const register of COMMANDS) {
    register(program, io, (code) => {
      exitCode = code;
    });
  }
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // --help and --version end this way too.
    if (error.exitCode === 0) return EXIT.ok;
    if (args.includes('--json')) {
      const message = error.message.replace(/^error: /, '');
      io.stdout.write(`${JSON.stringify({ error: { code: 'usage', message } })}\n`);
    }
    return EXIT.usage;
  }
  return exitCode;
}
