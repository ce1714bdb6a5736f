import type { GreyThumbnail } from '../../rpc/contract.ts';

/**
 * Means over squares, as few pixels as still fill `neededPx` on the longer side. Left to itself the browser takes single
 * pixels out of a canvas that it shows smaller, and of a micrograph nothing but its noise remains.
 */
export function shrinkGreys(picture: GreyThumbnail, neededPx: number): GreyThumbnail {
  const side = Math.floor(Math.max(picture.width, picture.height) / neededPx);
  if (side < 2) return picture;
  const width = Math.max(1, Math.floor(picture.width / side));
  const height = Math.max(1, Math.floor(picture.height / side));
  const data = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [x1, y1] = [Math.min(picture.width, (x + 1) * side), Math.min(picture.height, (y + 1) * side)];
      let sum = 0;
      for (let v = y * side; v < y1; v++) {
        for (let u = x * side; u < x1; u++) sum += picture.data[v * picture.width + u] ?? 0;
      }
      data[y * width + x] = Math.round(sum / ((x1 - x * side) * (y1 - y * side)));
    }
  }
  return { width, height, data };
}
