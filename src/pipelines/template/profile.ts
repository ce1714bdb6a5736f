/**
 * The radial profile of picked particles: the mean of their pixels over distance from the centre. Orientations, clicks
 * beside the centre and noise average out in it, so that few particles are enough.
 */

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A picture on the CPU, row-major. */
export interface Picture {
  readonly data: Float32Array<ArrayBuffer>;
  readonly width: number;
  readonly height: number;
}

/** Values per pixel of radius: half a pixel apart, so that linear interpolation loses nothing that the pixels hold. */
export const stepsPerPixel = 2;

/** Weights and weighted sums of pixel values at radii 0, ½, 1, … px; sums of several particles and pictures add up. */
export interface RadialSums {
  readonly radiusPx: number;
  readonly weights: Float64Array;
  readonly totals: Float64Array;
  /** Particles that went in, by weight. */
  particles: number;
}

export function emptySums(radiusPx: number): RadialSums {
  const length = Math.floor(radiusPx * stepsPerPixel) + 1;
  return { radiusPx, weights: new Float64Array(length), totals: new Float64Array(length), particles: 0 };
}

/** Calls `visit` with the index and the distance (px) of every pixel of `picture` nearer to `centre` than `radiusPx`. */
export function eachPixelAround(
  { width, height }: Picture,
  { x, y }: Point,
  radiusPx: number,
  visit: (index: number, radius: number) => void,
): void {
  const [left, right] = [Math.max(0, Math.ceil(x - radiusPx)), Math.min(width - 1, Math.floor(x + radiusPx))];
  const [top, bottom] = [
    Math.max(0, Math.ceil(y - radiusPx)),
    Math.min(height - 1, Math.floor(y + radiusPx)),
  ];
  for (let row = top; row <= bottom; row++) {
    for (let column = left; column <= right; column++) {
      const radius = Math.hypot(column - x, row - y);
      if (radius < radiusPx) visit(row * width + column, radius);
    }
  }
}

/** Adds a particle's pixels, each shared by the two nearest radii; a negative weight takes a particle out again. */
export function addParticle(sums: RadialSums, picture: Picture, centre: Point, weight = 1): void {
  const { radiusPx, weights, totals } = sums;
  sums.particles += weight;
  const last = weights.length - 1;
  const add = (bin: number, share: number, value: number): void => {
    weights[bin] = (weights[bin] ?? 0) + share;
    totals[bin] = (totals[bin] ?? 0) + share * value;
  };
  eachPixelAround(picture, centre, radiusPx, (index, radius) => {
    const place = Math.min(last, radius * stepsPerPixel);
    const bin = Math.floor(place);
    const value = picture.data[index] ?? 0;
    add(bin, weight * (1 - (place - bin)), value);
    if (place > bin) add(bin + 1, weight * (place - bin), value);
  });
}

/** Adds `from` to `sums`, of the same radius. */
export function addSums(sums: RadialSums, from: RadialSums): void {
  sums.particles += from.particles;
  for (let i = 0; i < sums.weights.length; i++) {
    sums.weights[i] = (sums.weights[i] ?? 0) + (from.weights[i] ?? 0);
    sums.totals[i] = (sums.totals[i] ?? 0) + (from.totals[i] ?? 0);
  }
}

/**
 * Where the edge of the disc fades, as a part of its radius: an abrupt edge would ring.
 */
const fadingPart = 0.15;

/** Weight of a pixel in the comparison: 1 in the disc, fading at its edge to 0. */
export function discWeight(radius: number, radiusPx: number): number {
  return Math.min(1, Math.max(0, (radiusPx - radius) / (fadingPart * radiusPx)));
}

/**
 * What a particle is compared with: values at radii 0, ½, 1, … px, times the disc's weight, with a weighted mean of zero
 * and a sum of squares over the pixels of the plane of 1.
 */
export interface RadialTemplate {
  readonly radiusPx: number;
  readonly values: Float64Array;
}

/** Area of the ring of the plane that belongs to a radius, px². */
export function ringArea(step: number): number {
  const width = 1 / stepsPerPixel;
  return step === 0 ? (Math.PI * width * width) / 4 : 2 * Math.PI * step * width * width;
}

/**
 * The template of radial sums.
 * @returns undefined when there is nothing to be seen: no pixel, or the same value everywhere.
 */
export function templateOf({ radiusPx, weights, totals }: RadialSums): RadialTemplate | undefined {
  const values = new Float64Array(weights.length);
  let known = 0;
  for (let i = values.length - 1; i >= 0; i--) {
    // A radius between pixels, as of a single particle near its centre, looks like the next one.
    if ((weights[i] ?? 0) > 1e-6) known = (totals[i] ?? 0) / (weights[i] ?? 1);
    values[i] = known;
  }
  let [area, sum] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    const weight = discWeight(i / stepsPerPixel, radiusPx) * ringArea(i);
    area += weight;
    sum += weight * (values[i] ?? 0);
  }
  let squares = 0;
  for (let i = 0; i < values.length; i++) {
    const value = ((values[i] ?? 0) - sum / area) * discWeight(i / stepsPerPixel, radiusPx);
    values[i] = value;
    squares += ringArea(i) * value * value;
  }
  if (!(squares > 1e-12)) return undefined;
  const norm = 1 / Math.sqrt(squares);
  return { radiusPx, values: values.map((value) => value * norm) };
}

/** The template's value at a distance from its centre, px. */
export function templateAt({ values }: RadialTemplate, radius: number): number {
  const place = radius * stepsPerPixel;
  const bin = Math.floor(place);
  const [a = 0, b = 0] = [values[bin], values[bin + 1]];
  return a + (b - a) * (place - bin);
}
