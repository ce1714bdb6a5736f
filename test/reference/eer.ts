/**
 * EER decoded the slow and obvious way, one bit at a time, by the words of RELION's documentation and renderEER.cpp.
 */

export interface ReferenceElectron {
  readonly x: number;
  readonly y: number;
  readonly quarterX: number;
  readonly quarterY: number;
}

/**
 * Electrons of a frame whose codes have `skipBits` for the run and 2 + 2 for the sub-pixel.
 * @returns undefined when the pixels do not add up.
 */
export function decodeEerReference(
  bytes: Uint8Array,
  width: number,
  height: number,
  skipBits: number,
  bitsOfMaximalRun: number,
): ReferenceElectron[] | undefined {
  let position = 0;
  const peek = (offset: number, count: number): number => {
    let value = 0;
    for (let i = 0; i < count; i++) {
      const at = position + offset + i;
      value += (((bytes[Math.floor(at / 8)] ?? 0) >> (at % 8)) & 1) * 2 ** i;
    }
    return value;
  };
  const electrons: ReferenceElectron[] = [];
  let pixel = 0;
  while (pixel < width * height && position + skipBits <= 8 * bytes.length) {
    const run = peek(0, skipBits);
    pixel += run;
    if (run === 2 ** skipBits - 1) {
      position += bitsOfMaximalRun;
      continue;
    }
    if (pixel >= width * height) break;
    // 0000YyXx with Y and X turned round.
    const symbol = peek(skipBits, 4) ^ 0x0a;
    electrons.push({
      x: pixel % width,
      y: Math.floor(pixel / width),
      quarterX: symbol % 4,
      quarterY: Math.floor(symbol / 4),
    });
    pixel++;
    position += skipBits + 4;
  }
  return pixel === width * height ? electrons : undefined;
}

/** Counts on a grid `fineness` times as fine as the detector's pixels: 1 or 2. */
export function renderEerReference(
  electrons: readonly ReferenceElectron[],
  width: number,
  height: number,
  fineness: number,
): number[] {
  const counts = new Array<number>(width * height * fineness * fineness).fill(0);
  for (const { x, y, quarterX, quarterY } of electrons) {
    const column = Math.floor((x + quarterX / 4) * fineness);
    const row = Math.floor((y + quarterY / 4) * fineness);
    const at = row * width * fineness + column;
    counts[at] = (counts[at] ?? 0) + 1;
  }
  return counts;
}
