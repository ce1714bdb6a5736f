/** Directions from which a particle is looked at, and turns in the plane. */

const goldenAngle = Math.PI * (3 - Math.sqrt(5));

/**
 * Quasi-uniform views of half the sphere, about `stepDegrees` apart: a Fibonacci lattice (Swinbank and Purser 2006). Each stands
 * for the opposite one, too, whose projection is the mirror image.
 * @returns row-major 3 × 3 rotations as `VolumeProjector.project` takes them.
 */
export function viewsOfHalfSphere(stepDegrees: number): readonly (readonly number[])[] {
  const step = (stepDegrees * Math.PI) / 180;
  const count = Math.max(1, Math.round((2 * Math.PI) / step ** 2));
  return Array.from({ length: count }, (_, i) => {
    const z = 1 - (i + 0.5) / count;
    const radius = Math.sqrt(1 - z * z);
    const angle = i * goldenAngle;
    return rotationTo(radius * Math.cos(angle), radius * Math.sin(angle), z);
  });
}

/** A rotation that brings a unit vector, of positive z, onto the z axis. */
function rotationTo(x: number, y: number, z: number): readonly number[] {
  // The shortest one (Rodrigues), so that neighbouring views lie alike in the plane.
  const share = 1 / (1 + z);
  return [1 - x * x * share, -x * y * share, -x, -x * y * share, 1 - y * y * share, -y, x, y, z];
}

/** Turns in the plane, of half a circle: the other half is had by mirroring both axes. Degrees, at most `stepDegrees` apart. */
export function turnsOfHalfCircle(stepDegrees: number): readonly number[] {
  const count = Math.max(1, Math.ceil(180 / stepDegrees - 1e-9));
  return Array.from({ length: count }, (_, i) => (i * 180) / count);
}
