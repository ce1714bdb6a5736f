/** The pixel size that a TIFF file states: in its resolution, or in the words of its description. */

/** A pixel of an electron microscope, Å; 72 dots an inch and the like are of printers and screens. */
const BELIEVABLE = { least: 0.01, most: 100 } as const;

/** Å, by the words that programs write after a number. */
const UNITS: Readonly<Record<string, number>> = {
  å: 1,
  a: 1,
  angstrom: 1,
  angstroms: 1,
  nm: 10,
  nanometer: 10,
  nanometers: 10,
  µm: 1e4,
  μm: 1e4,
  um: 1e4,
  micron: 1e4,
  microns: 1e4,
  m: 1e10,
};

/**
 * XResolution in pixels per unit, ResolutionUnit 2 (inch) or 3 (centimetre).
 * @returns Å, undefined where it can't be a microscope's
 */
export function resolutionPixelSize(resolution: number | undefined, unit: number): number | undefined {
  const angstrom = unit === 2 ? 2.54e8 : unit === 3 ? 1e8 : Number.NaN;
  return believable(angstrom / (resolution ?? 0));
}

/**
 * Simple statements only: ImageJ's `unit=nm` with the resolution in pixels per unit, OME's `PhysicalSizeX`, and
 * "pixel size: 1.06 Å".
 */
export function describedPixelSize(description: string, resolution: number | undefined): number | undefined {
  if (description.startsWith('ImageJ=')) {
    const unit = /^unit=(\S+)/m.exec(description)?.[1];
    return believable(angstroms(unit) / (resolution ?? 0));
  }
  const size = /\bPhysicalSizeX="([^"]+)"/.exec(description)?.[1];
  if (size !== undefined) {
    // OME's standard unit is the micrometre.
    return believable(
      Number(size) * angstroms(/\bPhysicalSizeXUnit="([^"]+)"/.exec(description)?.[1] ?? 'µm'),
    );
  }
  const words =
    /pixel ?(?:size|spacing)[ \t]*(?:[:=]|is)?[ \t]*([\d.]+(?:e[-+]?\d+)?)[ \t]*(Å|[a-zµμ]+)/i.exec(
      description,
    );
  return words ? believable(Number(words[1]) * angstroms(words[2])) : undefined;
}

function angstroms(unit: string | undefined): number {
  // ImageJ writes letters beyond ASCII as \u00B5.
  const letters = unit?.replace(/\\u([0-9a-f]{4})/gi, (_, hex: string) =>
    String.fromCharCode(parseInt(hex, 16)),
  );
  return UNITS[letters?.toLowerCase() ?? ''] ?? Number.NaN;
}

function believable(angstrom: number): number | undefined {
  // Fractions of whole numbers: 1e8 / 94339623 is not quite 1.06.
  return angstrom >= BELIEVABLE.least && angstrom <= BELIEVABLE.most
    ? Number(angstrom.toPrecision(7))
    : undefined;
}
