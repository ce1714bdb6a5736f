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
  /** A mixture of four source rows, going on beyond either edge. */
  private readonly mixed: Float32Array;
  private readonly margin: number;
  private readonly wholeX: number;
  private readonly wholeY: number;
  private readonly weightsX: Weights;
  private readonly weightsY: Weights;

  constructor(
    private readonly picture: Picture,
    shift: FrameShift,
  ) {
    // What is at (x, y) in the result was at (x − shift.x, y − shift.y).
    this.wholeX = Math.floor(-shift.x);
    this.wholeY = Math.floor(-shift.y);
    this.weightsX = cubicWeights(-shift.x - this.wholeX);
    this.weightsY = cubicWeights(-shift.y - this.wholeY);
    this.margin = Math.abs(this.wholeX) + 2;
    this.mixed = new Float32Array(picture.width + 2 * this.margin);
  }

  /** Writes row `y` into `out`, which has the picture's width. */
  row(y: number, out: Float32Array): void {
    const { picture, mixed, margin } = this;
    const { data, width, height } = picture;
    const rowAt = (row: number): number => Math.min(height - 1, Math.max(0, row)) * width;
    const top = y + this.wholeY - 1;
    const [row0, row1, row2, row3] = [rowAt(top), rowAt(top + 1), rowAt(top + 2), rowAt(top + 3)];
    const [v0, v1, v2, v3] = this.weightsY;
    for (let x = 0; x < width; x++) {
      mixed[margin + x] =
        v0 * (data[row0 + x] ?? 0) +
        v1 * (data[row1 + x] ?? 0) +
        v2 * (data[row2 + x] ?? 0) +
        v3 * (data[row3 + x] ?? 0);
    }
    mixed.fill(mixed[margin] ?? 0, 0, margin);
    mixed.fill(mixed[margin + width - 1] ?? 0, margin + width);
    const [h0, h1, h2, h3] = this.weightsX;
    for (let x = 0, at = margin + this.wholeX - 1; x < width; x++, at++) {
      out[x] =
        h0 * (mixed[at] ?? 0) +
        h1 * (mixed[at + 1] ?? 0) +
        h2 * (mixed[at + 2] ?? 0) +
        h3 * (mixed[at + 3] ?? 0);
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
