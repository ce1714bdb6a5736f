import { type ByteSink, memorySink } from '../../core/bytes.ts';
import { writeMrc } from '../../formats/mrc/write.ts';
import { writeStarPicks } from '../../formats/star/picks.ts';
import { statisticsOf } from '../statistics.ts';
import type { SimulatedMicrograph, SimulationParameters } from './simulate.ts';

/** Writes one picture of a simulation as MRC, mode 2. */
export async function writeSimulatedMrc(
  sink: ByteSink,
  pixels: Float32Array<ArrayBuffer>,
  simulated: SimulatedMicrograph,
  parameters: SimulationParameters,
): Promise<void> {
  const { width, height } = simulated;
  const { pixelSizeAngstrom, seed, shape, optics, doseElectronsPerSquareAngstrom } = parameters;
  const labels = [
    `Cryolite ${__CRYOLITE_VERSION__}: simulated ${shape}, seed ${seed}`,
    `${doseElectronsPerSquareAngstrom} e/A^2, ${optics.voltageKilovolt} kV, defocus ${optics.defocusAngstrom} A`,
  ];
  const statistics = statisticsOf(pixels);
  await writeMrc(sink, { width, height, pixelSizeAngstrom, labels, statistics }, [pixels]);
}

/** The true centres as a STAR file. */
export function truthStar({ truth }: SimulatedMicrograph, parameters: SimulationParameters): string {
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
