/** What the methods of a batch need beside the diameter, as plain data of its plan: it does not change while the batch runs. */
import type { Place } from '../picks.ts';
import type { PickMethod } from '../session.ts';

/** Methods whose findings can be combined. */
export type SingleMethod = Exclude<PickMethod, 'consensus'>;
export const SINGLE_METHODS: readonly SingleMethod[] = ['cnn', 'log', 'template', 'matching'];

/** A micrograph with picks by hand. */
export interface TemplateExample {
  /** In the list, as the items of the queue. */
  readonly key: string;
  readonly name: string;
  readonly folder: string;
  readonly fingerprint: string;
  /** Px of the file. */
  readonly picks: readonly Place[];
}

/** What the template is made of: the picks by hand as they were when the batch began. */
export interface BatchTemplate {
  /** What it learns is kept under this name. */
  readonly id: string;
  readonly examples: readonly TemplateExample[];
}

/** References, and how they are searched for. */
export interface BatchMatching {
  /** The reference's file, to be known again after a reload. */
  readonly name: string;
  readonly referencePixelSizeAngstrom: number | undefined;
  readonly angularStepDegrees: number;
  /** The transfer function that is put on them; undefined where they are taken as they are. */
  readonly optics:
    | {
        readonly defocusAngstrom: number;
        readonly voltageKilovolt: number;
        readonly sphericalAberrationMm: number;
        readonly amplitudeContrast: number;
      }
    | undefined;
  readonly lowpassAngstrom: number | undefined;
  readonly mirrors: boolean;
}

export interface BatchConsensus {
  readonly methods: readonly SingleMethod[];
  /** How many of them have to agree. */
  readonly least: number;
}

/** Of these a plan has what its method needs. */
export interface MethodPlans {
  readonly template?: BatchTemplate | undefined;
  readonly matching?: BatchMatching | undefined;
  readonly consensus?: BatchConsensus | undefined;
}

/** The methods that are run on each micrograph. */
export function methodsOf(
  method: PickMethod,
  consensus: BatchConsensus | undefined,
): readonly SingleMethod[] {
  return method === 'consensus' ? (consensus?.methods ?? []) : [method];
}

/** Picks by hand, on how many micrographs. */
export function countExamples(examples: readonly Pick<TemplateExample, 'picks'>[]): {
  readonly particles: number;
  readonly micrographs: number;
} {
  const particles = examples.reduce((sum, { picks }) => sum + picks.length, 0);
  return { particles, micrographs: examples.length };
}
