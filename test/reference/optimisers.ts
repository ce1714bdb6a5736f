/** Losses and optimisers in f64, in the words of their papers and of PyTorch's documentation. */

export interface Loss {
  readonly value: number;
  /** By the prediction. */
  readonly gradient: Float64Array;
}

const sigmoid = (s: number): number => 1 / (1 + Math.exp(-s));
/** log(1 + e^x) without overflow. */
const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

/** Value and derivative of the loss of one element. */
export type PointLoss = (prediction: number, target: number) => readonly [value: number, derivative: number];

export const l2: PointLoss = (p, t) => [(p - t) ** 2, 2 * (p - t)];
export const l1: PointLoss = (p, t) => [Math.abs(p - t), Math.sign(p - t)];
export const bce: PointLoss = (s, t) => [softplus(s) - s * t, sigmoid(s) - t];

/** Lin et al. 2017, equation 5, with logits; the derivative by a central difference. */
export const focal =
  (alpha: number, gamma: number): PointLoss =>
  (s, t) => {
    const value = (x: number): number => {
      const p = sigmoid(x);
      const matched = p * t + (1 - p) * (1 - t);
      const weight = alpha * t + (1 - alpha) * (1 - t);
      return weight * (1 - matched) ** gamma * (softplus(x) - x * t);
    };
    const h = 1e-4;
    // Fifth order.
    const derivative = (8 * (value(s + h) - value(s - h)) - (value(s + 2 * h) - value(s - 2 * h))) / (12 * h);
    return [value(s), derivative];
  };

/** Weighted mean over all elements. */
export function meanLoss(
  loss: PointLoss,
  prediction: ArrayLike<number>,
  target: ArrayLike<number>,
  weight?: ArrayLike<number>,
): Loss {
  const w = Array.from(prediction, (_, i) => (weight ? (weight[i] ?? 0) : 1));
  const total = w.reduce((sum, one) => sum + one, 0);
  let value = 0;
  const gradient = Float64Array.from(prediction, (p, i) => {
    const [one, slope] = loss(p, target[i] ?? 0);
    value += (one * (w[i] ?? 0)) / total;
    return (slope * (w[i] ?? 0)) / total;
  });
  return { value, gradient };
}

/**
 * Topaz's loss for labelled positives (target 1) among unlabelled ones (target 0), Bepler et al. 2019, equation 6: mean
 * cross-entropy of the positives + slack · cross-entropy of the unlabelled ones' predicted count, taken as a Gaussian, to
 * the binomial one. Derivatives of the penalty by central differences of its mean and variance.
 */
export function countLoss(
  logits: ArrayLike<number>,
  target: ArrayLike<number>,
  pi: number,
  slack: number,
): Loss {
  const all = Array.from(logits, (s, i) => ({ s, i, p: sigmoid(s), isPositive: target[i] === 1 }));
  const positives = all.filter(({ isPositive }) => isPositive);
  const unlabelled = all.filter(({ isPositive }) => !isPositive);
  const N = unlabelled.length;
  const logBinomial = Array.from(
    { length: N + 1 },
    (_, c) => logChoose(N, c) + c * Math.log(pi) + (N - c) * Math.log1p(-pi),
  );
  const penalty = (mean: number, variance: number): number => {
    const scores = logBinomial.map((_, c) => (-0.5 * (mean - c) ** 2) / (variance + 1e-10));
    const top = Math.max(...scores);
    const weights = scores.map((score) => Math.exp(score - top));
    const sum = weights.reduce((a, b) => a + b, 0);
    return -weights.reduce((total, w, c) => total + (w / sum) * (logBinomial[c] ?? 0), 0);
  };
  const mean = unlabelled.reduce((sum, { p }) => sum + p, 0);
  const variance = unlabelled.reduce((sum, { p }) => sum + p * (1 - p), 0);
  const h = 1e-5;
  const byMean = (penalty(mean + h, variance) - penalty(mean - h, variance)) / (2 * h);
  const byVariance = (penalty(mean, variance + h) - penalty(mean, variance - h)) / (2 * h);
  const gradient = new Float64Array(all.length);
  for (const { i, p } of unlabelled) gradient[i] = slack * (byMean + byVariance * (1 - 2 * p)) * p * (1 - p);
  for (const { i, p } of positives) gradient[i] = (p - 1) / positives.length;
  const classified = positives.reduce((sum, { s }) => sum + softplus(-s), 0) / Math.max(1, positives.length);
  return { value: classified + slack * penalty(mean, variance), gradient };
}

function logChoose(n: number, k: number): number {
  let sum = 0;
  for (let i = 1; i <= k; i++) sum += Math.log((n - k + i) / i);
  return sum;
}

export interface AdamOptions {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** Decoupled, as in AdamW. */
  readonly weightDecay: number;
}

/** One step of Adam (Kingma and Ba 2015) or AdamW (Loshchilov and Hutter 2019) in place; `step` counts from 1. */
export function adam(
  weights: Float64Array,
  gradient: ArrayLike<number>,
  first: Float64Array,
  second: Float64Array,
  step: number,
  learningRate: number,
  { beta1, beta2, epsilon, weightDecay }: AdamOptions,
): void {
  weights.forEach((weight, i) => {
    const g = gradient[i] ?? 0;
    const m = beta1 * (first[i] ?? 0) + (1 - beta1) * g;
    const v = beta2 * (second[i] ?? 0) + (1 - beta2) * g * g;
    first[i] = m;
    second[i] = v;
    const decayed = weight * (1 - learningRate * weightDecay);
    weights[i] =
      decayed - (learningRate * (m / (1 - beta1 ** step))) / (Math.sqrt(v / (1 - beta2 ** step)) + epsilon);
  });
}

/** Scales all gradients in place so that their common norm is at most `limit`; PyTorch adds 1e-6. */
export function clipNorm(gradients: readonly Float64Array[], limit: number): number {
  const norm = Math.sqrt(gradients.reduce((sum, one) => sum + one.reduce((s, g) => s + g * g, 0), 0));
  const factor = Math.min(1, limit / (norm + 1e-6));
  for (const one of gradients) one.set(one.map((g) => g * factor));
  return norm;
}
