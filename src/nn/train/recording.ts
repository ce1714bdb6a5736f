import {
  type BufferName,
  elementsOf,
  type KernelCall,
  type Picture,
  type PictureShape,
} from '../../gpu/ops/trainCall.ts';
import type { TapTable } from '../../gpu/ops/trainTaps.ts';
import { assignSlots, type Life, type Slots } from '../slots.ts';

/** Buffers that outlive a step, or are written by the CPU. */
export const persistent = {
  images: 'images',
  target: 'target',
  weights: 'weights of the loss',
  parameters: 'parameters',
  gradients: 'gradients',
  first: 'first moments',
  second: 'second moments',
  average: 'average of the parameters',
  statistics: 'running statistics',
  step: 'numbers of the step',
  outcome: 'outcome',
  logBinomial: 'binomial distribution',
} as const satisfies Readonly<Record<string, BufferName>>;

/** Collects the calls of a step, the buffers that live within it, and the tables that they read. */
export class Recording {
  readonly calls: KernelCall[] = [];
  readonly tables = new Map<BufferName, TapTable>();
  private readonly floats = new Map<BufferName, number>();

  add(...calls: readonly KernelCall[]): void {
    this.calls.push(...calls);
  }

  /** A buffer that lives from the first call that names it to the last. */
  temporary(name: BufferName, floats: number): BufferName {
    if (this.floats.has(name)) throw new Error(`There are two buffers ${name}.`);
    this.floats.set(name, floats);
    return name;
  }

  picture(name: BufferName, { batch, width, height, channels }: PictureShape): Picture {
    const shape = { batch, width, height, channels };
    return { ...shape, buffer: this.temporary(name, elementsOf(shape)) };
  }

  /** The same table may be asked for again. */
  table(name: BufferName, make: () => TapTable): BufferName {
    if (!this.tables.has(name)) this.tables.set(name, make());
    return name;
  }

  /**
   * Which temporaries take turns in one buffer.
   * @param kept are there until the end.
   */
  slots(kept: readonly BufferName[] = []): Slots {
    const lives = new Map<BufferName, { born: number; dies: number }>();
    this.calls.forEach(({ buffers }, at) => {
      for (const name of buffers) {
        const life = lives.get(name);
        if (life) life.dies = at;
        else if (this.floats.has(name)) lives.set(name, { born: at, dies: at });
      }
    });
    for (const name of kept) {
      const life = lives.get(name);
      if (life) life.dies = this.calls.length;
    }
    return assignSlots(
      [...lives].map(
        ([group, life]): Life => ({ group, ...life, bytes: paddedBytes(this.floats.get(group) ?? 0) }),
      ),
    );
  }
}

/** Whole vec4s. */
export function paddedBytes(floats: number): number {
  return Math.max(1, Math.ceil(floats / 4)) * 16;
}
