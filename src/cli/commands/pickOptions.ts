/** What `cryolite pick` is told, by whatever method. */
import { InvalidArgumentError } from 'commander';
import { UsageError } from '../../core/errors.ts';
import type { Layout } from '../../dataset/coordinates/exportAll.ts';
import type { PickMethod } from '../../dataset/session.ts';
import type { PickerModel } from '../../pipelines/picking/model.ts';
import { isSeparation, separationRange } from '../../pipelines/picking/separation.ts';
import type { CommonOptions } from '../command.ts';
import type { GpuOptions } from '../gpu.ts';
import { checkMaskOptions, type MaskOptions } from '../masks.ts';
import type { MicrographOptions } from '../micrographInput.ts';
import { type MatchingOptions, matchingOptionNames } from './matchingOptions.ts';

export interface PickOptions
  extends CommonOptions,
    GpuOptions,
    MicrographOptions,
    MaskOptions,
    MatchingOptions {
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
  /** Methods that a consensus combines. */
  readonly of?: readonly CombinedMethod[];
  /** How many of them have to agree. */
  readonly min?: number;
  readonly threshold?: number;
  readonly brightParticles: boolean;
  /** All picks laid out for a program, too. */
  readonly layout?: Layout;
  /** Micrographs whose STAR file is there are not picked again. */
  readonly resume?: boolean;
  readonly overwrite: boolean;
}

export const combinedMethods = ['cnn', 'log', 'template', 'matching'] as const;
export type CombinedMethod = (typeof combinedMethods)[number];

/** For `argParser`: methods with commas between them. */
export function parseMethods(text: string): readonly CombinedMethod[] {
  const methods = text.split(',').map((part) => {
    const found = combinedMethods.find((method) => method === part.trim());
    if (found) return found;
    throw new InvalidArgumentError(
      `It must be methods of ${combinedMethods.join(', ')} with commas between them.`,
    );
  });
  const twice = methods.find((method, i) => methods.indexOf(method) < i);
  if (twice === undefined) return methods;
  throw new InvalidArgumentError(`It must name ${twice} once: a method agrees with itself anyway.`);
}

/** A threshold as a file's comment tells it. */
export function thresholdWords(threshold: number): string {
  return threshold === Number.NEGATIVE_INFINITY ? 'all candidates' : `threshold ${threshold}`;
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
  const { method, of, min, examples, labels, model, scale, separation } = options;
  if (method !== 'consensus' && (of !== undefined || min !== undefined)) {
    throw new UsageError('--of and --min are for --method consensus.');
  }
  const methods: readonly PickMethod[] = method === 'consensus' ? (of ?? []) : [method];
  const has = (...wanted: readonly PickMethod[]): boolean => wanted.some((one) => methods.includes(one));
  if (!has('template') && (examples !== undefined || labels !== undefined)) {
    throw new UsageError('--examples and --labels are for --method template.');
  }
  if (method === 'consensus') {
    // Each method would say so, but the later ones not before the others have worked.
    if (has('template')) requireExamples(options);
    if (has('matching')) requireReference(options);
    if (!has('cnn')) checkMaskOptions(options, false);
  }
  if (!has('cnn') && (model !== undefined || scale !== undefined)) {
    throw new UsageError(`--model and --scale are for networks: leave them out with --method ${method}.`);
  }
  if (!has('cnn', 'log') && separation !== undefined) {
    throw new UsageError(`--separation is for --method cnn and log: leave it out with --method ${method}.`);
  }
  if (options.resume && !(method === 'cnn' || method === 'log')) {
    throw new UsageError(`--resume is for --method cnn and log: leave it out with --method ${method}.`);
  }
  if (options.resume && options.overwrite) {
    throw new UsageError('--resume keeps what is there and --overwrite replaces it: give one of them.');
  }
  if (!has('matching') && matchingOptionNames.some((name) => options[name] !== undefined)) {
    throw new UsageError(
      '--reference, --angular-step, --defocus and what belongs to them are for --method matching.',
    );
  }
}

/** @throws UsageError where the template has nothing to be made of. */
export function requireExamples({ examples }: PickOptions): readonly string[] {
  if (examples) return examples;
  throw new UsageError(
    '--method template searches for what looks like particles picked by hand: give their coordinates with --examples.',
  );
}

/** @throws UsageError where there is nothing to match. */
export function requireReference({ reference }: PickOptions): string {
  if (reference !== undefined) return reference;
  throw new UsageError(
    '--method matching searches for what looks like references: give class averages or a density map with --reference.',
  );
}

/** @throws UsageError for a scale where the network's file tells its own. */
export function checkModelOptions({ model: file, scale }: PickOptions, model: PickerModel): void {
  if (scale === undefined || model.kind === 'dense') return;
  throw new UsageError(
    `--scale is for networks that score every pixel, such as those of Topaz: ${file ?? 'the network that comes along'} has a scale of its own.`,
  );
}
