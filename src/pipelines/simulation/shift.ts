import type { FrameShift } from './drift.ts';

export interface Picture {
  readonly data: Float32Array;
  readonly width: number;
  readonly height: number;
}

/**
 * Rows of a picture that is moved by part of a pixel: cubic convolution (Keys 1981, a = −½), which keeps waves of four
 * pixels and more to 2 %. Beyond the edges the picture goes on as its outermost pixels.
 */
export class MovedPicture {
  /** One source row of the mixture, with two pixels beyond either edge. */
  private readonly mixed: Float32Array;
  private readonly wholeX: number;
  private readonly wholeY: number;
  private readonly weightsX: Weights;
  private readonly weightsY: Weights;

  constructor(
    private readonly picture: Picture,
    shift: FrameShift,
  ) {
    this.mixed = new Float32Array(picture.width + 4);
    // What is at (x, y) in the result was at (x − shift.x, y − shift.y).
    this.wholeX = Math.floor(-shift.x);
    this.wholeY = Math.floor(-shift.y);
    this.weightsX = cubicWeights(-shift.x - this.wholeX);
    this.weightsY = cubicWeights(-shift.y - this.wholeY);
  }

  /** Writes row `y` into `out`, which has the picture's width. */
  row(y: number, out: Float32Array): void {
    const { picture, mixed, wholeX } = this;
    const { data, width, height } = picture;
    const rowAt = (row: number): number => Math.min(height - 1, Math.max(0, row)) * width;
    const top = y + this.wholeY - 1;
    const [row0, row1, row2, row3] = [rowAt(top), rowAt(top + 1), rowAt(top + 2), rowAt(top + 3)];
    const [v0, v1, v2, v3] = this.weightsY;
    // mixed[i] is column first + i of the source.
    const first = wholeX - 1;
    const mix = (i: number): void => {
      const column = Math.min(width - 1, Math.max(0, first + i));
      mixed[i] =
        v0 * (data[row0 + column] ?? 0) +
        v1 * (data[row1 + column] ?? 0) +
        v2 * (data[row2 + column] ?? 0) +
        v3 * (data[row3 + column] ?? 0);
    };
    // The inner columns need no looking at the edges.
    const inner = Math.min(mixed.length, Math.max(0, -first));
    const innerEnd = Math.max(inner, Math.min(mixed.length, width - first));
    for (let i = 0; i < inner; i++) mix(i);
    for (let i = inner, column = first + inner; i < innerEnd; i++, column++) {
      mixed[i] =
        v0 * (data[row0 + column] ?? 0) +
        v1 * (data[row1 + column] ?? 0) +
        v2 * (data[row2 + column] ?? 0) +
        v3 * (data[row3 + column] ?? 0);
    }
    for (let i = innerEnd; i < mixed.length; i++) mix(i);
    const [h0, h1, h2, h3] = this.weightsX;
    for (let x = 0; x < width; x++) {
      out[x] =
        h0 * (mixed[x] ?? 0) + h1 * (mixed[x + 1] ?? 0) + h2 * (mixed[x + 2] ?? 0) + h3 * (mixed[x + 3] ?? 0);
    }
  }
}

type Weights = readonly [number, number, number, number];

/** Weights of the samples at −1, 0, 1 and 2 for a place between 0 and 1. */
function cubicWeights(t: number): Weights {
  return [
    ((-0.5 * t + 1) * t - 0.5) * t,
    (1.5 * t - 2.5) * t * t + 1,
    ((-1.5 * t + 2) * t + 0.5) * t,
    (0.5 * t - 0.5) * t * t,
  ];
}
