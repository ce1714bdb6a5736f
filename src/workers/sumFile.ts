import { memorySink } from '../core/bytes.ts';
import type { JobOptions } from '../core/progress.ts';
import type { OpenedMicrograph } from '../dataset/open.ts';
import type { GpuContext } from '../gpu/context.ts';
import { sumMovie, writeSum } from '../pipelines/movie/sumMovie.ts';
import type { SumPart } from '../rpc/contract.ts';
import type { MoviePicture } from './moviePicture.ts';

/** The sum that is shown of a movie, or of its odd or even frames, as an MRC file in counts. */
export async function sumFile(
  context: GpuContext,
  movie: OpenedMicrograph,
  shown: MoviePicture,
  part: SumPart,
  options: JobOptions,
): Promise<Blob> {
  const parameters = { ...shown.parameters, evenOdd: part !== 'all' };
  const { width, height, sum, odd, even } = await sumMovie(context, movie, parameters, options);
  const picture = { all: sum, odd, even }[part] ?? sum;
  const { first, last } = parameters.range;
  const which = part === 'all' ? '' : ` (${part})`;
  const labels = [
    `Cryolite ${__CRYOLITE_VERSION__}: frames ${first + 1} to ${last + 1}${which} of ${movie.name}`,
  ];
  const file = memorySink();
  const { pixelSizeAngstrom } = movie;
  await writeSum({ width, height }, picture, { pixelSizeAngstrom, labels }, file, options);
  return new Blob([file.bytes()]);
}
