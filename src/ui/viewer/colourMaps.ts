import { clamp } from './transform.ts';

/** What colours the greys of a picture are drawn in. */
export type ColourMapName = 'grey' | 'lagoon' | 'ice' | 'fire';

/** A colour in the Oklab space (B. Ottosson, 2020) in polar form: lightness 0 to 1, chroma, hue in degrees. */
type Stop = readonly [lightness: number, chroma: number, hue: number];

/** Colours of a table. */
export const colourSteps = 256;

/**
 * Stops at even lightness: between them lightness grows in proportion to the value, so that equal steps of the picture look
 * equal, brighter is always more, and a grey print of it says the same.
 */
const stops: Readonly<Record<Exclude<ColourMapName, 'grey'>, readonly Stop[]>> = {
  // Violet, blue, green, yellow.
  lagoon: [
    [0.24, 0.12, 315],
    [0.415, 0.12, 275],
    [0.59, 0.1, 205],
    [0.765, 0.16, 150],
    [0.94, 0.18, 105],
  ],
  // Black, deep blue, cyan, white.
  ice: [
    [0.18, 0.03, 268],
    [0.385, 0.12, 264],
    [0.59, 0.12, 250],
    [0.795, 0.09, 218],
    [1, 0, 200],
  ],
  // Black, red, orange, yellow, white.
  fire: [
    [0.18, 0.03, 20],
    [0.385, 0.14, 25],
    [0.59, 0.19, 38],
    [0.795, 0.16, 75],
    [1, 0, 105],
  ],
};

export const colourMapNames: readonly ColourMapName[] = ['grey', 'lagoon', 'ice', 'fire'];

const tables = new Map<ColourMapName, Uint8Array<ArrayBuffer>>();

/** Red, green, blue, 255 for each of the 256 steps from black to white. */
export function colourMap(name: ColourMapName): Uint8Array<ArrayBuffer> {
  let table = tables.get(name);
  if (!table) {
    table = name === 'grey' ? greys() : blend(stops[name]);
    tables.set(name, table);
  }
  return table;
}

function greys(): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: 4 * colourSteps }, (_, i) => (i % 4 === 3 ? 255 : i >> 2));
}

function blend(list: readonly Stop[]): Uint8Array<ArrayBuffer> {
  const table = new Uint8Array(4 * colourSteps);
  // In the plane of the two colour axes, so that a hue does not run around the circle between two stops.
  const points = list.map(([lightness, chroma, hue]): readonly [number, number, number] => {
    const angle = (hue * Math.PI) / 180;
    return [lightness, chroma * Math.cos(angle), chroma * Math.sin(angle)];
  });
  for (let i = 0; i < colourSteps; i++) {
    const at = (i / (colourSteps - 1)) * (points.length - 1);
    const before = points[Math.min(points.length - 2, Math.floor(at))] ?? [0, 0, 0];
    const after = points[Math.min(points.length - 1, Math.floor(at) + 1)] ?? before;
    const share = at - Math.min(points.length - 2, Math.floor(at));
    const [l, a, b] = [0, 1, 2].map((k) => (before[k] ?? 0) * (1 - share) + (after[k] ?? 0) * share);
    table.set([...bytesOf(l ?? 0, a ?? 0, b ?? 0), 255], 4 * i);
  }
  return table;
}

/** Oklab to sRGB bytes, by Ottosson's matrices. What no screen can show is cut. */
function bytesOf(l: number, a: number, b: number): number[] {
  const long = (l + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const middle = (l - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const short = (l - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
    -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
    -0.0041960863 * long - 0.7034186147 * middle + 1.707614701 * short,
  ].map((linear) => {
    const cut = clamp(linear, 0, 1);
    const encoded = cut <= 0.0031308 ? 12.92 * cut : 1.055 * cut ** (1 / 2.4) - 0.055;
    return Math.round(255 * encoded);
  });
}
