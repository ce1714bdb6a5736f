import type { Picture } from '../../gpu/ops/trainCall.ts';
import type { ChooseKernel } from '../../gpu/ops/trainProduct.ts';
import type { ParameterLayout } from './parameters.ts';
import type { Recording } from './recording.ts';

/** Where a layer's gradient by one of its inputs goes. */
export interface Gradient {
  readonly picture: Picture;
  /** Whether it is added to what other readers of the input have left there. */
  readonly accumulate: boolean;
}

/** Where the gradient by a tensor goes. */
export interface Share {
  /** Floats from the beginning of the gradients. */
  readonly offset: number;
  /** Whether it is added to what other layers with the same tensor have left there. */
  readonly accumulate: boolean;
}

/** What layers need to know while they are recorded. */
export class Pass {
  private readonly places: ReadonlyMap<string, { readonly offset: number; readonly learns: boolean }>;
  private readonly written = new Set<string>();

  constructor(
    readonly recording: Recording,
    layout: ParameterLayout,
    /** Whether batch normalisations use the running statistics instead of the batch's: for looking, not for learning. */
    readonly running: boolean,
    /** Which kernels compute products. */
    readonly choose: ChooseKernel,
  ) {
    this.places = new Map([...layout.parameters, ...layout.statistics].map((one) => [one.name, one]));
  }

  /** Where a tensor begins, among the parameters or the running statistics. */
  readonly offsetOf = (name: string): number => {
    const place = this.places.get(name);
    if (!place) throw new Error(`${name} has no place.`);
    return place.offset;
  };

  /** Where a gradient goes that is computed next; undefined where the tensor does not learn. */
  share(name: string | undefined): Share | undefined {
    const place = name === undefined ? undefined : this.places.get(name);
    if (name === undefined || !place?.learns) return undefined;
    const accumulate = this.written.has(name);
    this.written.add(name);
    return { offset: place.offset, accumulate };
  }
}
