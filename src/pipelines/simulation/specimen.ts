/**
 * What lies in the beam besides the particles, as maps over the picture. Geometry is in Å, so that the same draws serve a
 * micrograph of any pixel size.
 */
export interface Specimen {
  readonly width: number;
  readonly height: number;
  readonly pixelSizeAngstrom: number;
  /** Potential above plain ice, V·Å. */
  readonly potential: Float32Array<ArrayBuffer>;
  /** Intensity lost by scattering out of the picture: it falls by exp(−loss). */
  readonly loss: Float32Array<ArrayBuffer>;
  /** How much of a pixel is carbon film, 0 … 1. */
  readonly carbon: Float32Array<ArrayBuffer>;
  /** How much of a pixel is crystalline ice, 0 … 1. */
  readonly crystal: Float32Array<ArrayBuffer>;
  /** 1 where no particle shall be picked: contamination and its fringes. */
  readonly contamination: Uint8Array<ArrayBuffer>;
}

export function emptySpecimen(width: number, height: number, pixelSizeAngstrom: number): Specimen {
  const map = (): Float32Array<ArrayBuffer> => new Float32Array(width * height);
  return {
    width,
    height,
    pixelSizeAngstrom,
    potential: map(),
    loss: map(),
    carbon: map(),
    crystal: map(),
    contamination: new Uint8Array(width * height),
  };
}

/** Something with an outline; positions and distances in Å, from the centre of pixel (0, 0). */
export interface Outline {
  readonly x: number;
  readonly y: number;
  /** No part is farther from (x, y). */
  readonly reachAngstrom: number;
  /** How far a place is outside (negative: inside), about. @param dx, dy from (x, y). */
  distance(dx: number, dy: number): number;
}

/** The fringes of defocus about dense things mislead as they do. */
const fringeAngstrom = 40;

/** How far from an outline pixels are marked as contamination, Å. */
export const rimOf = (softAngstrom: number): number => Math.max(fringeAngstrom, softAngstrom);

/**
 * Visits the pixels of an outline and marks them and its fringe as contamination.
 * @param paint is called inside and up to `softAngstrom` outside.
 */
export function paintOutline(
  specimen: Specimen,
  outline: Outline,
  softAngstrom: number,
  paint: (at: number, distance: number, dx: number, dy: number) => void,
): void {
  const { width, height, pixelSizeAngstrom: pixel, contamination } = specimen;
  const rim = rimOf(softAngstrom);
  const reach = outline.reachAngstrom + rim;
  const first = (centre: number): number => Math.max(0, Math.ceil((centre - reach) / pixel));
  const last = (centre: number, side: number): number =>
    Math.min(side - 1, Math.floor((centre + reach) / pixel));
  for (let v = first(outline.y); v <= last(outline.y, height); v++) {
    const dy = v * pixel - outline.y;
    for (let u = first(outline.x); u <= last(outline.x, width); u++) {
      const dx = u * pixel - outline.x;
      const distance = outline.distance(dx, dy);
      const at = v * width + u;
      if (distance < rim) contamination[at] = 1;
      if (distance < softAngstrom) paint(at, distance, dx, dy);
    }
  }
}

/** 1 well inside, 0 well outside, one half at the outline. */
export function coverage(distance: number, softAngstrom: number): number {
  const t = Math.max(0, Math.min(1, 0.5 - distance / (2 * softAngstrom)));
  return t * t * (3 - 2 * t);
}

export function add(map: Float32Array, at: number, value: number): void {
  map[at] = (map[at] ?? 0) + value;
}

/** Marks a disc of the picture, px. */
export function markDisc(
  mask: Uint8Array,
  { width, height }: { readonly width: number; readonly height: number },
  { x, y }: { readonly x: number; readonly y: number },
  radius: number,
): void {
  for (let v = Math.max(0, Math.ceil(y - radius)); v <= Math.min(height - 1, y + radius); v++)
    for (let u = Math.max(0, Math.ceil(x - radius)); u <= Math.min(width - 1, x + radius); u++)
      if ((u - x) ** 2 + (v - y) ** 2 <= radius * radius) mask[v * width + u] = 1;
}
