/** Where resolutions lie in a power spectrum, and which part of the picture one is made of. */
import { type Point, type Rect, type Size, toImage, type View, visibleRect } from './transform.ts';

/** What gives the samples of a spectrum a scale. */
export interface SpectrumScale {
  /** Samples along a side; Nyquist is at edge/2 from the middle. */
  readonly edge: number;
  /** Å a pixel of what was transformed; undefined where it is not known. */
  readonly pixelSizeAngstrom: number | undefined;
}

/** A place in a spectrum. */
export interface SpectrumPlace {
  /** Cycles a pixel of what was transformed: 0.5 is Nyquist. */
  readonly cyclesPerPixel: number;
  /** Undefined at the middle, and without a pixel size. */
  readonly resolutionAngstrom: number | undefined;
  /** Of the wave, from the x axis towards the top, 0 up to 180. */
  readonly angleDegrees: number;
}

/** Samples from the middle to a resolution; more than edge/2 lies beyond Nyquist. */
export function ringRadius(
  { edge, pixelSizeAngstrom }: SpectrumScale,
  resolutionAngstrom: number,
): number | undefined {
  return pixelSizeAngstrom === undefined ? undefined : (edge * pixelSizeAngstrom) / resolutionAngstrom;
}

/** What lies `x` and `y` samples from the middle; y downwards. */
export function placeAt({ edge, pixelSizeAngstrom }: SpectrumScale, { x, y }: Point): SpectrumPlace {
  const radius = Math.hypot(x, y);
  const angle = (Math.atan2(-y, x) * 180) / Math.PI;
  return {
    cyclesPerPixel: radius / edge,
    resolutionAngstrom:
      pixelSizeAngstrom === undefined || radius === 0 ? undefined : (edge * pixelSizeAngstrom) / radius,
    angleDegrees: (angle + 180) % 180,
  };
}

/** A place in words: "10.0 Å, 0.100 1/Å, at 45°". */
export function placeWords({ cyclesPerPixel, resolutionAngstrom, angleDegrees }: SpectrumPlace): string {
  const angle = `${Math.round(angleDegrees) % 180}°`;
  if (resolutionAngstrom !== undefined) {
    return `${angstromText(resolutionAngstrom)} Å, ${(1 / resolutionAngstrom).toPrecision(3)} 1/Å, at ${angle}`;
  }
  return cyclesPerPixel === 0 ? 'the mean' : `${(1 / cyclesPerPixel).toPrecision(3)} px, at ${angle}`;
}

/** Resolutions as a scientist reads them: two decimals where they tell. */
export function angstromText(angstrom: number): string {
  if (angstrom < 9.995) return angstrom.toFixed(2);
  return angstrom < 100 ? angstrom.toFixed(1) : angstrom.toFixed(0);
}

/** The square around a place of the image, moved so that it lies inside; whole px. A small picture is taken whole. */
export function regionAround({ x, y }: Point, box: number, image: Size): Rect {
  const [width, height] = [Math.min(box, image.width), Math.min(box, image.height)];
  const clampTo = (at: number, length: number, all: number): number =>
    Math.round(Math.min(all - length, Math.max(0, at - length / 2)));
  return { x: clampTo(x, width, image.width), y: clampTo(y, height, image.height), width, height };
}

/** The part of the image that a pane shows, in whole px. */
export function regionInSight(view: View, pane: Size, image: Size): Rect {
  const seen = visibleRect(view, pane);
  const left = Math.max(0, Math.round(seen.x));
  const top = Math.max(0, Math.round(seen.y));
  return {
    x: left,
    y: top,
    width: Math.max(0, Math.min(image.width, Math.round(seen.x + seen.width)) - left),
    height: Math.max(0, Math.min(image.height, Math.round(seen.y + seen.height)) - top),
  };
}

/** The image point under the cursor, where it is on the image. */
export function imagePoint(view: View, pane: Rect, cursor: Point, image: Size): Point | undefined {
  const point = toImage(view, pane, cursor);
  const isInside = point.x >= 0 && point.y >= 0 && point.x < image.width && point.y < image.height;
  return isInside ? point : undefined;
}
