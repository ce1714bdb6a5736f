import type { GpuContext } from '../../gpu/context.ts';
import type { WorkingScalePicker } from '../picking/model.ts';
import { fitTemplate, templateRadiusDiameters } from '../template/fit.ts';
import { TemplateMatcher } from '../template/matcher.ts';
import {
  addParticle,
  addSums,
  emptySums,
  type RadialSums,
  type RadialTemplate,
  templateOf,
} from '../template/profile.ts';
import type { TrainingExample } from './examples.ts';

/** Of what is found with a score that is suggested as threshold, the best part is taken into the template: with all of it, AP fell by 0.03. */
const adoptedPart = 0.5;

/**
 * The mean particle of all examples: of what was picked, and of what looks most like it.
 * @returns undefined when nothing was picked, or nothing is to be seen there.
 */
export async function fitTeacher(
  context: GpuContext,
  examples: readonly TrainingExample[],
  { workingDiameterPx: diameterPx }: Pick<WorkingScalePicker, 'workingDiameterPx'>,
): Promise<RadialTemplate | undefined> {
  const radiusPx = templateRadiusDiameters * diameterPx;
  const picked = emptySums(radiusPx);
  const adopted = emptySums(radiusPx);
  // Twice: the first round tells all micrographs what was picked on the others.
  const sums = new Map<string, RadialSums>();
  for (const round of [0, 1]) {
    for (const { name, picture, labels } of examples) {
      if (labels.length === 0) continue;
      const buffer = context.upload('picture to match', Float32Array.from(picture.data));
      const matcher = await TemplateMatcher.open(context, { ...picture, buffer }, radiusPx).finally(() =>
        context.free(buffer),
      );
      try {
        const search = { matcher, picture, picked: labels, diameterPx };
        const fit = await fitTemplate(search, round === 0 ? undefined : others(sums, name, radiusPx));
        if (!fit) continue;
        sums.set(name, fit.sums);
        if (round === 0) continue;
        addSums(picked, fit.sums);
        const { candidates, suggestedThreshold } = fit;
        const good = candidates.filter(({ score }) => score >= suggestedThreshold);
        for (const centre of good.slice(0, Math.ceil(adoptedPart * good.length)))
          addParticle(adopted, picture, centre);
      } finally {
        matcher.destroy();
      }
    }
  }
  addSums(picked, adopted);
  return templateOf(picked);
}

function others(
  sums: ReadonlyMap<string, RadialSums>,
  name: string,
  radiusPx: number,
): RadialSums | undefined {
  const all = emptySums(radiusPx);
  for (const [other, one] of sums) if (other !== name) addSums(all, one);
  return sums.size > (sums.has(name) ? 1 : 0) ? all : undefined;
}
