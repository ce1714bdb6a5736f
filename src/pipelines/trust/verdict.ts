/** What is measured, in one plain sentence. The limits are rules of thumb; the numbers stand beside them. */
import { formatPart } from '../../core/units.ts';
import type { HalvesJudgement } from './judgeHalves.ts';
import type { ResidualJudgement } from './judgeResidual.ts';

/** Parts of the excess at the particle's scale. */
const little = 0.1;
const much = 0.35;

export function residualVerdict({ excessLeft }: ResidualJudgement): string {
  if (excessLeft === undefined) {
    return 'Nothing stands out of the noise at the particle’s scale in the raw picture: its spectrum can’t tell what was removed.';
  }
  if (excessLeft <= little) {
    return 'The residual is flat at the particle’s scale: only noise was removed there.';
  }
  const part = `${formatPart(excessLeft)} of what stands out of the noise at the particle’s scale is in the residual`;
  return excessLeft <= much ? `Some signal may have gone: ${part}.` : `Signal was removed: ${part}.`;
}

/** A likeness that differs by less is called the same. */
const noticeable = 0.02;

export function halvesVerdict({ bands }: HalvesJudgement): string {
  const band = bands.find(({ name }) => name === 'particle');
  const { rawLikeness, denoisedLikeness, signalKept } = band ?? {};
  if (rawLikeness === undefined || denoisedLikeness === undefined || signalKept === undefined) {
    return 'The raw halves have nothing in common at the particle’s scale: they can’t tell whether denoising is right.';
  }
  const gain = denoisedLikeness - rawLikeness;
  const change =
    gain > noticeable
      ? 'nearer to the signal'
      : gain < -noticeable
        ? 'further from the signal'
        : 'no nearer to the signal';
  return `At the particle’s scale ${formatPart(signalKept)} of the signal is kept, and the denoised picture is ${change} than the raw one: likeness ${denoisedLikeness.toFixed(2)}, before ${rawLikeness.toFixed(2)}.`;
}
