/** Lengths as text: Å below 100, then nm, then µm, with as many digits as matter on a screen. */
export function formatLength(angstrom: number): string {
  if (angstrom < 100) return `${trim(angstrom)} Å`;
  if (angstrom < 10000) return `${trim(angstrom / 10)} nm`;
  return `${trim(angstrom / 10000)} µm`;
}

/** Sizes of files and buffers as text, in binary units. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 ? value : trim(value)} ${units[unit]}`;
}

/** A part of a whole as text: "35 %". */
export function formatPart(part: number): string {
  return `${Math.round(100 * part)} %`;
}

function trim(value: number): string {
  return Number(value.toPrecision(3)).toString();
}

/** The largest "nice" length (1, 2 or 5 times a power of ten) not above `limit`; for scale bars. */
export function niceLength(limit: number): number {
  const power = 10 ** Math.floor(Math.log10(limit));
  const lead = limit / power;
  return (lead >= 5 ? 5 : lead >= 2 ? 2 : 1) * power;
}
