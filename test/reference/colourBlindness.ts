/**
 * What eyes without one kind of cone see of a colour: the matrices of Viénot, Brettel and Mollon (1999), "Digital video
 * colourmaps for checking the legibility of displays by dichromats", and for tritanopia, which these leave out, that of
 * Machado, Oliveira and Fernandes (2009), "A physiologically-based model for simulation of color vision deficiency"; both
 * on linear RGB. Distances in CIE L*a*b* (D65).
 */
export type Rgb = readonly [number, number, number];

type Matrix = readonly [Rgb, Rgb, Rgb];

const dichromats = {
  deuteranopia: [
    [0.29275, 0.70725, 0],
    [0.29275, 0.70725, 0],
    [-0.02234, 0.02234, 1],
  ],
  protanopia: [
    [0.11238, 0.88762, 0],
    [0.11238, 0.88762, 0],
    [0.00401, -0.00401, 1],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
} as const satisfies Readonly<Record<string, Matrix>>;

export type Eye = 'all cones' | keyof typeof dichromats;

export const eyes: readonly Eye[] = ['all cones', 'deuteranopia', 'protanopia', 'tritanopia'];

const toLinear = (v: number): number => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);

const inGamut = (v: number): number => Math.min(1, Math.max(0, v));

function times(matrix: Matrix, [r, g, b]: Rgb): Rgb {
  const row = ([x, y, z]: Rgb): number => x * r + y * g + z * b;
  return [row(matrix[0]), row(matrix[1]), row(matrix[2])];
}

/** @param colour sRGB, 0 to 1. @returns L*, a*, b* of what the eye sees. */
export function labSeenBy(eye: Eye, [r, g, b]: Rgb): Rgb {
  const linear: Rgb = [toLinear(r), toLinear(g), toLinear(b)];
  const [r1, g1, b1] = eye === 'all cones' ? linear : times(dichromats[eye], linear);
  const seen: Rgb = [inGamut(r1), inGamut(g1), inGamut(b1)];
  const xyz = times(
    [
      [0.4124564, 0.3575761, 0.1804375],
      [0.2126729, 0.7151522, 0.072175],
      [0.0193339, 0.119192, 0.9503041],
    ],
    seen,
  );
  const f = (t: number): number => (t > (6 / 29) ** 3 ? Math.cbrt(t) : t / (3 * (6 / 29) ** 2) + 4 / 29);
  const [x, y, z] = [f(xyz[0] / 0.95047), f(xyz[1]), f(xyz[2] / 1.08883)];
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

/** The distance (ΔE 1976) of two colours to an eye; about 2.3 can just be told apart side by side. */
export function distanceTo(eye: Eye, a: Rgb, b: Rgb): number {
  const [p, q] = [labSeenBy(eye, a), labSeenBy(eye, b)];
  return Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]);
}
