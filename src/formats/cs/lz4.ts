/** Unpacks one LZ4 block (https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md). */

/** @returns exactly `size` bytes, or undefined when the block is damaged or holds another number. */
export function decodeLz4Block(block: Uint8Array, size: number): Uint8Array<ArrayBuffer> | undefined {
  const result = new Uint8Array(size);
  let from = 0;
  let to = 0;
  /** A length whose first four bits are 15 goes on in bytes, up to the first that is not 255. */
  const longer = (bits: number): number => {
    if (bits < 15) return bits;
    let length = bits;
    for (;;) {
      const byte = block[from++];
      if (byte === undefined) return Number.POSITIVE_INFINITY;
      length += byte;
      if (byte !== 255) return length;
    }
  };
  while (from < block.length) {
    const token = block[from++] ?? 0;
    const literals = longer(token >> 4);
    if (from + literals > block.length || to + literals > size) return undefined;
    result.set(block.subarray(from, from + literals), to);
    from += literals;
    to += literals;
    // The last sequence has literals only.
    if (from === block.length) break;
    const back = (block[from] ?? 0) | ((block[from + 1] ?? 0) << 8);
    from += 2;
    const length = longer(token & 15) + 4;
    if (back === 0 || back > to || to + length > size) return undefined;
    // Byte by byte, as a copy may overlap what it makes.
    for (let i = 0; i < length; i++, to++) result[to] = result[to - back] ?? 0;
  }
  return to === size ? result : undefined;
}
