import { type Accessor, createMemo, createSignal } from 'solid-js';
import {
  type BatchMatching,
  countExamples,
  type MethodPlans,
  methodsOf,
  SINGLE_METHODS,
  type SingleMethod,
  type TemplateExample,
} from '../../dataset/batch/methods.ts';
import type { BatchPlan } from '../../dataset/batch/queue.ts';
import type { PickMethod } from '../../dataset/session.ts';
import { voiceLabels } from './consensus.ts';
import type { Labels } from './labels.ts';
import type { Matching } from './matching.ts';

/** What the methods of the next batch need beside the diameter. */
export interface BatchMethods {
  /** The picks by hand that a template would be made of. */
  readonly examples: Accessor<readonly TemplateExample[]>;
  /** References that are open, and how they would be searched for. */
  readonly matching: Accessor<BatchMatching | undefined>;
  /** Those that a consensus combines, in the order that they are run. */
  readonly combined: Accessor<readonly SingleMethod[]>;
  combine(method: SingleMethod, isOn: boolean): void;
  readonly least: Accessor<number>;
  setLeast(least: number): void;
  /** What is missing for a method, in a sentence. */
  problemOf(method: PickMethod): string | undefined;
  /** As plain data. */
  plansFor(method: PickMethod): MethodPlans;
}

export interface BatchMethodsDependencies {
  readonly labels: Pick<Labels, 'all' | 'keyOf'>;
  readonly matching: Pick<Matching, 'reference' | 'wanted' | 'problem'>;
}

export function createBatchMethods({ labels, matching }: BatchMethodsDependencies): BatchMethods {
  const [chosen, setChosen] = createSignal<ReadonlySet<SingleMethod>>(new Set(['cnn', 'log']));
  const [wishedLeast, setLeast] = createSignal(2);
  const examples = createMemo((): readonly TemplateExample[] =>
    labels.all().flatMap(({ note, labels: picks }) => {
      const key = labels.keyOf(note);
      const { name, folder, fingerprint, frame } = note;
      // A batch takes the first picture of a stack.
      return key === undefined || frame !== 0 ? [] : [{ key, name, folder, fingerprint, picks }];
    }),
  );
  const references = createMemo((): BatchMatching | undefined => {
    const reference = matching.reference();
    const wanted = matching.wanted();
    if (!reference || !wanted) return undefined;
    const { diameterAngstrom: _, ...how } = wanted.parameters;
    return { name: reference.name, ...how };
  });
  const combined = (): readonly SingleMethod[] => SINGLE_METHODS.filter((method) => chosen().has(method));
  const least = (): number => Math.max(1, Math.min(wishedLeast(), combined().length));
  const problemOf = (method: PickMethod): string | undefined => {
    switch (method) {
      case 'template':
        return examples().length === 0
          ? 'Pick some particles by hand on one micrograph or more first: the template is made of them.'
          : undefined;
      case 'matching':
        return matching.problem();
      case 'consensus': {
        if (combined().length < 2) return 'Choose two methods or more that are to agree.';
        for (const one of combined()) {
          const missing = problemOf(one);
          if (missing !== undefined) return `${voiceLabels[one]}: ${missing}`;
        }
        return undefined;
      }
      default:
        return undefined;
    }
  };
  return {
    examples,
    matching: references,
    combined,
    combine: (method, isOn) =>
      setChosen(
        (before) => new Set(isOn ? [...before, method] : [...before].filter((one) => one !== method)),
      ),
    least,
    setLeast,
    problemOf,
    plansFor: (method) => {
      const consensus = method === 'consensus' ? { methods: combined(), least: least() } : undefined;
      const wanted = methodsOf(method, consensus);
      return {
        consensus,
        template: wanted.includes('template') ? { id: crypto.randomUUID(), examples: examples() } : undefined,
        matching: wanted.includes('matching') ? references() : undefined,
      };
    },
  };
}

/** "12 picks by hand on 2 micrographs" */
export function examplesWords(examples: readonly Pick<TemplateExample, 'picks'>[]): string {
  const { particles, micrographs } = countExamples(examples);
  return `${particles} pick${particles === 1 ? '' : 's'} by hand on ${micrographs} micrograph${micrographs === 1 ? '' : 's'}`;
}

/** "averages.mrcs, every 15°, low-pass 20 Å, defocus 1.5 µm, mirrored" */
export function matchingWords({
  name,
  angularStepDegrees,
  lowpassAngstrom,
  optics,
  mirrors,
}: BatchMatching): string {
  return [
    name,
    `every ${angularStepDegrees}°`,
    ...(lowpassAngstrom === undefined ? [] : [`low-pass ${lowpassAngstrom} Å`]),
    ...(optics ? [`defocus ${(optics.defocusAngstrom / 10_000).toFixed(2)} µm`] : []),
    ...(mirrors ? ['mirror images, too'] : []),
  ].join(', ');
}

/** How a batch picks, for the comments of files: letters that every program can read. */
export function planWords({ parameters, template, matching, consensus }: BatchPlan): string {
  const words = (method: SingleMethod): string => {
    if (method === 'template' && template) return `template of ${examplesWords(template.examples)}`;
    if (method === 'matching' && matching)
      return `matching of ${matching.name}, every ${matching.angularStepDegrees} degrees`;
    return method === 'cnn'
      ? `network${parameters.pickModel ? ` ${parameters.pickModel.name}` : ''}`
      : method;
  };
  const methods = methodsOf(parameters.method, consensus).map(words);
  return consensus && parameters.method === 'consensus'
    ? `what ${consensus.least} or more of these agree on: ${methods.join('; ')}`
    : methods.join('; ');
}
