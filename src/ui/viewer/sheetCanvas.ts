import type { ThumbnailSheet } from '../../rpc/contract.ts';

/** Grey pictures below each other on one canvas: picture i begins at row i · sidePx. */
export function sheetCanvas({ sidePx, pixels }: ThumbnailSheet): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = sidePx;
  canvas.height = pixels.length / sidePx;
  const colours = new Uint8ClampedArray(4 * pixels.length);
  const words = new Uint32Array(colours.buffer);
  for (let i = 0; i < pixels.length; i++) words[i] = 0xff000000 | ((pixels[i] ?? 0) * 0x010101);
  canvas.getContext('2d')?.putImageData(new ImageData(colours, canvas.width, canvas.height), 0, 0);
  return canvas;
}
