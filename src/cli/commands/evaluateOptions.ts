/** What `cryolite evaluate` can be asked, and what of it goes together. */
import { type Command, InvalidArgumentError } from 'commander';
import { UsageError } from '../../core/errors.ts';
import {
  addJsonOption,
  addOverwriteOption,
  addUnusedGpuOption,
  type CommonOptions,
  parsePositive,
} from '../command.ts';
import type { SetMember } from '../coordinateSets.ts';
import { commonPixelSize } from '../pixelSizes.ts';

export interface EvaluateOptions extends CommonOptions {
  readonly picks: string;
  readonly truth?: string;
  readonly compare?: string;
  readonly radius?: number;
  readonly diameter?: number;
  readonly pixelSize?: number;
  readonly curve?: string;
  readonly targetPrecision?: number;
  readonly targetRecall?: number;
  readonly partial: boolean;
  readonly output?: string;
  readonly overwrite: boolean;
}

export function addEvaluateOptions(command: Command): Command {
  const named = command
    .requiredOption(
      '--picks <path>',
      'coordinates of any program, a file or a folder; write all candidates (pick --threshold 0) for curve and AP',
    )
    .option('--truth <path>', 'true particles, likewise; micrographs are paired by name')
    .option('--compare <path>', 'other picks instead of a truth: what both have, and what only one has')
    .option('--diameter <Å>', 'judge within a quarter (strict) and half (loose) of it', parsePositive)
    .option(
      '--pixel-size <Å>',
      'of the micrographs, for --diameter; without it what the files say',
      parsePositive,
    )
    .option('--radius <px>', 'judge within this many pixels, instead of --diameter', parsePositive)
    .option('--curve <file>', 'write precision, recall and F1 at every threshold: .csv or .json')
    .option('--target-precision <share>', 'print the threshold that has it, such as 0.9', parseShare)
    .option('--target-recall <share>', 'print the threshold that has it, such as 0.8', parseShare)
    .option('--partial', 'the truth marks only some of the particles: precisions are lower bounds', false)
    .option(
      '-o, --output <folder>',
      'with --compare: write NAME_both.star, NAME_only_A.star, NAME_only_B.star',
    );
  return addOverwriteOption(addUnusedGpuOption(addJsonOption(named)));
}

/** @throws UsageError where options don't go together. */
export function checkEvaluateOptions(options: EvaluateOptions): void {
  const { truth, compare, radius, diameter, pixelSize, output, partial } = options;
  if ((truth === undefined) === (compare === undefined)) {
    throw new UsageError('Give either --truth, to judge the picks, or --compare, to set others beside them.');
  }
  if ((radius === undefined) === (diameter === undefined)) {
    throw new UsageError('Give either --diameter in Å or --radius in pixels.');
  }
  if (pixelSize !== undefined && diameter === undefined) {
    throw new UsageError('--pixel-size is for --diameter: a --radius is in pixels already.');
  }
  if (output !== undefined && compare === undefined) {
    throw new UsageError('--output is for --compare: the curve goes where --curve says.');
  }
  const judges = [options.curve, options.targetPrecision, options.targetRecall];
  if (compare !== undefined && (partial || judges.some((one) => one !== undefined))) {
    throw new UsageError('--curve, --target-precision, --target-recall and --partial are for --truth.');
  }
  if (options.curve !== undefined && !/\.(csv|json)$/i.test(options.curve)) {
    throw new UsageError(`--curve ${options.curve} must end in .csv or .json.`);
  }
}

/** The diameter in pixels. @throws UsageError when the pixel size is not known, or not one. */
export function diameterInPixels(
  { diameter = 0, pixelSize }: EvaluateOptions,
  members: Iterable<SetMember>,
): number {
  if (pixelSize !== undefined) return diameter / pixelSize;
  const size = commonPixelSize([...members].map(({ pixelSizeAngstrom }) => pixelSizeAngstrom));
  if (size !== undefined) return diameter / size;
  throw new UsageError(
    '--diameter is in Å, and these files do not say how large a pixel is: give --pixel-size.',
  );
}

function parseShare(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value > 0 && value <= 1) return value;
  throw new InvalidArgumentError('It must be a number above 0 and up to 1.');
}
