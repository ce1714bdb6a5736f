import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../setup.mjs';
import { cryolite } from './cryolite.mjs';

/**
 * Decibels of the denoisers on simulated particles of a density map, beside filters that know the truth: what
 * `cryolite score-denoisers` says.
 */
export function denoising() {
  const map = join(root, '..', 'shared', 'data', 'volumes', 'betaGal.mrc');
  if (!existsSync(map)) return [`Not measured: there is no ${map}.`];
  const hasOwn = existsSync(join(root, 'public', 'models', 'denoiser.safetensors'));
  const methods = `bandpass,gaussian,wiener,nlm${hasOwn ? ',unet' : ''}`;
  const { rows, signalToNoise, defociAngstrom } = cryolite(['score-denoisers', map, '--methods', methods]);
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [
    `Particle area, dB, mean of ${defociAngstrom.map((defocus) => defocus / 1e4).join(', ')} µm.`,
    '',
    line(['SNR', ...signalToNoise, 'GFLOP', 's a picture']),
    line(['---', ...signalToNoise.map(() => '---'), '---', '---']),
    ...rows.map(({ name, means, seconds, gigaflops }) =>
      line([
        name,
        ...means.map((value) => value.toFixed(2)),
        gigaflops?.toFixed(2) ?? '',
        seconds?.toFixed(1) ?? '',
      ]),
    ),
  ];
}
