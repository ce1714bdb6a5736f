/** What we use of the block decoder inside unbzip2-stream, which has no types of its own. */
declare module 'unbzip2-stream/lib/bzip2.js' {
  /** n > 0: the next n bits as an integer, of up to 32 bits; null: skips to the next whole byte. */
  type ReadBits = (n: number | null) => number;

  interface Bzip2 {
    /** Reads a stream's header. @returns its block size in units of 100,000 bytes. */
    header(bits: ReadBits): number;
    /**
     * Unpacks the next block and checks its CRC.
     * @param write gets each byte.
     * @param block room for `blockSize` numbers.
     * @param streamCrc of the blocks before; 0 for the first.
     * @returns the new stream CRC, or null at the end of the stream, after its CRC was checked.
     */
    decompress(
      bits: ReadBits,
      write: (byte: number) => void,
      block: Int32Array,
      blockSize: number,
      streamCrc: number,
    ): number | null;
  }

  const bzip2: Bzip2;
  export default bzip2;
}
