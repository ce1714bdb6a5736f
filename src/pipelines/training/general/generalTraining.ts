import { foldNorms } from '../../../nn/foldNorms.ts';
import type { CheckpointFile } from '../../../nn/train/checkpoint.ts';
import { adam, type TrainingSettings } from '../../../nn/train/settings.ts';
import { type GpuSource, type StepReport, Trainer } from '../../../nn/train/trainer.ts';
import { SceneFeed, type ScenesBy } from '../../simulation/sceneFeed.ts';
import { defaultScenes } from '../../simulation/scenes.ts';
import type { WorkingSettings } from '../examples.ts';
import type { NetworkWeights } from '../matchedFilter.ts';
import { mixedNetwork } from '../mixed.ts';
import { generalGraph, initialTensors } from './design.ts';
import { patchSource, type RealSet } from './patches.ts';
import { ScenePool } from './pictures.ts';
import type { Recipe } from './recipe.ts';

/** How the general picker is shown a micrograph. */
export const generalSettings: WorkingSettings = { workingDiameterPx: 24, highpassDiameters: 4, clip: 6 };

export interface GeneralRunOptions {
  readonly signal?: AbortSignal | undefined;
  readonly checkpointEvery: number;
  /** What draws the scenes; the fastest where nothing is said. */
  readonly scenesBy?: ScenesBy;
  readonly onStep?: (report: StepReport) => void;
  readonly onCheckpoint?: (checkpoint: CheckpointFile) => Promise<void>;
}

/** The training of the picker that comes along, by a recipe. */
export class GeneralTraining {
  private constructor(
    readonly recipe: Recipe,
    private readonly start: NetworkWeights | undefined,
    private readonly trainer: Trainer,
    private readonly sets: readonly RealSet[],
    private readonly gpu: GpuSource,
  ) {}

  /**
   * @param sets what the recipe's `sets` name, in its order.
   * @param start a network of this design to begin from, learnt on with or without normalisations, as it comes; nothing
   * learnt without it.
   * @param checkpoint of a training by the same recipe, to go on with.
   */
  static begin(
    gpu: GpuSource,
    recipe: Recipe,
    sets: readonly RealSet[],
    { start, checkpoint }: { readonly start?: NetworkWeights; readonly checkpoint?: CheckpointFile } = {},
  ): GeneralTraining {
    const graph = start?.graph ?? generalGraph(recipe.design);
    const trainer = checkpoint
      ? Trainer.resume('the checkpoint', checkpoint, gpu)
      : Trainer.begin(
          graph,
          start?.tensors ?? initialTensors(graph, recipe.seed),
          settingsOf(recipe),
          gpu,
          BigInt(recipe.seed),
        );
    return new GeneralTraining(recipe, start, trainer, sets, gpu);
  }

  get step(): number {
    return this.trainer.step;
  }

  async run({ signal, checkpointEvery, scenesBy, onStep, onCheckpoint }: GeneralRunOptions): Promise<void> {
    const { recipe, trainer } = this;
    const { batch, patchPx, realShare, seed, signalToNoise, extents, families } = recipe;
    const { clip } = generalSettings;
    // Larger than a patch, so that it can be cut in more than one way.
    const sizePx = patchPx + 64;
    const settings = { ...defaultScenes, seed, sizePx, signalToNoise, extents, families, clip };
    const scenes = new SceneFeed(settings, this.gpu, scenesBy);
    try {
      await trainer.run({
        until: recipe.steps,
        batches: patchSource(new ScenePool(scenes), this.sets, { batch, patchPx, clip, realShare }),
        checkpointEvery,
        ...(onStep && { onStep }),
        ...(signal && { signal }),
        ...(onCheckpoint && { onCheckpoint: async (one: Trainer) => await onCheckpoint(one.checkpoint()) }),
      });
    } finally {
      await scenes.dispose();
    }
  }

  /** What was learnt, normalisations folded: the moving average of the weights, with the recipe's share of those it started from. */
  network(): NetworkWeights {
    const { start, recipe, trainer } = this;
    const learnt = foldNorms(start?.graph ?? generalGraph(recipe.design), trainer.tensors(true));
    return start ? mixedNetwork(learnt, foldNorms(start.graph, start.tensors), recipe.startShare) : learnt;
  }

  dispose(): void {
    this.trainer.dispose();
  }
}

function settingsOf({ learningRate, steps }: Recipe): TrainingSettings {
  return {
    loss: { kind: 'bce' },
    optimiser: adam(learningRate, 1e-3),
    schedule: { kind: 'cosine', warmUpSteps: Math.min(100, steps), steps, final: 0.01 },
    clipNorm: 1,
    averageDecay: 0.99,
  };
}
