import type { JobOptions } from '../../core/progress.ts';
import type { GpuContext } from '../../gpu/context.ts';
import { costOf } from '../../nn/cost.ts';
import { receptiveField } from '../../nn/field.ts';
import type { CheckpointFile } from '../../nn/train/checkpoint.ts';
import { TrainingError } from '../../nn/train/errors.ts';
import type { NamedTensors } from '../../nn/train/parameters.ts';
import { type GpuSource, type StepReport, Trainer } from '../../nn/train/trainer.ts';
import { filterTensor } from '../picking/arrangement/filter.ts';
import type { Candidate } from '../picking/candidates.ts';
import { besideNeighbours } from '../picking/exclusion.ts';
import { heatMap, peaksOf } from '../picking/heat.ts';
import { calibrate } from './calibrate.ts';
import { besideDrawn, calibrateCrowding } from './crowding.ts';
import type { TrainingExample, WorkingSettings } from './examples.ts';
import { type HeldOutScore, isClearlyBetter, scoreHeldOut, strictDiameters } from './heldOut.ts';
import { type NetworkWeights, withoutFilter } from './matchedFilter.ts';
import type { TrainedPicker } from './modelFile.ts';
import { patchSource } from './patches.ts';
import { sigmoid } from './posterior.ts';
import { type Preparation, prepareTraining } from './prepare.ts';
import { type PickerTrainingSettings, trainerSettings } from './settings.ts';
import { isInBand, type SplitExample, splitLabels } from './split.ts';
import { cellsPerLabel, chanceMap, labelMap } from './targets.ts';

/** A GPU, and another one after it was lost. */
export interface TrainingGpu extends GpuSource {
  /** Runs `work`, and again on a new device when the one it had was lost. */
  run<T>(work: (context: GpuContext) => Promise<T>): Promise<T>;
}

/** What a training starts from. */
export interface StartingPoint extends NetworkWeights {
  readonly settings: WorkingSettings;
  /** Whether it has learnt nothing yet. */
  readonly isBlank: boolean;
}

/** A look at what was kept back. */
export interface HeldOutReport extends HeldOutScore {
  /** Steps taken. */
  readonly step: number;
  /** Whether its network is kept: it was clearly better than all before. */
  readonly isKept: boolean;
}

/** Plain data: with the same examples, starting point and settings it goes on to the same bits. */
export interface PickerCheckpoint {
  readonly trainer: CheckpointFile;
  readonly best: Best;
  readonly history: readonly HeldOutReport[];
}

interface Best {
  readonly tensors: NamedTensors;
  readonly step: number;
}

/** What network and template find alone of what was kept back: the bars to clear. */
export interface Baselines {
  /** The network that was started from; undefined where it had learnt nothing. */
  readonly network: HeldOutScore | undefined;
  readonly template: HeldOutScore | undefined;
}

/** A picker and what it finds. */
export interface JudgedPicker extends TrainedPicker {
  /** Of each example with labels, in their order, px of its picture, with chances as scores. */
  readonly candidates: readonly (readonly Candidate[])[];
}

export interface RunOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onStep?: ((report: StepReport) => void) | undefined;
  readonly onHeldOut?: ((report: HeldOutReport) => void) | undefined;
}

/** The training of a picker on some picks: fine-tuning, early stopping, calibration. */
export class PickerTraining {
  private constructor(
    private readonly gpu: TrainingGpu,
    private readonly examples: readonly SplitExample[],
    private readonly start: StartingPoint,
    readonly settings: PickerTrainingSettings,
    private readonly prepared: Preparation,
    private readonly trainer: Trainer,
    private best: Best | undefined,
    private readonly looks: HeldOutReport[],
  ) {}

  /**
   * @param examples of one data set and one diameter; those without labels are not looked at.
   * @param checkpoint of a training with the same examples, starting point and settings, to go on with.
   * @throws TrainingError without any label, or for a network that can't be trained so.
   */
  static async begin(
    gpu: TrainingGpu,
    examples: readonly TrainingExample[],
    start: StartingPoint,
    settings: PickerTrainingSettings,
    checkpoint?: PickerCheckpoint,
    options: JobOptions = {},
  ): Promise<PickerTraining> {
    const labelled = examples.filter(({ labels }) => labels.length > 0);
    if (labelled.length === 0) {
      throw new TrainingError('There are no picks to learn from: pick some particles first.');
    }
    const split = splitLabels(labelled, settings.heldOutPart, settings.seed);
    const base = withoutFilter(start);
    const diameterPx = start.settings.workingDiameterPx;
    const known = settings.expectedCount && settings.expectedCount * learntPart(split);
    const prepared = await gpu.run((context) =>
      prepareTraining(context, split, base, start.isBlank, diameterPx, settings, known, options),
    );
    const { graph, tensors } = prepared.network;
    const cells = split.reduce(
      (sum, { picture, band }) => sum + picture.width * (picture.height - (band.bottom - band.top)),
      0,
    );
    const { stride } = receptiveField(graph).x;
    const part = (prepared.expectedCount * cellsPerLabel * stride * stride) / Math.max(1, cells);
    // The mean of many particles is better than what so few labels would make of it.
    const how = trainerSettings(settings, part, prepared.hasTemplate ? [filterTensor] : []);
    const trainer = checkpoint
      ? Trainer.resume('the checkpoint', checkpoint.trainer, gpu)
      : Trainer.begin(graph, tensors, how, gpu, BigInt(settings.seed));
    return new PickerTraining(gpu, split, start, settings, prepared, trainer, checkpoint?.best, [
      ...(checkpoint?.history ?? []),
    ]);
  }

  /** Particles on all micrographs with labels. */
  get expectedCount(): number {
    return this.prepared.expectedCount / learntPart(this.examples);
  }

  /** The examples with labels. */
  get names(): readonly string[] {
    return this.examples.map(({ name }) => name);
  }

  get baselines(): Baselines {
    const { network, template } = this.prepared.alone;
    return {
      network: network && this.scoreOf(network),
      template: template && this.scoreOf(template),
    };
  }

  /** Whether particles stand in nothing but noise, where their mean and their neighbours tell all there is and no step adds to that. */
  get isNoiseAlone(): boolean {
    return this.prepared.crowding?.share === 1;
  }

  get step(): number {
    return this.trainer.step;
  }

  /** Every look at what was kept back, the first one before any step. */
  get history(): readonly HeldOutReport[] {
    return this.looks;
  }

  /** Steps after which what was kept back was found best; the network is of that step. */
  get bestStep(): number {
    return this.best?.step ?? 0;
  }

  /** Floating-point operations of a step: forward, and twice as many backwards. */
  get flopsPerStep(): number {
    const { batch, patchPx } = this.settings;
    const costs = costOf(this.prepared.network.graph, { width: patchPx, height: patchPx });
    return 3 * batch * costs.reduce((sum, { flops }) => sum + flops, 0);
  }

  get checkpoint(): PickerCheckpoint | undefined {
    const { best } = this;
    return best && { trainer: this.trainer.checkpoint(), best, history: [...this.looks] };
  }

  /**
   * Trains to the last step, or until what was kept back is found no better any more.
   * @throws DivergedError, and an AbortError by the signal: what was best until then stays.
   */
  async run({ signal, onStep, onHeldOut }: RunOptions = {}): Promise<void> {
    const { steps, evaluateEvery, patience } = this.settings;
    signal?.throwIfAborted();
    const batches = this.batches();
    // A stop between a step and the look at it leaves that look out.
    const isDue = this.trainer.step % evaluateEvery === 0;
    if (isDue && this.looks.at(-1)?.step !== this.trainer.step) await this.look(onHeldOut);
    while (this.trainer.step < steps && !this.isNoiseAlone && !this.isExhausted(patience)) {
      signal?.throwIfAborted();
      const until = Math.min(steps, (Math.floor(this.trainer.step / evaluateEvery) + 1) * evaluateEvery);
      await this.trainer.run({
        until,
        batches,
        checkpointEvery: evaluateEvery,
        ...(onStep && { onStep }),
        ...(signal && { signal }),
      });
      await this.look(onHeldOut);
    }
  }

  /**
   * A look at what was learnt since the last one, for a training that was stopped. To go on, take the checkpoint of before:
   * an undisturbed training does not look here.
   */
  async lookAtLast(onHeldOut?: RunOptions['onHeldOut']): Promise<void> {
    if (this.looks.at(-1)?.step !== this.trainer.step) await this.look(onHeldOut);
  }

  /** The best network so far, its scores turned into chances. */
  async picker(): Promise<JudgedPicker> {
    const { separationDiameters } = this.settings;
    const { graph } = this.prepared.network;
    const tensors = this.best?.tensors ?? this.prepared.network.tensors;
    const found = await this.candidates(tensors);
    const { settings } = this.start;
    const calibrated = calibrate(
      { graph, tensors },
      this.examples,
      found,
      settings.workingDiameterPx,
      this.prepared.exclusionPx,
      this.settings.expectedCount,
    );
    const exclusionDiameters = this.prepared.exclusionPx / settings.workingDiameterPx;
    const { crowding } = this.prepared;
    const arranged =
      crowding &&
      calibrateCrowding(crowding, this.examples, calibrated.candidates, this.settings.expectedCount);
    return { ...calibrated, ...arranged, settings, separationDiameters, exclusionDiameters };
  }

  /** Gives the GPU's memory back. */
  dispose(): void {
    this.trainer.dispose();
  }

  private batches() {
    const { batch, patchPx, unlabelled } = this.settings;
    const { clip, workingDiameterPx: diameterPx } = this.start.settings;
    const { stride } = receptiveField(this.prepared.network.graph).x;
    const isWeighted = unlabelled !== 'count';
    const scenes = this.examples.map(({ picture, labels, rejected = [], band }, i) => {
      const spots = this.prepared.spots[i] ?? [];
      const taken = unlabelled === 'none' ? spots.filter(({ chance }) => chance === 1) : spots;
      const map = isWeighted
        ? chanceMap(picture, taken, stride, diameterPx, band)
        : labelMap(picture, labels, rejected, stride, diameterPx, band);
      return { picture, map, shown: labels };
    });
    return patchSource(scenes, { batch, patchPx, clip, isWeighted });
  }

  private async candidates(tensors: NamedTensors): Promise<Candidate[][]> {
    const { graph } = this.prepared.network;
    const { workingDiameterPx: diameterPx } = this.start.settings;
    const separation = this.settings.separationDiameters * diameterPx;
    return await this.gpu.run(async (context) => {
      const all: Candidate[][] = [];
      for (const { picture } of this.examples) {
        const heat = await heatMap(context, graph, tensors, picture);
        all.push(peaksOf(heat, picture, diameterPx, separation));
      }
      return all;
    });
  }

  private async look(onHeldOut: RunOptions['onHeldOut']): Promise<void> {
    const { step } = this.trainer;
    const tensors = step === 0 ? this.prepared.network.tensors : this.trainer.tensors(true);
    const found = await this.candidates(tensors);
    const { crowding, exclusionPx } = this.prepared;
    const inBands = this.examples.map(({ band }, i) => {
      const own = beside(found[i] ?? [], exclusionPx);
      const all = crowding ? besideDrawn(crowding, i, own) : own;
      return all.filter((candidate) => isInBand(candidate, band));
    });
    const score = this.scoreOf(inBands);
    const kept = this.looks.findLast(({ isKept }) => isKept);
    // Without anything kept back, the last one is the best.
    const isKept = !kept || score.heldOut === 0 || isClearlyBetter(score.logYields, kept.logYields);
    if (isKept) this.best = { tensors, step };
    const report = { step, ...score, isKept };
    this.looks.push(report);
    onHeldOut?.(report);
  }

  /** @param found of each example, in its band. */
  private scoreOf(found: readonly (readonly Candidate[])[]): HeldOutScore {
    const micrographs = this.examples.map(({ heldOut }, i) => ({ candidates: found[i] ?? [], heldOut }));
    const radius = strictDiameters * this.start.settings.workingDiameterPx;
    const keptBack = this.expectedCount - this.prepared.expectedCount;
    return scoreHeldOut(micrographs, keptBack, radius);
  }

  private isExhausted(patience: number): boolean {
    const last = this.looks.at(-1);
    if (!last || last.heldOut === 0) return false;
    const since = this.looks.filter(({ step }) => step > this.bestStep).length;
    return since >= patience;
  }
}

/** @param found with log-odds as scores. @returns chances beside the neighbours. */
function beside(found: readonly Candidate[], exclusionPx: number): Candidate[] {
  return besideNeighbours(
    found.map(({ x, y, score }) => ({ x, y, score: sigmoid(score) })),
    exclusionPx,
  );
}

/** Of the particles, those that are learnt from, as of the labels. */
function learntPart(examples: readonly SplitExample[]): number {
  const count = (of: (one: SplitExample) => readonly unknown[]): number =>
    examples.reduce((sum, one) => sum + of(one).length, 0);
  const learnt = count(({ labels }) => labels);
  return learnt / Math.max(1, learnt + count(({ heldOut }) => heldOut));
}
