/** Pictures, references and what they have in common, on the GPU. */
import type { GpuContext } from '../../gpu/context.ts';
import { groups, Recorder, u32 } from '../../gpu/recorder.ts';
import { ANGLES, MODES, type PoseGrid } from './grid.ts';
import type { References } from './references.ts';

/** How a picture lies against the reference of its class. */
export interface Pose {
  /** From 0. */
  readonly class: number;
  /** The particle's centre from pixel side/2, working px. */
  readonly x: number;
  readonly y: number;
  /** From the average's direction to the picture's, radians, clockwise as rows are counted downwards. */
  readonly angle: number;
}

interface Chunk {
  readonly count: number;
  readonly series: GPUBuffer;
}

/** Bytes of one buffer that a chunk of pictures fills: below every device's limit. */
const chunkBytes = 64 << 20;

/** How many pictures are looked at together. */
export function chunksOf(pictures: number, { rings, shifts }: PoseGrid, classes: number): number[] {
  const series = shifts.length * rings * MODES * 8;
  const scores = classes * shifts.length * ANGLES * 4;
  const parts = classes * (rings * MODES + 1) * 8;
  const most = Math.max(1, Math.min(32768, Math.floor(chunkBytes / Math.max(series, scores, parts))));
  const count = Math.ceil(pictures / most);
  return Array.from({ length: count }, (_, i) => Math.min(most, pictures - i * most));
}

/** Does the large half of each step of expectation maximisation; `destroy` frees all it made. */
export class ClassEngine {
  private readonly made: GPUBuffer[] = [];
  private readonly chunks: Chunk[] = [];
  private readonly shifts: GPUBuffer;
  private readonly neighbours: GPUBuffer;
  private readonly scores: GPUBuffer;
  private readonly parts: GPUBuffer;
  private readonly sums: GPUBuffer;
  /** cos and sin of the angles. */
  private readonly roots: GPUBuffer;
  private readonly sumBytes: number;

  /** @param largest pictures of a chunk. */
  constructor(
    private readonly context: GpuContext,
    private readonly grid: PoseGrid,
    private readonly classes: number,
    largest: number,
  ) {
    const { shifts, neighbours, rings } = grid;
    const partBytes = (rings * MODES + 1) * 8;
    this.sumBytes = classes * partBytes;
    this.shifts = this.keep(
      context.upload('classes', Float32Array.from(shifts.flatMap(({ x, y }) => [x, y]))),
    );
    this.neighbours = this.keep(context.upload('classes', Uint32Array.from(neighbours.flat())));
    this.roots = this.keep(context.upload('classes', rootTable()));
    this.scores = this.keep(context.buffer('classes', largest * classes * shifts.length * ANGLES * 4));
    this.parts = this.keep(context.buffer('classes', largest * this.sumBytes));
    this.sums = this.keep(context.buffer('classes', this.sumBytes));
  }

  /** Takes the next chunk of pictures, as `workingPictures` makes them. */
  async add(pictures: Float32Array<ArrayBuffer>): Promise<void> {
    const { context, grid } = this;
    const { rings, shifts, workingPx } = grid;
    const count = pictures.length / workingPx ** 2;
    const series = this.keep(context.buffer('classes', count * shifts.length * rings * MODES * 8));
    const pixels = context.upload('classes', pictures);
    try {
      const recorder = new Recorder(context);
      recorder.dispatch(
        await context.pipeline('classes/polar.wgsl'),
        [u32(workingPx), u32(rings)],
        [pixels, this.shifts, series, this.roots],
        [shifts.length, count, 1],
      );
      recorder.submit();
    } finally {
      context.free(pixels);
    }
    this.chunks.push({ count, series });
  }

  /** The weighted sums that weights given by hand lead to. */
  async sumsOf(weights: readonly Float32Array<ArrayBuffer>[]): Promise<Float32Array> {
    return await this.sumOver((chunk, i) => {
      const given = weights[i];
      if (given) this.context.device.queue.writeBuffer(this.scores, 0, given);
      return chunk;
    });
  }

  /** One step: every picture's poses weighed by the references, and the sums that they lead to. */
  async step(references: References): Promise<Float32Array> {
    return await this.weighed(references, async (weigh) => await this.sumOver(weigh));
  }

  /** The best pose of each picture. */
  async poses(references: References): Promise<Pose[]> {
    const poses: Pose[] = [];
    await this.weighed(references, async (weigh) => {
      for (const chunk of this.chunks) {
        const found = new Float32Array(await this.context.read((await weigh(chunk)).found, chunk.count * 32));
        for (let i = 0; i < chunk.count; i++) {
          const [k = 0, x = 0, y = 0, angle = 0] = found.subarray(8 * i, 8 * i + 4);
          poses.push({ class: k, x, y, angle });
        }
      }
    });
    return poses;
  }

  destroy(): void {
    this.context.free(...this.made);
  }

  private keep(buffer: GPUBuffer): GPUBuffer {
    this.made.push(buffer);
    return buffer;
  }

  /** Gives `work` a way to weigh a chunk: its weights stay in `scores` until the next. */
  private async weighed<T>(
    { series, levels }: References,
    work: (weigh: (chunk: Chunk) => Promise<{ readonly found: GPUBuffer }>) => Promise<T>,
  ): Promise<T> {
    const { context, grid, classes } = this;
    const shifts = grid.shifts.length;
    const largest = Math.max(...this.chunks.map(({ count }) => count));
    const references = context.upload('classes', series);
    const priors = context.upload('classes', levels);
    const found = context.buffer('classes', largest * 32);
    try {
      const score = await context.pipeline('classes/score.wgsl');
      const posterior = await context.pipeline('classes/posterior.wgsl');
      return await work(async ({ count, series: pictures }) => {
        const recorder = new Recorder(context);
        const given = [pictures, references, priors, this.scores, this.roots];
        recorder.dispatch(score, [u32(grid.rings)], given, [shifts, classes, count]);
        const best = [this.shifts, this.neighbours, this.scores, found];
        recorder.dispatch(posterior, [u32(classes), u32(shifts)], best, [count, 1, 1]);
        recorder.submit();
        return { found };
      });
    } finally {
      context.free(references, priors, found);
    }
  }

  /** Sums over all chunks in their order, each after `weigh` has put its weights into `scores`. */
  private async sumOver(weigh: (chunk: Chunk, index: number) => unknown): Promise<Float32Array> {
    const { context, grid, classes, sumBytes } = this;
    const gather = await context.pipeline('classes/gather.wgsl');
    const sum = await context.pipeline('classes/sum.wgsl');
    context.device.queue.writeBuffer(this.sums, 0, new Uint8Array(sumBytes));
    for (const [i, chunk] of this.chunks.entries()) {
      await weigh(chunk, i);
      const recorder = new Recorder(context);
      const fields = [u32(grid.shifts.length), u32(grid.rings)];
      recorder.dispatch(
        gather,
        fields,
        [this.scores, chunk.series, this.parts, this.roots],
        [classes, chunk.count, 1],
      );
      const values = sumBytes / 8;
      recorder.dispatch(
        sum,
        [u32(values), u32(chunk.count)],
        [this.parts, this.sums],
        [groups(values, 64), 1, 1],
      );
      recorder.submit();
    }
    return new Float32Array(await context.read(this.sums, sumBytes));
  }
}

function rootTable(): Float32Array<ArrayBuffer> {
  const turn = (2 * Math.PI) / ANGLES;
  return Float32Array.from({ length: 2 * ANGLES }, (_, i) => {
    const angle = turn * Math.floor(i / 2);
    return i % 2 === 0 ? Math.cos(angle) : Math.sin(angle);
  });
}
