/** How what was found lies, in the angles that others read. */
import type { ParticlePose } from '../../formats/coordinates.ts';
import type { ReferenceOrigin } from './references.ts';

/** How a template lies against its reference: mirrored (y → −y), then turned in the plane, from x towards y. */
export interface Lie {
  /** Of the references, from 0. */
  readonly reference: number;
  /** Of the reference before it is mirrored. */
  readonly turnDegrees: number;
  readonly mirrored: boolean;
}

/** Below this sine the first and the third axis are one, and only the sum of their angles is known. */
const leastSine = 1e-9;

/**
 * A lie as Euler angles about z, y and z as RELION has them (Heymann, Chagoyen and Belnap 2005): the rows of the rotation are the
 * picture's x and y axes in the map's coordinates, and the direction from which it is looked at. A mirror image is the view from
 * behind; of an average, which has no behind, it is told by a tilt of 180°.
 */
export function poseOf(
  { turnDegrees, mirrored }: Lie,
  { classNumber, rotation }: ReferenceOrigin,
): ParticlePose {
  const angle = (turnDegrees * Math.PI) / 180;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const side = mirrored ? -1 : 1;
  const at = (row: number, column: number): number => rotation[3 * row + column] ?? 0;
  const x = (column: number): number => cos * at(0, column) - sin * at(1, column);
  const y = (column: number): number => side * (sin * at(0, column) + cos * at(1, column));
  const z = (column: number): number => side * at(2, column);
  const sine = Math.hypot(x(2), y(2));
  const tilt = Math.atan2(sine, z(2));
  if (sine < leastSine) {
    const psi = Math.atan2(x(1), Math.sign(z(2)) * x(0));
    return { classNumber, rotDegrees: 0, tiltDegrees: degrees(tilt), psiDegrees: degrees(psi) };
  }
  return {
    classNumber,
    rotDegrees: degrees(Math.atan2(z(1), z(0))),
    tiltDegrees: degrees(tilt),
    psiDegrees: degrees(Math.atan2(y(2), -x(2))),
  };
}

/** Not −0, and no more digits than a search can mean. */
const degrees = (radians: number): number => Math.round((radians * 180e4) / Math.PI) / 1e4 + 0;
