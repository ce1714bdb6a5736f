import type { GpuContext } from '../gpu/context.ts';
import type { Plane } from '../gpu/plane.ts';
import { f32, groups, type Recorder, u32 } from '../gpu/recorder.ts';
import { factorise } from './sizes.ts';

/** The half spectrum of a real plane: rows 0 … height−1 of width/2 + 1 complex values (vec2f), natural order. */
export interface Spectrum {
  readonly buffer: GPUBuffer;
  /** Size of the real plane; width is even. */
  readonly width: number;
  readonly height: number;
}

/** A radial transfer function: frequency in cycles per source pixel to a factor. */
export type RadialTransfer = (cyclesPerPixel: number) => number;

/** Entries of a transfer table up to |k| = √½, the corner of the spectrum. A CTF at 4 µm needs a few thousand. */
const transferSamples = 8192;

/**
 * Two-dimensional real Fourier transforms on one GPU: Stockham passes along the rows (of pairs), unpacking, passes
 * along the columns. Unnormalised both ways; `resample` carries the factor.
 * Keeps root tables per length; `destroy` frees them.
 */
export class FourierTransforms {
  private readonly roots = new Map<number, GPUBuffer>();

  constructor(private readonly context: GpuContext) {}

  /** Bytes of a spectrum of a width × height plane; two of them are needed at once. */
  static spectrumBytes(width: number, height: number): number {
    return (width / 2 + 1) * height * 8;
  }

  /**
   * @param plane even width; factors 2, 3, 5. It is left as it was.
   * @returns a spectrum that the caller frees. Recorded, not yet run.
   */
  async forward(
    recorder: Recorder,
    plane: Plane,
    release: (...buffers: GPUBuffer[]) => void,
  ): Promise<Spectrum> {
    const { width, height } = plane;
    const half = width / 2;
    const rows = { length: half, lines: height, elementStride: 1, lineStride: half };
    const bytes = FourierTransforms.spectrumBytes(width, height);
    const a = this.context.buffer('Fourier transform', bytes);
    const b = this.context.buffer('Fourier transform', bytes);
    const packed = await this.passes(recorder, plane.buffer, a, b, rows, -1);
    const unpacked = packed === a ? b : a;
    const pipeline = await this.context.pipeline('fft/unpack_real.wgsl');
    recorder.dispatch(
      pipeline,
      [u32(half), u32(height)],
      [packed, unpacked, this.rootTable(width)],
      [groups(half + 1, 64), height, 1],
    );
    const other = unpacked === a ? b : a;
    const columns = { length: height, lines: half + 1, elementStride: half + 1, lineStride: 1 };
    const buffer = await this.passes(recorder, unpacked, other, unpacked, columns, -1);
    release(buffer === a ? b : a);
    return { buffer, width, height };
  }

  /** The real plane of a spectrum, unnormalised (width · height times the original). The spectrum is used up. */
  async backward(
    recorder: Recorder,
    spectrum: Spectrum,
    release: (...buffers: GPUBuffer[]) => void,
  ): Promise<Plane> {
    const { width, height } = spectrum;
    const half = width / 2;
    const a = spectrum.buffer;
    const b = this.context.buffer('Fourier transform', FourierTransforms.spectrumBytes(width, height));
    const columns = { length: height, lines: half + 1, elementStride: half + 1, lineStride: 1 };
    const full = await this.passes(recorder, a, b, a, columns, 1);
    const packed = full === a ? b : a;
    const pipeline = await this.context.pipeline('fft/pack_real.wgsl');
    recorder.dispatch(
      pipeline,
      [u32(half), u32(height)],
      [full, packed, this.rootTable(width)],
      [groups(half, 64), height, 1],
    );
    const rows = { length: half, lines: height, elementStride: 1, lineStride: half };
    const buffer = await this.passes(recorder, packed, full, packed, rows, 1);
    release(buffer === a ? b : a);
    return { buffer, width, height };
  }

  /**
   * Low frequencies of `source` into a spectrum of width × height, times `transfer`, scaled so that a backward
   * transform gives values of the source plane's own size (the mean is kept whatever the size).
   */
  async resample(
    recorder: Recorder,
    source: Spectrum,
    width: number,
    height: number,
    transfer: RadialTransfer,
    release: (...buffers: GPUBuffer[]) => void,
  ): Promise<Spectrum> {
    const samplesPerCycle = (transferSamples - 1) / Math.SQRT1_2;
    const table = Float32Array.from({ length: transferSamples }, (_, i) => transfer(i / samplesPerCycle));
    // This one may be refused, so it comes first: nothing is left behind then.
    const buffer = this.context.buffer('Fourier transform', FourierTransforms.spectrumBytes(width, height));
    const transferBuffer = this.context.upload('transfer function', table);
    const pipeline = await this.context.pipeline('fft/resample.wgsl');
    recorder.dispatch(
      pipeline,
      [
        u32(source.width),
        u32(source.height),
        u32(width),
        u32(height),
        f32(samplesPerCycle),
        f32(1 / (source.width * source.height)),
      ],
      [source.buffer, buffer, transferBuffer],
      [groups(width / 2 + 1, 64), height, 1],
    );
    release(transferBuffer);
    return { buffer, width, height };
  }

  destroy(): void {
    this.context.free(...this.roots.values());
    this.roots.clear();
  }

  /** Runs all passes of many lines, first from `source` to `first`, then to and fro. Returns where the result is. */
  private async passes(
    recorder: Recorder,
    source: GPUBuffer,
    first: GPUBuffer,
    second: GPUBuffer,
    lines: {
      readonly length: number;
      readonly lines: number;
      readonly elementStride: number;
      readonly lineStride: number;
    },
    sign: 1 | -1,
  ): Promise<GPUBuffer> {
    const rows = lines.elementStride === 1;
    let from = source;
    let to = first;
    let done = 1;
    for (const radix of factorise(lines.length)) {
      const pipeline = await this.context.pipeline('fft/pass.wgsl', { RADIX: radix, ROWS: rows, SIGN: sign });
      const butterflies = lines.length / radix;
      recorder.dispatch(
        pipeline,
        [u32(lines.length), u32(done), u32(lines.lines), u32(lines.elementStride), u32(lines.lineStride)],
        [from, to, this.rootTable(lines.length)],
        rows
          ? [groups(butterflies, 64), lines.lines, 1]
          : [groups(lines.lines, 32), groups(butterflies, 2), 1],
      );
      done *= radix;
      from = to;
      to = to === first ? second : first;
    }
    return from;
  }

  /** exp(−2πi·m / length) for m below `length`, computed in f64. */
  private rootTable(length: number): GPUBuffer {
    let table = this.roots.get(length);
    if (!table) {
      const values = new Float32Array(2 * length);
      for (let m = 0; m < length; m++) {
        values[2 * m] = Math.cos((2 * Math.PI * m) / length);
        values[2 * m + 1] = -Math.sin((2 * Math.PI * m) / length);
      }
      table = this.context.upload('Fourier roots', values);
      this.roots.set(length, table);
    }
    return table;
  }
}
