/** PyTorch's training in shared/reference/training, step by step, within the tolerances of its README. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { GpuContext } from '../../../src/gpu/context.ts';
import { type StepReport, Trainer } from '../../../src/nn/train/trainer.ts';
import { picture } from '../../reference/trainingLayers.ts';
import { largestDifference } from '../../support/compare.ts';
import { describeGpu } from '../../support/gpu.ts';
import { describeWithShared } from '../../unit/formats/sharedData.ts';
import {
  runs,
  traceData,
  traceFolder,
  traceGraph,
  traceLosses,
  traceTensors,
} from '../../unit/nn/train/trace.ts';
import { runStep } from './step.ts';

const largest = (numbers: Float32Array): number => numbers.reduce((top, x) => Math.max(top, Math.abs(x)), 0);

describeWithShared(traceFolder, 'training beside PyTorch', () => {
  describeGpu('30 steps', (gpu) => {
    // One for both runs: SwiftShader takes half a minute to compile what they share.
    let context: GpuContext;
    beforeAll(() => {
      context = new GpuContext(gpu.device, 'test');
    });
    afterAll(() => context.destroy());

    test.each(runs)('$name', { timeout: 240_000 }, async (run) => {
      const initial = traceTensors('initial');
      const images = traceData('input');
      const target = traceData(run.target);

      const first = await runStep(context, traceGraph, {
        input: picture(4, 1, 32, 48, images),
        tensors: initial,
        target,
        loss: run.settings.loss,
      });
      expect(
        largestDifference(first.prediction, traceTensors('forward').get('output')?.data ?? []),
      ).toBeLessThan(1e-5);
      const gradients = traceTensors(`${run.name}_gradients_step0`);
      expect([...first.gradients.keys()].sort()).toEqual([...gradients.keys()].sort());
      for (const [name, { data }] of gradients) {
        const difference = largestDifference(first.gradients.get(name) ?? [], data);
        expect(difference / largest(data), name).toBeLessThan(1e-4);
      }

      const trainer = Trainer.begin(traceGraph, initial, run.settings, { acquire: async () => context });
      const reports: StepReport[] = [];
      await trainer.run({
        until: 30,
        batches: () => ({ batch: 4, width: 48, height: 32, images, target }),
        onStep: (report) => reports.push(report),
      });
      const { losses, gradient_norms_before_clip: norms } = traceLosses(run);
      expect(reports.map(({ step }) => step)).toEqual(losses.map((_, step) => step));
      losses.forEach((loss, step) => {
        expect(Math.abs((reports[step]?.loss ?? 0) / loss - 1), `loss ${step}`).toBeLessThan(1e-4);
      });
      norms.forEach((norm, step) => {
        expect(Math.abs((reports[step]?.gradientNorm ?? 0) / norm - 1), `norm ${step}`).toBeLessThan(1e-3);
      });
      for (const [name, { data }] of traceTensors(`${run.name}_final`)) {
        const difference = largestDifference(trainer.tensors().get(name)?.data ?? [], data);
        expect(difference, name).toBeLessThan(2e-3);
      }
      trainer.dispose();
      expect(context.memory().bytes).toBe(0);
    });
  });
});
