import { expect, test } from 'vitest';
import { GpuContext } from '../../../src/gpu/context.ts';
import { compareDenoisers } from '../../../src/pipelines/denoising/comparison.ts';
import { usualMicroscope } from '../../../src/pipelines/denoising/defocusFit.ts';
import { gaussianDenoiser, wienerDenoiser } from '../../../src/pipelines/denoising/denoiser.ts';
import { scoreSettings } from '../../../src/pipelines/denoising/scoreScene.ts';
import { VolumeSpectrum } from '../../../src/pipelines/simulation/projector.ts';
import { describeGpu } from '../../support/gpu.ts';

/** A ball with a hole. */
function shell(): VolumeSpectrum {
  const side = 24;
  const data = new Float32Array(side ** 3);
  for (let z = 0; z < side; z++)
    for (let y = 0; y < side; y++)
      for (let x = 0; x < side; x++) {
        const distance = Math.hypot(x - 12, y - 12, z - 12);
        if (distance < 8 && distance > 4) data[(z * side + y) * side + x] = 1.7;
      }
  return new VolumeSpectrum({ side, voxelSizeAngstrom: 6, data, diameterAngstrom: 96 });
}

describeGpu('the comparison of denoisers', (gpu) => {
  test('ranks the Wiener filter of the picture itself below the one that knows the truth, and above the picture', async () => {
    const context = new GpuContext(gpu.device, 'test');
    const settings = {
      scene: { ...scoreSettings, size: 240, pixelSizeAngstrom: 4, particles: 40, areaRadiusAngstrom: 60 },
      defociAngstrom: [20000],
      signalToNoise: [0.2],
    };
    const denoisers = new Map([
      ['gaussian', () => gaussianDenoiser(4, 5)],
      [
        'wiener',
        () => wienerDenoiser({ pixelSizeAngstrom: 4, microscope: usualMicroscope, defocusAngstrom: 20000 }),
      ],
    ]);
    const rows = await compareDenoisers((work) => work(context), shell(), denoisers, settings);
    expect(rows.map(({ name }) => name)).toEqual([
      'none',
      'best Gaussian',
      'true-spectrum Wiener',
      'gaussian',
      'wiener',
    ]);
    const [none = 0, bestGaussian = 0, truth = 0, gaussian = 0, wiener = 0] = rows.map(
      ({ means }) => means[0] ?? 0,
    );
    expect(gaussian).toBeGreaterThan(1.3 * none);
    // Where pictures end matters to the second digit: the Fourier series of the one is of a padded picture.
    expect(gaussian).toBeLessThan(bestGaussian + 0.1);
    expect(wiener).toBeGreaterThan(gaussian);
    expect(wiener).toBeLessThan(truth + 0.1);
    expect(context.memory().bytes).toBe(0);
  });
});
