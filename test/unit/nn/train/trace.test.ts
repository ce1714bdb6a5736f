/** The oracle against PyTorch: forward, gradients and the first steps of the trace. */
import { expect, test } from 'vitest';
import { adam, bce, clipNorm, l2, meanLoss } from '../../../reference/optimisers.ts';
import { differentiate, evaluate } from '../../../reference/training.ts';
import { picture } from '../../../reference/trainingLayers.ts';
import { largestDifference } from '../../../support/compare.ts';
import { describeWithShared } from '../../formats/sharedData.ts';
import { runs, traceData, traceFolder, traceGraph, traceLosses, traceTensors } from './trace.ts';

describeWithShared(traceFolder, 'the oracle beside PyTorch', () => {
  test.each(runs)('$name', { timeout: 60_000 }, (run) => {
    const { settings } = run;
    const target = traceData(run.target);
    const input = picture(4, 1, 32, 48, traceData('input'));
    const weights = new Map(
      [...traceTensors('initial')].map(([name, { data }]) => [name, Float64Array.from(data)]),
    );
    const moments = new Map(
      [...weights].map(([name, { length }]) => [
        name,
        [new Float64Array(length), new Float64Array(length)] as const,
      ]),
    );
    const { losses, gradient_norms_before_clip: norms } = traceLosses(run);
    // The loss of the second step has the optimiser's first step behind it.
    for (let step = 0; step < 2; step++) {
      const forward = evaluate(traceGraph.layers, input, weights);
      const loss = meanLoss(settings.loss.kind === 'l2' ? l2 : bce, forward.output.data, target);
      expect(loss.value / (losses[step] ?? 0)).toBeCloseTo(1, 5);
      if (step > 0) break;
      const { tensors } = differentiate(traceGraph.layers, forward, loss.gradient, weights);
      const theirs = traceTensors('forward').get('output')?.data ?? new Float32Array();
      expect(largestDifference(forward.output.data, theirs)).toBeLessThan(1e-5);
      for (const [name, { data }] of traceTensors(`${run.name}_gradients_step0`)) {
        const largest = Math.max(...data.map(Math.abs));
        expect(largestDifference(tensors.get(name) ?? [], data) / largest, name).toBeLessThan(1e-5);
      }
      if (settings.clipNorm !== undefined) {
        const norm = clipNorm([...tensors.values()], settings.clipNorm);
        expect(norm / (norms[step] ?? 0)).toBeCloseTo(1, 5);
      }
      for (const [name, numbers] of weights) {
        const [first, second] = moments.get(name) ?? [new Float64Array(), new Float64Array()];
        const { learningRate, ...options } = settings.optimiser;
        adam(numbers, tensors.get(name) ?? [], first, second, step + 1, learningRate, options);
      }
    }
  });
});
