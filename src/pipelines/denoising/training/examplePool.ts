import type { SimulatedExample } from './simulatedExamples.ts';

/** Where examples come from: example n is the same whenever it is asked for. */
export interface ExampleSource {
  at(index: number): SimulatedExample;
}

/**
 * Examples that are used many times, turned and with other noise each time, since to draw one takes longer than to learn from it. A window
 * moves over the endless source; which examples are in it depends on the step alone, so that a training that goes on finds the same.
 */
export class ExamplePool {
  private readonly drawn = new Map<number, SimulatedExample>();

  constructor(
    private readonly source: ExampleSource,
    /** Examples in the window. */
    private readonly size: number,
    /** New ones a step. */
    private readonly fresh: number,
  ) {}

  /** @param part which of those in the window of the step, 0 to 1. */
  at(step: number, part: number): SimulatedExample {
    const first = Math.floor(step * this.fresh);
    for (const index of this.drawn.keys()) if (index < first) this.drawn.delete(index);
    const index = first + Math.min(this.size - 1, Math.floor(part * this.size));
    const example = this.drawn.get(index) ?? this.source.at(index);
    this.drawn.set(index, example);
    return example;
  }
}
