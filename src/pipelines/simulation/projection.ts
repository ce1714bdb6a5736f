import type { PlacedParticle } from './placement.ts';
import type { Blob } from './shapes.ts';

/**
 * Adds a particle's projection along z, in Å of solid protein, to an image. A Gaussian's projection is a Gaussian, so
 * this is exact up to the cut at 4 σ.
 * @param blobs in units of the diameter, see `particleBlobs`.
 */
export function addProjection(
  image: { readonly data: Float32Array; readonly width: number; readonly height: number },
  blobs: readonly Blob[],
  rotation: readonly number[],
  centre: PlacedParticle,
  diameterPx: number,
  pixelSizeAngstrom: number,
): void {
  const [r0 = 0, r1 = 0, r2 = 0, r3 = 0, r4 = 0, r5 = 0] = rotation;
  let profile = new Float64Array(64);
  for (const blob of blobs) {
    const x = centre.x + diameterPx * (r0 * blob.x + r1 * blob.y + r2 * blob.z);
    const y = centre.y + diameterPx * (r3 * blob.x + r4 * blob.y + r5 * blob.z);
    const sigma = diameterPx * blob.sigma;
    const peak = blob.weight * Math.sqrt(2 * Math.PI) * sigma * pixelSizeAngstrom;
    const reach = 4 * sigma;
    const left = Math.max(0, Math.ceil(x - reach));
    const right = Math.min(image.width - 1, Math.floor(x + reach));
    const top = Math.max(0, Math.ceil(y - reach));
    const bottom = Math.min(image.height - 1, Math.floor(y + reach));
    if (right < left || bottom < top) continue;
    if (profile.length < right - left + 1) profile = new Float64Array(2 * (right - left + 1));
    for (let u = left; u <= right; u++) profile[u - left] = Math.exp(-((u - x) ** 2) / (2 * sigma ** 2));
    for (let v = top; v <= bottom; v++) {
      const factor = peak * Math.exp(-((v - y) ** 2) / (2 * sigma ** 2));
      const row = v * image.width;
      for (let u = left; u <= right; u++) {
        image.data[row + u] = (image.data[row + u] ?? 0) + factor * (profile[u - left] ?? 0);
      }
    }
  }
}
