import { DeviceLostError } from '../../core/errors.ts';
import type { GpuContext } from '../../gpu/context.ts';
import type { Graph } from '../layers.ts';
import type { Batch } from './batch.ts';
import { type CheckpointFile, fromCheckpoint, toCheckpoint } from './checkpoint.ts';
import { DivergedError } from './errors.ts';
import type { NamedTensors } from './parameters.ts';
import { TrainingRandom } from './random.ts';
import { type Purpose, Session } from './session.ts';
import { learningRateAt, type TrainingSettings } from './settings.ts';
import { initialState, makeTask, networkTensors, type TrainingState, type TrainingTask } from './state.ts';

/** Hands out a GPU, and another one after it was lost. */
export interface GpuSource {
  acquire(): Promise<GpuContext>;
}

/**
 * Gives the batch of a step. It may be asked for the same step again after a device was lost, with the same random source,
 * and must then give the same batch.
 */
export type BatchSource = (random: TrainingRandom, step: number) => Batch | Promise<Batch>;

/** One step taken. */
export interface StepReport {
  /** From 0. */
  readonly step: number;
  /** Before the step. */
  readonly loss: number;
  /** Of all gradients together, before they were clipped. */
  readonly gradientNorm: number;
  readonly learningRate: number;
}

export interface RunOptions {
  /** Up to this step, counted from the beginning of the training. */
  readonly until: number;
  readonly batches: BatchSource;
  /** Steps from one checkpoint to the next, 100 by default; what a lost device costs at most. */
  readonly checkpointEvery?: number;
  /** Once for each step, in order. */
  readonly onStep?: (report: StepReport) => void;
  readonly onCheckpoint?: (trainer: Trainer) => void | Promise<void>;
  readonly signal?: AbortSignal;
}

/** A device that goes away this often without a checkpoint in between will go away again. */
const attempts = 3;

/**
 * Trains a network. All it has learnt until the last checkpoint is on the CPU, so that it goes on after a lost device, to the
 * same bits; a step that gives anything not finite is not taken, and ends the run.
 */
export class Trainer {
  private session: Session | undefined;
  /** Steps that `onStep` has heard of. */
  private reported: number;

  private constructor(
    private readonly task: TrainingTask,
    private state: TrainingState,
    private readonly gpu: GpuSource,
  ) {
    this.reported = state.step;
  }

  /**
   * A training that begins.
   * @param tensors initial weights, in PyTorch's order.
   * @param seed 64 bits, of all the random sources that batches are made with.
   * @throws TrainingError, FormatError 'bad-weights' when settings or tensors make no sense.
   */
  static begin(
    graph: Graph,
    tensors: NamedTensors,
    settings: TrainingSettings,
    gpu: GpuSource,
    seed = 0n,
  ): Trainer {
    const task = makeTask(graph, settings, tensors);
    return new Trainer(task, initialState(task, tensors, new TrainingRandom(seed).hex), gpu);
  }

  /**
   * A training that goes on where its checkpoint was written.
   * @param file its name, for an error's sentence.
   * @throws FormatError 'bad-weights' when it is none.
   */
  static resume(
    file: string,
    checkpoint: { readonly tensors: NamedTensors; readonly metadata: ReadonlyMap<string, string> },
    gpu: GpuSource,
  ): Trainer {
    const { task, state } = fromCheckpoint(file, checkpoint);
    return new Trainer(task, state, gpu);
  }

  /** Steps taken at the last checkpoint. */
  get step(): number {
    return this.state.step;
  }

  get settings(): TrainingSettings {
    return this.task.settings;
  }

  /**
   * The network of the last checkpoint.
   * @param averaged the moving average in place of the weights, where one is kept.
   */
  tensors(averaged = false): NamedTensors {
    return networkTensors(this.task, this.state, averaged);
  }

  /** The last checkpoint, for `writeSafetensors`. */
  checkpoint(): CheckpointFile {
    return toCheckpoint(this.task, this.state);
  }

  /**
   * Trains until a step; there, and where the signal says stop, is a checkpoint.
   * @throws DivergedError at a loss, gradient or weight that is not finite; the last checkpoint stays. TrainingError for a
   * batch that does not fit. GpuLimitError when it is too large. An AbortError by the signal. DeviceLostError when
   * the device is lost again and again.
   */
  async run(options: RunOptions): Promise<void> {
    await this.onDevice((session) => this.runOn(session, options));
  }

  /**
   * The loss over a batch and the network's result for it, [batch][channel][row][column]; nothing is learnt, batch
   * normalisations use their running statistics.
   */
  async evaluate(
    batch: Batch,
    averaged = false,
  ): Promise<{ readonly loss: number; readonly prediction: Float32Array<ArrayBuffer> }> {
    const purpose: Purpose = averaged ? 'look at the average' : 'look';
    return await this.onDevice(async (session) => {
      const program = await session.submit(batch, this.state.step, purpose);
      const { loss } = await session.outcome();
      return { loss, prediction: await session.prediction(program) };
    });
  }

  /** Gives the GPU's memory back; the training can go on afterwards. */
  dispose(): void {
    this.session?.destroy();
    this.session = undefined;
  }

  private async onDevice<T>(work: (session: Session) => Promise<T>): Promise<T> {
    let failures = 0;
    let known = this.state;
    for (;;) {
      try {
        const context = await this.gpu.acquire();
        if (this.session?.context !== context || context.isLost) {
          this.dispose();
          this.session = new Session(context, this.task, this.state);
        }
        return await work(this.session);
      } catch (error) {
        // What the device holds may be ahead of the last checkpoint.
        this.dispose();
        failures = this.state === known ? failures + 1 : 1;
        known = this.state;
        if (!(error instanceof DeviceLostError) || failures === attempts) throw error;
      }
    }
  }

  private async runOn(session: Session, options: RunOptions): Promise<void> {
    const { until, batches, checkpointEvery = 100, onStep, onCheckpoint, signal } = options;
    const { task } = this;
    const random = new TrainingRandom(BigInt(`0x${this.state.random}`));
    const batchOf = async (step: number): Promise<Batch> => await batches(random.fork(), step);
    let step = this.state.step;
    let upcoming = step < until ? batchOf(step) : undefined;
    // Of a batch that nobody waits for any more nobody hears.
    upcoming?.catch(() => {});
    while (upcoming) {
      if (signal?.aborted) break;
      const batch = await upcoming;
      await session.submit(batch, step, 'learn');
      const after = random.hex;
      // Made while the GPU works.
      upcoming = step + 1 < until ? batchOf(step + 1) : undefined;
      upcoming?.catch(() => {});
      const { loss, gradientNorm, isBad } = await session.outcome();
      if (isBad) {
        const what = Number.isFinite(loss) ? 'a gradient or a weight is not finite' : `the loss is ${loss}`;
        throw new DivergedError(step, what);
      }
      if (step >= this.reported) {
        this.reported = step + 1;
        onStep?.({ step, loss, gradientNorm, learningRate: learningRateAt(task.settings, step) });
      }
      step++;
      if (step % checkpointEvery === 0 || step === until || signal?.aborted) {
        this.keep(await session.state(step, after));
        await onCheckpoint?.(this);
      }
    }
    signal?.throwIfAborted();
  }

  /** @throws DivergedError when what was learnt is not finite; the checkpoint before stays. */
  private keep(state: TrainingState): void {
    const { parameters, statistics, first, second, average = [] } = state;
    for (const numbers of [parameters, statistics, first, second, average]) {
      const bad = numbers.find((value) => !Number.isFinite(value));
      if (bad !== undefined) throw new DivergedError(state.step, `a weight is ${bad}`);
    }
    this.state = state;
  }
}
