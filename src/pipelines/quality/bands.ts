import type { ComplexField } from '../../fft/cpuField.ts';
import { complexField } from '../../fft/cpuField.ts';
import { Fourier2d } from '../../fft/cpuFourier.ts';
import type { Preview } from './preview.ts';

/** Octaves of wavelengths, samples of the preview: 2–4, 4–8, 8–16, 16–32, 32–64. */
const bandCount = 5;

/**
 * How strong a preview's waves are against the finest, which are noise: 1 in every octave is white noise. Amplitudes are
 * median absolute deviations of the octave alone, per wave, so that some foreign bodies do not count but a texture does.
 */
export function bandAmplitudes(preview: Preview): readonly number[] {
  const { width, height, data } = preview;
  const fourier = new Fourier2d(width, height);
  const waves = fieldOf(data);
  fourier.forward(waves);
  const amplitudes = Array.from({ length: bandCount }, (_, band) => {
    const [low, high] = [0.5 ** (band + 2), 0.5 ** (band + 1)];
    const table = fourier.radialTable((cycles) => (cycles >= low && cycles < high ? 1 : 0));
    const field = complexField(data.length);
    let kept = 0;
    for (let i = 0; i < table.length; i++) {
      const factor = table[i] ?? 0;
      if (factor === 0) continue;
      kept++;
      field.re[i] = factor * (waves.re[i] ?? 0);
      field.im[i] = factor * (waves.im[i] ?? 0);
    }
    fourier.backward(field);
    return kept > 0 ? deviationOf(field.re) / Math.sqrt(kept / data.length) : 0;
  });
  const [finest = 0] = amplitudes;
  return amplitudes.map((amplitude) => (finest > 0 ? amplitude / finest : 0));
}

/** The picture without what is finer and coarser than two Gaussian deviations, samples. */
export function betweenGaussians(preview: Preview, fine: number, coarse: number): Float64Array {
  return filtered(preview, (cycles) => gauss(fine, cycles) - gauss(coarse, cycles));
}

/** The picture without what is finer than a Gaussian's deviation, samples. */
export function smoothed(preview: Preview, sigma: number): Float64Array {
  return filtered(preview, (cycles) => gauss(sigma, cycles));
}

const gauss = (sigma: number, cycles: number): number => Math.exp(-2 * (Math.PI * sigma * cycles) ** 2);

function filtered({ width, height, data }: Preview, transfer: (cycles: number) => number): Float64Array {
  const fourier = new Fourier2d(width, height);
  const field = fieldOf(data);
  fourier.filter(field, fourier.radialTable(transfer));
  return Float64Array.from(field.re);
}

/** 1.4826 times the median of the absolute values: the standard deviation of normal numbers around 0. */
export function deviationOf(values: ArrayLike<number>): number {
  const sorted = Float64Array.from(values, Math.abs).sort();
  return 1.4826 * (sorted[Math.floor(sorted.length / 2)] ?? 0);
}

function fieldOf(data: Float64Array): ComplexField {
  const field = complexField(data.length);
  field.re.set(data);
  return field;
}
