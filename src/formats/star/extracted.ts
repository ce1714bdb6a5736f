/** Extracted particles in one STAR file, in RELION 3.1's style: their boxes, where they come from, and their optics. */
import { detailColumns, type ParticleDetails } from './details.ts';
import { type MicroscopeOptics, USUAL_OPTICS } from './particles.ts';
import { PLACEHOLDER, STAR_LABELS } from './picks.ts';
import { writeStar } from './write.ts';

/** One box of a stack. */
export interface ExtractedParticle extends ParticleDetails {
  /** Pixel of the micrograph that the box is centred on, counted from 0. */
  readonly x: number;
  readonly y: number;
  /** From that pixel to the particle's centre, px of the micrograph. */
  readonly remainderX: number;
  readonly remainderY: number;
  readonly score: number | undefined;
}

/** The boxes of one micrograph. */
export interface ExtractedStack {
  /** Both as the STAR file names them, relative to RELION's project folder. */
  readonly micrograph: string;
  readonly stack: string;
  /** Å per pixel of the micrograph and of the boxes. */
  readonly pixelSizeAngstrom: number;
  readonly binnedPixelSizeAngstrom: number;
  /** Side of a box, px. */
  readonly boxPx: number;
  /** In the order of the stack. */
  readonly particles: readonly ExtractedParticle[];
}

/**
 * Boxes of one pixel size, of micrographs of one pixel size, make an optics group. The origin is what RELION calls one:
 * the shift, Å, that brings the particle to the middle of the box, so that its centre in the micrograph is coordinate − origin.
 * @param optics of the microscope; where it is not known, usual ones stand in the file, and a comment says so.
 */
export function writeExtractedParticles(
  stacks: readonly ExtractedStack[],
  optics: MicroscopeOptics | undefined,
  comments: readonly string[] = [],
): string {
  const groupOf = ({ pixelSizeAngstrom, binnedPixelSizeAngstrom, boxPx }: ExtractedStack): string =>
    [pixelSizeAngstrom, binnedPixelSizeAngstrom, boxPx].join();
  const groups = new Map(stacks.map((stack) => [groupOf(stack), stack]));
  const order = [...groups.keys()];
  const { voltageKilovolt, sphericalAberrationMillimetre, amplitudeContrast } = optics ?? USUAL_OPTICS;
  const opticsTable = {
    block: 'optics',
    columns: [
      ...['rlnOpticsGroupName', 'rlnOpticsGroup', 'rlnVoltage', 'rlnSphericalAberration'],
      ...['rlnAmplitudeContrast', 'rlnMicrographOriginalPixelSize', 'rlnMicrographPixelSize'],
      ...['rlnImagePixelSize', 'rlnImageSize', 'rlnImageDimensionality'],
    ],
    rows: [...groups.values()].map(({ pixelSizeAngstrom, binnedPixelSizeAngstrom, boxPx }, i) => [
      ...[`opticsGroup${i + 1}`, i + 1, voltageKilovolt, sphericalAberrationMillimetre],
      ...[amplitudeContrast, pixelSizeAngstrom, pixelSizeAngstrom],
      ...[binnedPixelSizeAngstrom, boxPx, 2],
    ]),
  };
  const details = detailColumns(stacks.flatMap((stack) => stack.particles));
  const particles = {
    block: 'particles',
    columns: [
      ...[STAR_LABELS.x, STAR_LABELS.y, STAR_LABELS.score, 'rlnImageName', STAR_LABELS.micrograph],
      ...['rlnOpticsGroup', 'rlnOriginXAngst', 'rlnOriginYAngst', ...details.columns],
    ],
    rows: stacks.flatMap((stack) => {
      const group = order.indexOf(groupOf(stack)) + 1;
      return stack.particles.map((one, i) => {
        const { x, y, remainderX, remainderY, score = PLACEHOLDER } = one;
        return [
          ...[x, y, score, `${String(i + 1).padStart(6, '0')}@${stack.stack}`, stack.micrograph],
          ...[group, shift(remainderX, stack), shift(remainderY, stack), ...details.cellsOf(one)],
        ];
      });
    }),
  };
  const notes = optics ? [] : ['The microscope is not known: what stands below of it is usual.'];
  return writeStar([opticsTable, particles], [...comments, ...notes]);
}

function shift(remainderPx: number, { pixelSizeAngstrom }: ExtractedStack): number {
  // Not −0.
  return remainderPx === 0 ? 0 : -remainderPx * pixelSizeAngstrom;
}
