import type { GpuContext } from '../../gpu/context.ts';
import { type BufferName, elementsOf } from '../../gpu/ops/trainCall.ts';
import { logBinomial, packStep, type StepNumbers, stepBytes } from '../../gpu/ops/trainLoss.ts';
import { type Batch, channelsFirst, channelsLast, judgeBatch } from './batch.ts';
import { type PlanOptions, planStep } from './plan.ts';
import { StepProgram } from './program.ts';
import { paddedBytes, persistent } from './recording.ts';
import { learningRateAt } from './settings.ts';
import type { TrainingState, TrainingTask } from './state.ts';

/** What came out of a step. */
export interface Outcome {
  readonly loss: number;
  /** Of all gradients together, before they were clipped. */
  readonly gradientNorm: number;
  /** Whether a number was not finite: then nothing was learnt. */
  readonly isBad: boolean;
}

export type Purpose = 'learn' | 'look' | 'look at the average';

interface Prepared {
  readonly key: string;
  readonly program: StepProgram;
}

/** A training on one GPU device: the weights, the optimiser's moments, and a program for each purpose. */
export class Session {
  private readonly shared = new Map<BufferName, GPUBuffer>();
  private readonly prepared = new Map<Purpose, Prepared>();
  private isUnderWay = false;
  private tableOf = -1;
  private table: Float32Array<ArrayBuffer> = new Float32Array(1);

  constructor(
    readonly context: GpuContext,
    private readonly task: TrainingTask,
    state: TrainingState,
  ) {
    const { learning, total, statisticsTotal } = task.layout;
    const sizes: readonly (readonly [BufferName, number])[] = [
      [persistent.parameters, total],
      [persistent.statistics, statisticsTotal],
      [persistent.gradients, learning],
      [persistent.first, learning],
      [persistent.second, learning],
      // As long as the parameters: it stands in for them when the average is looked at.
      ...(state.average ? [[persistent.average, total] as const] : []),
      [persistent.step, stepBytes / 4],
      [persistent.outcome, 4],
    ];
    try {
      for (const [name, floats] of sizes) {
        this.shared.set(name, context.buffer('training: weights and moments', paddedBytes(floats)));
      }
      this.write(persistent.parameters, state.parameters);
      this.write(persistent.statistics, state.statistics);
      this.write(persistent.first, state.first);
      this.write(persistent.second, state.second);
      if (state.average) {
        const average = state.parameters.slice();
        average.set(state.average);
        this.write(persistent.average, average);
      }
    } catch (error) {
      this.destroy();
      throw error;
    }
  }

  /**
   * Sends a step (or a look) on its way.
   * @throws TrainingError when the batch does not fit, GpuLimitError when it is too large.
   */
  async submit(batch: Batch, step: number, purpose: Purpose): Promise<StepProgram> {
    // Both would write the same outcome.
    if (this.isUnderWay) throw new Error('A step is under way: evaluate between steps.');
    this.isUnderWay = true;
    const { loss, optimiser } = this.task.settings;
    const program = await this.prepare(batch, purpose);
    const { images, prediction } = program.plan;
    const numbers = judgeBatch(batch, loss, step, {
      images: elementsOf(images),
      target: elementsOf(prediction),
    });
    const pixels = prediction.width * prediction.height;
    program.write('images', channelsLast(batch.images, images.channels, images.width * images.height));
    program.write('target', channelsLast(batch.target, prediction.channels, pixels));
    if (batch.weights) program.write('weights', channelsLast(batch.weights, prediction.channels, pixels));
    if (loss.kind === 'expectedCount') {
      if (this.tableOf !== numbers.unlabelled) {
        this.table = logBinomial(numbers.unlabelled, loss.pi);
        this.tableOf = numbers.unlabelled;
      }
      program.write('logBinomial', this.table);
    }
    const learningRate = learningRateAt(this.task.settings, step);
    const all: StepNumbers = {
      ...numbers,
      stepSize: learningRate / (1 - optimiser.beta1 ** (step + 1)),
      secondScale: 1 / Math.sqrt(1 - optimiser.beta2 ** (step + 1)),
      decay: 1 - learningRate * optimiser.weightDecay,
    };
    this.context.device.queue.writeBuffer(this.buffer(persistent.step), 0, packStep(all));
    program.run();
    return program;
  }

  /** Waits for what was submitted last. */
  async outcome(): Promise<Outcome> {
    const [loss = Number.NaN, gradientNorm = Number.NaN, , bad = 1] = new Float32Array(
      await this.context.read(this.buffer(persistent.outcome), 16),
    );
    this.isUnderWay = false;
    return { loss, gradientNorm, isBad: bad !== 0 };
  }

  /** The network's result for the batch that was submitted last, in PyTorch's order. */
  async prediction(program: StepProgram): Promise<Float32Array<ArrayBuffer>> {
    const { prediction } = program.plan;
    const data = await program.read(prediction);
    return channelsFirst(data, prediction.channels, prediction.width * prediction.height);
  }

  /** All that is learnt, after `step` steps. */
  async state(step: number, random: string): Promise<TrainingState> {
    const { learning, total, statisticsTotal } = this.task.layout;
    const read = async (name: BufferName, floats: number): Promise<Float32Array<ArrayBuffer>> =>
      floats === 0
        ? new Float32Array()
        : new Float32Array(await this.context.read(this.buffer(name), floats * 4));
    return {
      step,
      random,
      parameters: await read(persistent.parameters, total),
      statistics: await read(persistent.statistics, statisticsTotal),
      first: await read(persistent.first, learning),
      second: await read(persistent.second, learning),
      ...(this.shared.has(persistent.average) ? { average: await read(persistent.average, learning) } : {}),
    };
  }

  destroy(): void {
    for (const { program } of this.prepared.values()) program.destroy();
    this.prepared.clear();
    this.context.free(...this.shared.values());
    this.shared.clear();
  }

  /** The program for batches of this shape; one of another shape gives way. */
  private async prepare(batch: Batch, purpose: Purpose): Promise<StepProgram> {
    const { settings, graph, layout } = this.task;
    const weighted = batch.weights !== undefined;
    const key = [batch.batch, batch.width, batch.height, weighted].join();
    const known = this.prepared.get(purpose);
    if (known?.key === key) return known.program;
    known?.program.destroy();
    this.prepared.delete(purpose);
    const { clipNorm, averageDecay, loss } = settings;
    const update = {
      adam: settings.optimiser,
      ...(clipNorm === undefined ? {} : { clipNorm }),
      ...(averageDecay === undefined ? {} : { averageDecay }),
    };
    const options: PlanOptions = {
      loss,
      weighted,
      capabilities: this.context.capabilities,
      ...(purpose === 'learn' ? { update } : {}),
    };
    const shared = new Map(this.shared);
    if (purpose === 'look at the average' && shared.has(persistent.average)) {
      shared.set(persistent.parameters, this.buffer(persistent.average));
    }
    const program = await StepProgram.create(this.context, planStep(graph, layout, batch, options), shared);
    this.prepared.set(purpose, { key, program });
    return program;
  }

  private buffer(name: BufferName): GPUBuffer {
    const buffer = this.shared.get(name);
    if (!buffer) throw new Error(`There is no ${name}.`);
    return buffer;
  }

  private write(name: BufferName, data: Float32Array<ArrayBuffer>): void {
    this.context.device.queue.writeBuffer(this.buffer(name), 0, data);
  }
}
