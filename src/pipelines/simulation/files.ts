import { type ByteSink, memorySink } from '../../core/bytes.ts';
import type { JobOptions } from '../../core/progress.ts';
import { writeMrc } from '../../formats/mrc/write.ts';
import { writeStarPicks } from '../../formats/star/picks.ts';
import { statisticsOf } from '../statistics.ts';
import type { MovieMode, SimulatedMovie } from './movie.ts';
import type { SimulatedField, SimulatedMicrograph, SimulationParameters } from './simulate.ts';

/** Writes one picture of a simulation as MRC, mode 2. */
export async function writeSimulatedMrc(
  sink: ByteSink,
  pixels: Float32Array<ArrayBuffer>,
  { width, height }: Pick<SimulatedField, 'width' | 'height'>,
  parameters: SimulationParameters,
): Promise<void> {
  const { pixelSizeAngstrom } = parameters;
  const labels = labelsOf(parameters);
  const statistics = statisticsOf(pixels);
  await writeMrc(sink, { width, height, pixelSizeAngstrom, labels, statistics }, [pixels]);
}

const mrcModes: Readonly<Record<MovieMode, 0 | 1 | 2 | 6>> = { uint8: 0, int16: 1, uint16: 6, float32: 2 };

/** 4 MiB of floats. */
const pixelsAtOnce = 2 ** 20;

/** Writes a movie as an MRC stack, drawing its frames as they are written. */
export async function writeSimulatedMovie(
  sink: ByteSink,
  movie: SimulatedMovie,
  parameters: SimulationParameters,
  { signal, onProgress }: JobOptions = {},
): Promise<void> {
  const { width, height, frames } = movie;
  async function* bands(): AsyncGenerator<Float32Array> {
    for (let frame = 0; frame < frames; frame++) {
      // Lets a waiting abort arrive.
      await new Promise((resolve) => setTimeout(resolve));
      signal?.throwIfAborted();
      onProgress?.({ stage: 'Counting electrons', done: frame, total: frames });
      yield* movie.bands(frame, Math.max(1, Math.floor(pixelsAtOnce / width)));
    }
  }
  const { pixelSizeAngstrom } = parameters;
  const labels = labelsOf(parameters);
  await writeMrc(
    sink,
    { width, height, frames, mode: mrcModes[movie.mode], pixelSizeAngstrom, labels },
    bands(),
  );
}

function labelsOf({
  seed,
  optics,
  signalToNoise,
  doseElectronsPerSquareAngstrom,
}: SimulationParameters): string[] {
  return [
    `Cryolite ${__CRYOLITE_VERSION__}: simulated, seed ${seed}`,
    `${signalToNoise === undefined ? `${doseElectronsPerSquareAngstrom} e/A^2` : `SNR ${signalToNoise}`}, ${optics.voltageKilovolt} kV, defocus ${optics.defocusAngstrom} A`,
  ];
}

/** The true centres as a STAR file. */
export function truthStar(
  { truth }: Pick<SimulatedField, 'truth'>,
  parameters: SimulationParameters,
): string {
  const comment = `Truth of a simulated micrograph, seed ${parameters.seed}`;
  return writeStarPicks(
    truth.map(({ x, y }) => ({ x, y, score: 1 })),
    [comment],
  );
}

/** The noisy micrograph as an MRC file in memory. */
export async function simulatedMrc(
  simulated: SimulatedMicrograph,
  parameters: SimulationParameters,
): Promise<Uint8Array<ArrayBuffer>> {
  const sink = memorySink();
  await writeSimulatedMrc(sink, simulated.counts, simulated, parameters);
  return sink.bytes();
}
