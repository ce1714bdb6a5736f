import { type RadialTemplate, stepsPerPixel } from '../template/profile.ts';
import type { SplitExample } from './split.ts';

/** At least as dark as this part of the darkest ring is the body; outside come the fringes of the CTF and the ground. */
const darkPart = 0.5;
/** Pairs of labels that lie in each other, as a part of those by chance, from which on it is true of the particles: bodies do overlap. */
const overlappingPart = 0.25;
/** Fewer pairs are slips of the hand. */
const fewestPairs = 3;
/** Body diameters between which pairs are as frequent as by chance. People click in one part of a picture: the whole of it would say too little. */
const [nearest, farthest] = [1.5, 2.5];
/** Of a micrograph: the part of the pairs that overlap is the same among fewer. */
const mostLabels = 2000;

/**
 * How wide the mean particle is, px: out to where the darkest ring has lost half of its darkness. Rings count by how many pixels they
 * have: near the centre there are few, and they are noise.
 */
export function bodyDiameter({ values }: RadialTemplate): number {
  const weighed = values.map((value, step) => value * step);
  let darkest = 0;
  for (const [step, value] of weighed.entries()) if (value < (weighed[darkest] ?? 0)) darkest = step;
  const limit = darkPart * (weighed[darkest] ?? 0);
  let edge = darkest;
  while (edge < weighed.length && (weighed[edge] ?? 0) < limit) edge++;
  return (2 * edge) / stepsPerPixel;
}

/**
 * The diameter within which there is mostly one particle, px of the pictures; 0 where the labels say otherwise.
 * @param separationPx no two candidates are nearer, so labels that are count once.
 */
export function exclusionOf(
  template: RadialTemplate,
  examples: readonly SplitExample[],
  diameterPx: number,
  separationPx: number,
): number {
  const body = Math.min(diameterPx, bodyDiameter(template));
  if (body <= separationPx) return 0;
  let [pairs, byChance] = [0, 0];
  const ringPart = (1 - (separationPx / body) ** 2) / (farthest ** 2 - nearest ** 2);
  for (const { labels, heldOut } of examples) {
    const all = [...labels, ...heldOut];
    const some = all.filter((_, i) => i % Math.ceil(all.length / mostLabels) === 0);
    for (const [i, a] of some.entries())
      for (let j = 0; j < i; j++) {
        const b = some[j] ?? a;
        const distance = Math.hypot(a.x - b.x, a.y - b.y);
        if (distance > separationPx && distance < body) pairs++;
        if (distance > nearest * body && distance < farthest * body) byChance += ringPart;
      }
  }
  return pairs >= fewestPairs && pairs > overlappingPart * byChance ? 0 : body;
}
