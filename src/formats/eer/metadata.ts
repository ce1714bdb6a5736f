/**
 * What the camera's software writes about an EER movie: XML in tag 65001 of the first page,
 * `<metadata><item name="exposureTime" unit="s">2.11</item>…</metadata>`. Items are taken out one by one, since gain
 * references of the same software have an XML declaration that no parser takes ("utf - 8").
 */
import type { Acquisition, FileFact } from '../image.ts';

export interface EerMetadata {
  /** Å, of the specimen: 0.706 and the like. */
  readonly pixelSizeAngstrom: number | undefined;
  readonly acquisition: Acquisition;
  /** What the software counted, which an old version of EPU gave as a seventh of it (RELION's documentation). */
  readonly statedFrames: number | undefined;
  readonly facts: readonly FileFact[];
}

/** Real ones have some 15. */
const MAX_ITEMS = 64;
const ITEM = /<item\s([^<>]{1,200})>([^<>]{0,300})<\/item\s*>/g;
const NAME = /\bname\s*=\s*"([^"]*)"/;
const UNIT = /\bunit\s*=\s*"([^"]*)"/;

interface Item {
  readonly value: string;
  readonly unit: string;
}

const MEANINGS: Readonly<Record<string, string>> = {
  'sensorPixelSize.width': 'Length of a pixel on the specimen',
  'sensorPixelSize.height': 'Height of a pixel on the specimen',
  exposureTime: 'Time of the whole exposure',
  totalDose: 'Electrons in the whole exposure',
  meanDoseRate: 'Electrons in a second',
  numberOfFrames: 'Raw frames that the camera took',
  commercialName: 'Camera',
  cameraName: 'Camera, as the software calls it',
  serialNumber: 'Serial number of the camera',
  timestamp: 'When it was recorded',
  acquisitionID: 'Number of the acquisition',
  sensorImageWidth: 'Columns of the detector',
  sensorImageHeight: 'Rows of the detector',
};

/** @param xml undefined where the file has none. */
export function readEerMetadata(xml: string | undefined): EerMetadata {
  const items = new Map<string, Item>();
  for (const [, attributes = '', value = ''] of (xml ?? '').matchAll(ITEM)) {
    const name = clean(NAME.exec(attributes)?.[1] ?? '');
    if (name === '' || items.has(name)) continue;
    items.set(name, { value: clean(value), unit: clean(UNIT.exec(attributes)?.[1] ?? '') });
    if (items.size === MAX_ITEMS) break;
  }
  const number = (name: string, ...units: readonly string[]): number | undefined => {
    const item = items.get(name);
    if (!item || !units.includes(item.unit) || item.value === '') return undefined;
    const value = Number(item.value);
    return Number.isFinite(value) && value > 0 ? value : undefined;
  };
  const pixelSizeAngstrom = pixelSize(number('sensorPixelSize.width', 'm'));
  const dosePerPixel = number('totalDose', 'e/pixel', '');
  return {
    pixelSizeAngstrom,
    acquisition: {
      exposureSeconds: number('exposureTime', 's', ''),
      doseElectronsPerSquareAngstrom:
        dosePerPixel === undefined || pixelSizeAngstrom === undefined
          ? undefined
          : rounded(dosePerPixel / pixelSizeAngstrom ** 2),
    },
    statedFrames: number('numberOfFrames', ''),
    facts: [...items].map(([name, { value, unit }]) => ({
      name,
      value: unit === '' ? value : `${value} ${unit}`,
      meaning: MEANINGS[name] ?? 'Written by the camera’s software',
      verdict: 'good',
    })),
  };
}

/** From metres. Beyond these bounds it is no pixel of an image of molecules, but that of the chip (14 µm), or nothing. */
function pixelSize(metres: number | undefined): number | undefined {
  if (metres === undefined) return undefined;
  const angstrom = metres * 1e10;
  return angstrom > 0.05 && angstrom < 1000 ? rounded(angstrom) : undefined;
}

/** Without the noise of binary fractions: 0.706, not 0.7060000000000001. */
function rounded(value: number): number {
  return Number(value.toPrecision(10));
}

/** Control characters have no place in a name or a value, and a terminal would obey them. */
function clean(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ').trim();
}
