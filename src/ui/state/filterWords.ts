import type { MadeKind } from '../../rpc/contract.ts';
import type { AppliedFilter } from './document.ts';

/** What the pane of a picture that is made is labelled with. */
export function madeLabel(kind: MadeKind, applied: AppliedFilter | undefined): string {
  if (!applied) return kind === 'filtered' ? 'Filtered' : 'Denoised';
  const { parameters, denoiser } = applied;
  switch (parameters.method) {
    case 'lengths': {
      const { lowpassAngstrom: low, highpassAngstrom: high } = parameters;
      const lengths = [
        low === undefined ? '' : `low-pass ${low} Å`,
        high === undefined ? '' : `high-pass ${high} Å`,
      ];
      return ['Filtered', ...lengths].filter(Boolean).join(', ');
    }
    case 'gaussian':
      return `Filtered, Gaussian of ${parameters.sigmaAngstrom} Å`;
    case 'wiener':
      return 'Wiener filter, display only';
    case 'nlm':
      return 'Non-local means, display only';
    case 'unet':
      return 'Denoised by Cryolite’s U-Net, display only';
    case 'network':
      return denoiser ? `Denoised by ${denoiser.name}, display only` : 'Denoised, display only';
  }
}

/** What a Wiener filter has found out, by itself or before the U-Net, in a sentence; undefined for other pictures. */
export function findingsWords(applied: AppliedFilter | undefined): string | undefined {
  const parameters = applied?.parameters;
  if (parameters?.method !== 'wiener' && parameters?.method !== 'unet') return undefined;
  const { defocusAngstrom, signalToNoise } = applied?.findings ?? {};
  const given = parameters.defocusAngstrom;
  const first =
    defocusAngstrom === undefined
      ? 'No rings found: used without a defocus'
      : `Defocus ${(defocusAngstrom / 10_000).toFixed(2)} µm ${given === undefined ? 'found' : 'as given'}`;
  const noise =
    signalToNoise === undefined ? '' : ` · signal to noise ${Number(signalToNoise.toPrecision(2))}`;
  return first + noise;
}
