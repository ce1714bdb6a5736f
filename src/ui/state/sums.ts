import { type FrameRange, frameCount } from '../../dataset/exposure.ts';
import { fileStem } from '../../platform/browser/fileNames.ts';
import { chooseSaveTarget } from '../../platform/browser/files.ts';
import type { SumPart } from '../../rpc/contract.ts';
import { isMovie } from './reading.ts';
import type { WorkDependencies } from './work.ts';

const mrcType = { description: 'MRC image', accept: { 'application/octet-stream': ['.mrc'] } } as const;

/** Saves what is summed of the movie on the screen. */
export async function saveSum(dependencies: WorkDependencies, part: SumPart): Promise<void> {
  const { compute, document, tasks, notices } = dependencies;
  const opened = document.opened();
  const range = opened?.exposed?.exposure.range;
  if (!isMovie(opened) || !range) return;
  try {
    const target = await chooseSaveTarget(sumName(opened.name, part, range), mrcType);
    if (!target) return;
    const content = await tasks.run('export', `Writing ${target.name}`, (options) =>
      compute.exportSum(opened.id, part, options),
    );
    if (!content) return;
    await target.write(content);
    notices.info(`${sumText(part, range)} written to ${target.name}.`);
  } catch (error) {
    notices.failure(error);
  }
}

/** As motion correction programs name their sums: NAME_EVN.mrc and NAME_ODD.mrc are halves for denoisers. */
export function sumName(movie: string, part: SumPart, range: FrameRange): string {
  const stem = fileStem(movie);
  if (part === 'even') return `${stem}_EVN.mrc`;
  if (part === 'odd') return `${stem}_ODD.mrc`;
  return frameCount(range) === 1 ? `${stem}_frame${range.first + 1}.mrc` : `${stem}_sum.mrc`;
}

function sumText(part: SumPart, { first, last }: FrameRange): string {
  if (first === last) return `Frame ${first + 1} was`;
  const which = part === 'all' ? 'frames' : `the ${part} frames from`;
  return `The sum of ${which} ${first + 1} to ${last + 1} was`;
}
