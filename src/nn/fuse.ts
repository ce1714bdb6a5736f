import { type Activation, noActivation } from '../gpu/ops/activation.ts';
import type { Margins } from '../gpu/ops/window.ts';
import type { Add, Graph } from './layers.ts';
import { outputName } from './layers.ts';
import { type ConvStep, readsOf, type Step, stepsOf } from './steps.ts';

export interface FusionOptions {
  /** Whether convolutions read up-sampled and joined values themselves; otherwise these are made first. */
  readonly gather: boolean;
}

/**
 * Fewer and larger steps that compute the same:
 * - zeros around a picture become padding of the convolutions that read it;
 * - batch normalisation is folded into the convolution before it;
 * - an activation is done by the step that makes its input, a sum by the convolution that makes one of the two;
 * - a convolution joins two values and up-samples them (nearest) while it reads them.
 *
 * Only where nobody else reads what vanishes. Values that stay keep their names.
 */
export function fuse(graph: Graph, { gather }: FusionOptions = { gather: true }): Step[] {
  const list = new StepList(stepsOf(graph).flatMap(addTwoByTwo), outputName(graph));
  list.rewrite(padInConvolutions);
  list.rewrite(foldNorm);
  list.rewrite(activateInPlace);
  list.rewrite(addInConvolution);
  list.rewrite(activateInPlace);
  if (gather) {
    list.rewrite(joinInConvolution);
    list.rewrite(upsampleInConvolution);
  }
  list.dropUnread();
  return list.steps;
}

class StepList {
  constructor(
    public steps: Step[],
    private readonly output: string,
  ) {}

  /** Rewrites steps in order; a rewriter changes others through the list and returns what its step becomes. */
  rewrite(rewriter: (step: Step, list: StepList) => Step | undefined): void {
    for (const step of [...this.steps]) {
      // It may be gone, or another by now.
      const at = this.steps.indexOf(step);
      if (at < 0) continue;
      const next = rewriter(step, this);
      const place = this.steps.indexOf(step);
      if (next === undefined || place < 0) continue;
      this.steps[place] = next;
    }
  }

  make(name: string): Step | undefined {
    return this.steps.find((step) => step.name === name);
  }

  readers(name: string): Step[] {
    return this.steps.filter((step) => readsOf(step).includes(name));
  }

  /** The step that makes a value, when one place of one step is all that reads it. */
  private(name: string): Step | undefined {
    const reads = this.steps.flatMap(readsOf).filter((read) => read === name);
    return reads.length === 1 && name !== this.output ? this.make(name) : undefined;
  }

  isOutput(name: string): boolean {
    return name === this.output;
  }

  remove(step: Step): void {
    this.steps = this.steps.filter((one) => one !== step);
  }

  replace(step: Step, next: Step): void {
    this.steps = this.steps.map((one) => (one === step ? next : one));
  }

  /** Steps whose results nobody reads are not run. */
  dropUnread(): void {
    for (const step of [...this.steps].reverse()) {
      if (step.name !== this.output && this.readers(step.name).length === 0) this.remove(step);
    }
  }
}

/** a + b + c as (a + b) + c. */
function addTwoByTwo(step: Step): Step[] {
  if (step.op !== 'add') return [step];
  const sums: Add[] = [];
  step.inputs.slice(1).forEach((input, i) => {
    const last = i === step.inputs.length - 2;
    sums.push({
      op: 'add',
      name: last ? step.name : `~${step.name}/${i}`,
      inputs: [sums.at(-1)?.name ?? step.inputs[0] ?? input, input],
      activation: last ? step.activation : noActivation,
    });
  });
  return sums;
}

function padInConvolutions(step: Step, list: StepList): undefined {
  if (step.op !== 'pad' || step.mode !== 'zero' || list.isOutput(step.name)) return;
  const readers = list.readers(step.name);
  const convolutions = readers.filter(
    (reader): reader is ConvStep =>
      reader.op === 'conv' && reader.paddingMode === 'zero' && reader.residual === undefined,
  );
  if (convolutions.length < readers.length) return;
  for (const conv of convolutions) {
    list.replace(conv, {
      ...conv,
      sources: [{ value: step.input }],
      padding: addMargins(conv.padding, step.by),
    });
  }
  list.remove(step);
}

function addMargins(a: Margins, b: Margins): Margins {
  return {
    left: a.left + b.left,
    right: a.right + b.right,
    top: a.top + b.top,
    bottom: a.bottom + b.bottom,
  };
}

function foldNorm(step: Step, list: StepList): Step | undefined {
  if (step.op !== 'batchNorm') return undefined;
  const maker = list.private(step.input);
  if (maker?.op !== 'conv' && maker?.op !== 'convTranspose') return undefined;
  if (maker.activation.kind !== 'none' || (maker.op === 'conv' && maker.residual !== undefined))
    return undefined;
  list.remove(maker);
  return { ...maker, name: step.name, norms: [...maker.norms, step], activation: step.activation };
}

function activateInPlace(step: Step, list: StepList): Step | undefined {
  if (step.op !== 'activation') return undefined;
  const maker = list.private(step.input);
  if (!maker || !('activation' in maker) || maker.activation.kind !== 'none') return undefined;
  list.remove(maker);
  return { ...maker, name: step.name, activation: step.activation };
}

function addInConvolution(step: Step, list: StepList): Step | undefined {
  if (step.op !== 'add') return undefined;
  const [a = '', b = ''] = step.inputs;
  const makers = [a, b].flatMap((name) => {
    const maker = list.private(name);
    return maker?.op === 'conv' && canAdd(maker) ? [maker] : [];
  });
  // The costlier one: it hides the reading best.
  const [maker] = makers.sort((one, other) => taps(other) - taps(one));
  if (!maker) return undefined;
  list.remove(maker);
  const residual = maker.name === a ? b : a;
  return { ...maker, name: step.name, residual, activation: step.activation };
}

const taps = ({ kernel, in: inputs }: ConvStep): number => kernel.x * kernel.y * inputs;

/** Kernels of one channel on a side have no place for a second value. */
function canAdd(conv: ConvStep): boolean {
  const none: Activation['kind'] = 'none';
  return conv.activation.kind === none && conv.residual === undefined && conv.in > 1 && conv.out > 1;
}

function joinInConvolution(step: Step, list: StepList): Step | undefined {
  if (step.op !== 'conv' || step.sources.length > 1 || step.out === 1) return undefined;
  const joined = list.private(step.sources[0]?.value ?? '');
  if (joined?.op !== 'concat' || joined.inputs.length !== 2) return undefined;
  list.remove(joined);
  return { ...step, sources: joined.inputs.map((value) => ({ value })) };
}

function upsampleInConvolution(step: Step, list: StepList): Step | undefined {
  if (step.op !== 'conv' || step.out === 1 || step.in === 1) return undefined;
  const sources = step.sources.map((source) => {
    const maker = list.private(source.value);
    if (maker?.op !== 'upsample' || maker.mode !== 'nearest') return source;
    list.remove(maker);
    return { value: maker.input, as: maker.name };
  });
  return { ...step, sources };
}
