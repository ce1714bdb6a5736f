import type { Defines } from '../expand.ts';

/** What is done to each value of a result; a leaky ReLU multiplies what is below 0 by its slope, from 0 to 1. */
export type Activation =
  | { readonly kind: 'none' | 'relu' | 'sigmoid' }
  | { readonly kind: 'leakyRelu'; readonly slope: number };

export const noActivation: Activation = { kind: 'none' };

/** For `lib/activation.wgsl`. */
export function activationDefines(activation: Activation): Defines {
  const slope = activation.kind === 'leakyRelu' ? activation.slope : 0;
  return { ACTIVATION: activation.kind, SLOPE: slope };
}

/** What values below 0 are multiplied by. */
export function slopeOf(activation: Activation): number {
  if (activation.kind === 'leakyRelu') return activation.slope;
  return activation.kind === 'relu' ? 0 : 1;
}
