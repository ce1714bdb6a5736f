import { complexField } from '../../fft/cpuField.ts';
import { Fourier2d, transformCube } from '../../fft/cpuFourier.ts';
import { nextFastSize } from '../../fft/sizes.ts';
import type { ParticleVolume } from './volume.ts';

/** How much larger than the particle the cube is that is transformed: finer frequencies, which interpolation needs. */
const oversampling = 2;
/** Room about a particle's projection, px. */
const margin = 2;

/** One projection as a square tile, whose pixel (0, 0) lies at (left, top) of the picture. */
export interface ProjectionTile {
  readonly left: number;
  readonly top: number;
  readonly side: number;
  /** V·Å, row-major; overwritten by the next projection. */
  readonly data: Float32Array;
}

/** The Fourier transform of a volume, for projections to any pixel size. */
export class VolumeSpectrum {
  readonly side: number;
  readonly voxelSizeAngstrom: number;
  readonly diameterAngstrom: number;
  /** Edge of the transformed cube, voxels. */
  readonly grid: number;
  /** The half with frequencies x from −1 on: [z][y][x]. */
  readonly re: Float32Array;
  readonly im: Float32Array;

  constructor(volume: ParticleVolume) {
    this.side = volume.side;
    this.voxelSizeAngstrom = volume.voxelSizeAngstrom;
    this.diameterAngstrom = volume.diameterAngstrom;
    this.grid = nextFastSize(volume.side * oversampling);
    const { re, im } = spectrumOf(volume, this.grid);
    this.re = re;
    this.im = im;
  }
}

/**
 * Projections of a volume at any orientation and place: slices through its Fourier transform (DeRosier and Klug 1968),
 * interpolated by cubic B-splines in a spectrum twice as fine as the particle needs, with the fall-off that this makes
 * divided out beforehand (gridding correction, sinc⁴; O'Sullivan 1985). What is folded back is below 1.3 % at the cube's
 * corners and vanishes towards its middle. Frequencies beyond the coarser of the two
 * samplings, the volume's and the picture's, are left out.
 */
export class VolumeProjector {
  /** Edge of a tile, px. */
  readonly tileSide: number;
  private readonly tile: ReturnType<typeof complexField>;
  private readonly fourier: Fourier2d;
  /** Steps in the volume's spectrum for a step in the tile's. */
  private readonly step: number;
  private readonly highest: number;
  private readonly scale: number;
  private readonly weightsX = new Float64Array(4);
  private readonly weightsY = new Float64Array(4);
  private readonly weightsZ = new Float64Array(4);

  constructor(
    private readonly spectrum: VolumeSpectrum,
    readonly pixelSizeAngstrom: number,
  ) {
    const { side, voxelSizeAngstrom, grid } = spectrum;
    // A particle that fills the corners of its cube nowhere: a sphere is enough.
    const needed = (side * voxelSizeAngstrom) / pixelSizeAngstrom + 2 * margin;
    this.tileSide = nextFastSize(needed);
    this.tile = complexField(this.tileSide ** 2);
    this.fourier = new Fourier2d(this.tileSide, this.tileSide);
    const tileAngstrom = this.tileSide * pixelSizeAngstrom;
    this.step = (grid * voxelSizeAngstrom) / tileAngstrom;
    // In steps of the tile's spectrum; the Nyquist frequency itself has no sign and is left out.
    this.highest = Math.min(this.tileSide / 2 - 1, (grid / 2 - 1) / this.step);
    this.scale = voxelSizeAngstrom ** 3 / tileAngstrom ** 2;
  }

  /**
   * @param rotation row-major 3 × 3 matrix that turns the particle; then it is looked at along z.
   * @param centre of the particle in the picture, px.
   */
  project(rotation: readonly number[], centre: { readonly x: number; readonly y: number }): ProjectionTile {
    const { tileSide, tile, step, highest } = this;
    const { grid, re: cubeRe, im: cubeIm } = this.spectrum;
    const [r0 = 0, r1 = 0, r2 = 0, r3 = 0, r4 = 0, r5 = 0] = rotation;
    const left = Math.round(centre.x) - tileSide / 2;
    const top = Math.round(centre.y) - tileSide / 2;
    const phaseX = (-2 * Math.PI * (centre.x - left)) / tileSide;
    const phaseY = (-2 * Math.PI * (centre.y - top)) / tileSide;
    const { re, im } = tile;
    re.fill(0);
    im.fill(0);
    const columns = storedColumns(grid);
    const { weightsX, weightsY, weightsZ } = this;
    const whole = Math.floor(highest);
    // The spectrum of a real picture: one half is sampled, the other is its mirror.
    for (let u = 0; u <= whole; u++) {
      for (let v = -whole; v <= whole; v++) {
        if (u * u + v * v > highest * highest || (u === 0 && v < 0)) continue;
        let x = step * (r0 * u + r3 * v);
        let y = step * (r1 * u + r4 * v);
        let z = step * (r2 * u + r5 * v);
        let sign = 1;
        if (x < 0) {
          x = -x;
          y = -y;
          z = -z;
          sign = -1;
        }
        const x0 = Math.floor(x);
        const y0 = Math.floor(y);
        const z0 = Math.floor(z);
        splineWeights(x - x0, weightsX);
        splineWeights(y - y0, weightsY);
        splineWeights(z - z0, weightsZ);
        let valueRe = 0;
        let valueIm = 0;
        for (let k = 0; k < 4; k++) {
          const section = ((z0 + k - 1 + grid) % grid) * grid;
          const weightZ = weightsZ[k] ?? 0;
          for (let j = 0; j < 4; j++) {
            // The stored columns begin at −1.
            const at = (section + ((y0 + j - 1 + grid) % grid)) * columns + x0;
            const weight = weightZ * (weightsY[j] ?? 0);
            const w0 = weight * (weightsX[0] ?? 0);
            const w1 = weight * (weightsX[1] ?? 0);
            const w2 = weight * (weightsX[2] ?? 0);
            const w3 = weight * (weightsX[3] ?? 0);
            valueRe +=
              w0 * (cubeRe[at] ?? 0) +
              w1 * (cubeRe[at + 1] ?? 0) +
              w2 * (cubeRe[at + 2] ?? 0) +
              w3 * (cubeRe[at + 3] ?? 0);
            valueIm +=
              w0 * (cubeIm[at] ?? 0) +
              w1 * (cubeIm[at + 1] ?? 0) +
              w2 * (cubeIm[at + 2] ?? 0) +
              w3 * (cubeIm[at + 3] ?? 0);
          }
        }
        valueIm *= sign;
        const phase = phaseX * u + phaseY * v;
        const cos = Math.cos(phase);
        const sin = Math.sin(phase);
        const row = v < 0 ? v + tileSide : v;
        const at = u * tileSide + row;
        re[at] = valueRe * cos - valueIm * sin;
        im[at] = valueRe * sin + valueIm * cos;
        if (u === 0 && v === 0) continue;
        const mirrored = (u === 0 ? 0 : tileSide - u) * tileSide + (v > 0 ? tileSide - v : -v);
        re[mirrored] = re[at] ?? 0;
        im[mirrored] = -(im[at] ?? 0);
      }
    }
    this.fourier.backward(tile);
    for (let i = 0; i < re.length; i++) re[i] = (re[i] ?? 0) * this.scale;
    return { left, top, side: tileSide, data: re };
  }
}

/** Frequencies along x: −1 … grid/2 + 2, all that a spline in the positive half touches. */
const storedColumns = (grid: number): number => grid / 2 + 4;

/** Of the samples at −1, 0, 1 and 2 for a place t between 0 and 1. */
function splineWeights(t: number, weights: Float64Array): void {
  const s = 1 - t;
  weights[0] = (s * s * s) / 6;
  weights[1] = 2 / 3 - t * t * (1 - t / 2);
  weights[2] = 2 / 3 - s * s * (1 - s / 2);
  weights[3] = (t * t * t) / 6;
}

/** The half-spectrum of a volume in a larger, empty cube, its centre at the origin, divided by sinc⁴ beforehand. */
function spectrumOf({ side, data }: ParticleVolume, grid: number) {
  const field = complexField(grid ** 3);
  const half = side / 2;
  const fallOff = Float64Array.from({ length: side }, (_, i) => {
    const t = (Math.PI * (i - half)) / grid;
    return t === 0 ? 1 : (t / Math.sin(t)) ** 4;
  });
  const place = (i: number): number => (i - half + grid) % grid;
  for (let z = 0; z < side; z++)
    for (let y = 0; y < side; y++)
      for (let x = 0; x < side; x++)
        field.re[(place(z) * grid + place(y)) * grid + place(x)] =
          (data[(z * side + y) * side + x] ?? 0) * (fallOff[x] ?? 1) * (fallOff[y] ?? 1) * (fallOff[z] ?? 1);
  transformCube(field, grid, -1);
  const columns = storedColumns(grid);
  const result = { re: new Float32Array(grid * grid * columns), im: new Float32Array(grid * grid * columns) };
  for (let row = 0; row < grid * grid; row++) {
    for (let column = 0; column < columns; column++) {
      const from = row * grid + ((column - 1 + grid) % grid);
      result.re[row * columns + column] = field.re[from] ?? 0;
      result.im[row * columns + column] = field.im[from] ?? 0;
    }
  }
  return result;
}

/** Adds a tile to a picture, times a factor; what lies outside is lost. */
export function addTile(
  picture: { readonly data: Float32Array; readonly width: number; readonly height: number },
  { left, top, side, data }: ProjectionTile,
  factor = 1,
): void {
  const { width, height } = picture;
  for (let y = Math.max(0, -top); y < Math.min(side, height - top); y++) {
    const to = (y + top) * width + left;
    for (let x = Math.max(0, -left); x < Math.min(side, width - left); x++)
      picture.data[to + x] = (picture.data[to + x] ?? 0) + factor * (data[y * side + x] ?? 0);
  }
}
