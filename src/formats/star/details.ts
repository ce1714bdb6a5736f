/** What a table of particles tells beside their places: how each lies, and what the user calls it. */
import type { ParticlePose } from '../coordinates.ts';
import { STAR_LABELS } from './picks.ts';

export interface ParticleDetails {
  /** Where the method that has found it tells. */
  readonly pose?: ParticlePose | undefined;
  /** Where the user tells kinds of particles apart. */
  readonly className?: string | undefined;
}

export interface DetailColumns {
  readonly columns: readonly string[];
  /** Of one particle, in the order of the columns: class and angles 0 and no name where it has none. */
  cellsOf(particle: ParticleDetails): readonly (string | number)[];
}

/** Columns only for what some of the particles have. */
export function detailColumns(all: readonly ParticleDetails[]): DetailColumns {
  const hasPoses = all.some(({ pose }) => pose !== undefined);
  const hasNames = all.some(({ className }) => className !== undefined);
  return {
    columns: [
      ...(hasPoses ? ['rlnClassNumber', 'rlnAngleRot', 'rlnAngleTilt', 'rlnAnglePsi'] : []),
      ...(hasNames ? [STAR_LABELS.className] : []),
    ],
    cellsOf: ({ pose, className = '' }) => [
      ...(hasPoses
        ? [pose?.classNumber ?? 0, pose?.rotDegrees ?? 0, pose?.tiltDegrees ?? 0, pose?.psiDegrees ?? 0]
        : []),
      ...(hasNames ? [className] : []),
    ],
  };
}
