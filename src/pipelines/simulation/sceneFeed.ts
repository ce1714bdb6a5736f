import type { GpuContext } from '../../gpu/context.ts';
import { GpuScenes } from './gpuScenes.ts';
import { type SceneSettings, type TrainingScene, TrainingScenes } from './scenes.ts';

/** Hands out a GPU, and another one after it was lost. */
export interface SceneGpu {
  acquire(): Promise<GpuContext>;
}

/** Where scenes come from. */
export interface SceneSource {
  /** Scene n. */
  at(index: number): TrainingScene | Promise<TrainingScene>;
}

/** 'gpu' and 'processor' whatever the GPU is; 'fastest': a processor that plays the GPU has nothing to win. */
export type ScenesBy = 'fastest' | 'gpu' | 'processor';

/** Batches kept: who takes scenes in random order takes those of a window. */
const keptBatches = 8;

/**
 * Training scenes from wherever they come fastest. Scenes of the GPU have the same particles and contamination as those of the
 * processor with their number, but other noise.
 */
export class SceneFeed implements SceneSource {
  private readonly processor: TrainingScenes;
  private made: { readonly context: GpuContext; readonly scenes: GpuScenes } | undefined;
  private readonly batches = new Map<number, Promise<TrainingScene[]>>();
  /** The last batch that anybody asked for. */
  private newest = -1;
  private isOver = false;

  constructor(
    private readonly settings: SceneSettings,
    private readonly gpu: SceneGpu,
    private readonly by: ScenesBy = 'fastest',
    /** Scenes that the GPU makes at a time. */
    private readonly atOnce?: number,
  ) {
    this.processor = new TrainingScenes(settings);
  }

  /** @throws DeviceLostError, after which it may be asked again. */
  async at(index: number): Promise<TrainingScene> {
    const scenes = await this.ofGpu();
    if (!scenes) return this.processor.at(index);
    const number = Math.floor(index / scenes.atOnce);
    const batch = this.batches.get(number) ?? this.begin(scenes, number);
    // Who takes scenes in order finds the next batch ready.
    if (number > this.newest) {
      this.newest = number;
      if (!this.batches.has(number + 1)) void this.begin(scenes, number + 1);
    }
    const scene = (await batch)[index % scenes.atOnce];
    if (!scene) throw new Error(`There is no scene ${index}.`);
    return scene;
  }

  /** Waits for what is being made; who asks after that is refused. */
  async dispose(): Promise<void> {
    this.isOver = true;
    await Promise.allSettled(this.batches.values());
    this.made?.scenes.destroy();
    this.made = undefined;
    this.batches.clear();
  }

  private begin(scenes: GpuScenes, number: number): Promise<TrainingScene[]> {
    const batch = scenes.batch(number);
    this.batches.set(number, batch);
    // A batch that failed is made anew when it is asked for again.
    batch.catch(() => this.batches.delete(number));
    for (const old of this.batches.keys()) {
      if (this.batches.size <= keptBatches) break;
      this.batches.delete(old);
    }
    return batch;
  }

  private async ofGpu(): Promise<GpuScenes | undefined> {
    if (this.by === 'processor') return undefined;
    const context = await this.gpu.acquire();
    // A training that was stopped may still be making its next batch.
    if (this.isOver) throw new Error('There are no more scenes: nobody waits for them.');
    if (this.by === 'fastest' && context.capabilities.isProcessor) return undefined;
    if (this.made?.context !== context) {
      // Another device: what was made on the old one is gone with it, scenes that came back are not.
      this.made = { context, scenes: new GpuScenes(context, this.settings, this.atOnce) };
    }
    return this.made.scenes;
  }
}
