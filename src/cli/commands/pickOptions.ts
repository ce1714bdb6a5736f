/** What `cryolite pick` is told, by whatever method. */
import { InvalidArgumentError } from 'commander';
import { UsageError } from '../../core/errors.ts';
import type { PickMethod } from '../../dataset/session.ts';
import type { PickerModel } from '../../pipelines/picking/model.ts';
import { isSeparation, separationRange } from '../../pipelines/picking/separation.ts';
import type { CommonOptions } from '../command.ts';
import type { GpuOptions } from '../gpu.ts';
import type { MaskOptions } from '../masks.ts';
import type { MicrographOptions } from '../micrographInput.ts';
import { type MatchingOptions, matchingOptionNames } from './matchingOptions.ts';

export interface PickOptions extends CommonOptions, GpuOptions, MicrographOptions, MaskOptions {
  readonly output: string;
  readonly diameter: number;
  readonly method: PickMethod;
  /** Coordinate files or folders, for the template. */
  readonly examples?: readonly string[];
  /** How many of the examples are used; all without it. */
  readonly labels?: number;
  readonly seed: number;
  readonly model?: string;
  readonly scale?: number;
  /** Two picks are never nearer, in diameters. */
  readonly separation?: number;
  readonly threshold?: number;
  readonly brightParticles: boolean;
  readonly overwrite: boolean;
}

/** For `argParser`: a number of diameters. */
export function parseSeparation(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && isSeparation(value)) return value;
  const { least, most } = separationRange;
  throw new InvalidArgumentError(`It must be a number of diameters from ${least} to ${most}.`);
}

/** @throws UsageError for an option that the method does not have; silence would let a user believe in it. */
export function checkMethodOptions(options: PickOptions): void {
  const { method, examples, labels, model, scale, separation } = options;
  if (method !== 'template' && (examples !== undefined || labels !== undefined)) {
    throw new UsageError('--examples and --labels are for --method template.');
  }
  if (method !== 'cnn' && (model !== undefined || scale !== undefined)) {
    throw new UsageError(`--model and --scale are for networks: leave them out with --method ${method}.`);
  }
  if (method !== 'cnn' && method !== 'log' && separation !== undefined) {
    throw new UsageError(`--separation is for --method cnn and log: leave it out with --method ${method}.`);
  }
  if (method !== 'matching' && matchingOptionNames.some((name) => options[name] !== undefined)) {
    throw new UsageError(
      '--reference, --angular-step, --defocus and what belongs to them are for --method matching.',
    );
  }
}

/** @throws UsageError for a scale where the network's file tells its own. */
export function checkModelOptions({ model: file, scale }: PickOptions, model: PickerModel): void {
  if (scale === undefined || model.kind === 'dense') return;
  throw new UsageError(
    `--scale is for networks that score every pixel, such as those of Topaz: ${file ?? 'the network that comes along'} has a scale of its own.`,
  );
}
