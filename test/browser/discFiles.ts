/** Dark discs in noise, which a picker of blobs finds at once: small, so that a software GPU is quick with them. */
import { memorySink } from '../../src/core/bytes.ts';
import { createRandom } from '../../src/core/random.ts';
import { writeMrc } from '../../src/formats/mrc/write.ts';

export const discsSize = { width: 512, height: 384 };
const pixelSizeAngstrom = 5;
const radiusPx = 15;
export const discDiameterAngstrom = 2 * radiusPx * pixelSizeAngstrom;
const centres = Array.from({ length: 40 }, (_, i) => ({
  x: 40 + 60 * (i % 8),
  y: 40 + 70 * Math.floor(i / 8),
}));

/** @returns an MRC file. */
export async function discsMicrograph(seed = 7): Promise<Uint8Array> {
  const { width, height } = discsSize;
  const random = createRandom(seed);
  const data = Float32Array.from({ length: width * height }, (_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    const isParticle = centres.some((centre) => Math.hypot(x - centre.x, y - centre.y) < radiusPx);
    return 3 * random.normal() - (isParticle ? 5 : 0);
  });
  const sink = memorySink();
  await writeMrc(sink, { width, height, mode: 2, pixelSizeAngstrom }, [data]);
  return sink.bytes();
}
