/** What `cryolite pick` is told, by whatever method. */
import type { PickMethod } from '../../dataset/session.ts';
import type { CommonOptions } from '../command.ts';
import type { GpuOptions } from '../gpu.ts';
import type { MicrographOptions } from '../micrographInput.ts';

export interface PickOptions extends CommonOptions, GpuOptions, MicrographOptions {
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
  readonly threshold?: number;
  readonly brightParticles: boolean;
  readonly overwrite: boolean;
}
