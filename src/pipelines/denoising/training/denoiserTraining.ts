/** The training of a denoiser: batches, looks at what was kept back, the best network so far. */
import { costOf } from '../../../nn/cost.ts';
import type { Graph } from '../../../nn/layers.ts';
import type { Batch } from '../../../nn/train/batch.ts';
import type { CheckpointFile } from '../../../nn/train/checkpoint.ts';
import type { NamedTensors } from '../../../nn/train/parameters.ts';
import { type BatchSource, type GpuSource, type StepReport, Trainer } from '../../../nn/train/trainer.ts';
import { type DenoiserTrainingSettings, trainerSettings } from './settings.ts';

/** Batches that nothing is learnt from, of one kind. */
export interface KeptBatches {
  readonly name: string;
  readonly batches: readonly Batch[];
}

export interface DenoiserStart {
  readonly graph: Graph;
  readonly tensors: NamedTensors;
}

/** A look at what was kept back. */
export interface DenoiserLook {
  /** Steps taken. */
  readonly step: number;
  /**
   * By how much the network is nearer to the targets than the Wiener filter's picture is, dB, in the mean of the batches of a kind, and
   * of the kinds; of targets with noise it is little even at best, since that noise stays.
   */
  readonly gainDecibels: number;
  /** Of each kind by its name, where there are several. */
  readonly kinds?: Readonly<Record<string, number>>;
}

/** A training that can go on. */
export interface DenoiserCheckpoint {
  readonly trainer: CheckpointFile;
  readonly best: { readonly step: number; readonly tensors: NamedTensors; readonly gain: number };
  readonly looks: readonly DenoiserLook[];
}

export interface DenoiserRunOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onStep?: ((report: StepReport) => void) | undefined;
  readonly onLook?: ((look: DenoiserLook) => void) | undefined;
  /** At every look. */
  readonly onCheckpoint?: ((checkpoint: DenoiserCheckpoint) => Promise<void>) | undefined;
}

export class DenoiserTraining {
  private readonly looks: DenoiserLook[];
  private best: DenoiserCheckpoint['best'] | undefined;

  private constructor(
    private readonly start: DenoiserStart,
    readonly settings: DenoiserTrainingSettings,
    private readonly batches: BatchSource,
    private readonly kept: readonly KeptBatches[],
    private readonly trainer: Trainer,
    known: DenoiserCheckpoint | undefined,
  ) {
    this.looks = [...(known?.looks ?? [])];
    this.best = known?.best;
  }

  /**
   * @param kept batches that nothing is learnt from.
   * @param checkpoint of a training with the same start, settings and batches.
   * @throws TrainingError, FormatError 'bad-weights' for a network that can't be trained so.
   */
  static begin(
    gpu: GpuSource,
    start: DenoiserStart,
    settings: DenoiserTrainingSettings,
    batches: BatchSource,
    kept: readonly KeptBatches[],
    checkpoint?: DenoiserCheckpoint,
  ): DenoiserTraining {
    const trainer = checkpoint
      ? Trainer.resume('the checkpoint', checkpoint.trainer, gpu)
      : Trainer.begin(start.graph, start.tensors, trainerSettings(settings), gpu, BigInt(settings.seed));
    return new DenoiserTraining(start, settings, batches, kept, trainer, checkpoint);
  }

  get step(): number {
    return this.trainer.step;
  }

  get history(): readonly DenoiserLook[] {
    return this.looks;
  }

  /** Steps after which what was kept back was found best; the network is of that step. */
  get bestStep(): number {
    return this.best?.step ?? 0;
  }

  /** The best network so far. */
  get tensors(): NamedTensors {
    return this.best?.tensors ?? this.start.tensors;
  }

  /** Floating-point operations of a step on a batch: forward, and twice as many backwards. */
  flopsPerStep({ batch, width, height }: Pick<Batch, 'batch' | 'width' | 'height'>): number {
    return 3 * batch * costOf(this.start.graph, { width, height }).reduce((sum, { flops }) => sum + flops, 0);
  }

  /**
   * Trains to the last step, or until what was kept back is found no better any more.
   * @throws DivergedError, and an AbortError by the signal: what was best until then stays.
   */
  async run({ signal, onStep, onLook, onCheckpoint }: DenoiserRunOptions = {}): Promise<void> {
    const { steps, evaluateEvery, patience } = this.settings;
    if (this.looks.length === 0) await this.look(onLook);
    while (this.step < steps && this.sinceBest < patience) {
      signal?.throwIfAborted();
      const until = Math.min(steps, (Math.floor(this.step / evaluateEvery) + 1) * evaluateEvery);
      await this.trainer.run({
        until,
        batches: this.batches,
        checkpointEvery: evaluateEvery,
        ...(onStep && { onStep }),
        ...(signal && { signal }),
      });
      await this.look(onLook);
      if (this.best)
        await onCheckpoint?.({
          trainer: this.trainer.checkpoint(),
          best: this.best,
          looks: [...this.looks],
        });
    }
  }

  /** Gives the GPU's memory back. */
  dispose(): void {
    this.trainer.dispose();
  }

  private get sinceBest(): number {
    return this.looks.filter(({ step }) => step > this.bestStep).length;
  }

  private async look(onLook: DenoiserRunOptions['onLook']): Promise<void> {
    const { step } = this.trainer;
    const kinds: Record<string, number> = {};
    for (const { name, batches } of this.kept) {
      const gains: number[] = [];
      for (const batch of batches) gains.push(...(await this.gainsOf(batch, step > 0)));
      if (gains.length > 0) kinds[name] = meanOf(gains);
    }
    const all = Object.values(kinds);
    const counted = all.length;
    const report = { step, gainDecibels: meanOf(all), ...(counted > 1 && { kinds }) };
    this.looks.push(report);
    // With nothing kept back, the last one is the best.
    if (!this.best || counted === 0 || report.gainDecibels > this.best.gain) {
      const tensors = step === 0 ? this.start.tensors : this.trainer.tensors(true);
      this.best = { step, tensors, gain: report.gainDecibels };
    }
    onLook?.(report);
  }

  /** Of each picture of a batch, dB. @param averaged by the moving average of the weights. */
  private async gainsOf(batch: Batch, averaged: boolean): Promise<number[]> {
    const { prediction } = await this.trainer.evaluate(batch, averaged);
    const pixels = batch.width * batch.height;
    return Array.from({ length: batch.batch }, (_, i) => {
      const [before, after] = [batch.images, prediction].map((picture) =>
        squaredError(picture, batch.target, i * pixels, pixels),
      );
      return before && after ? 10 * Math.log10(before / after) : 0;
    });
  }
}

const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);

function squaredError(a: Float32Array, b: Float32Array, from: number, count: number): number {
  let sum = 0;
  for (let i = from; i < from + count; i++) sum += ((a[i] ?? 0) - (b[i] ?? 0)) ** 2;
  return sum;
}
