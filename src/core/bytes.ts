/** Random-access bytes: a `File`, a Node file handle or memory look the same. */
export interface ByteSource {
  /** The name to show, without folders. */
  readonly name: string;
  /** Total length in bytes. */
  readonly size: number;
  /**
   * Reads exactly `length` bytes from `offset`; the caller owns the result.
   * @throws RangeError when the range is not inside the file.
   */
  read(offset: number, length: number): Promise<Uint8Array<ArrayBuffer>>;
}

/** Where bytes are written, in order. */
export interface ByteSink {
  write(bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** Makes the file whole; nothing is visible under its name before this. */
  close(): Promise<void>;
  /** Throws away what was written. */
  abort(): Promise<void>;
}

/** A source over bytes in memory. */
export function memorySource(name: string, bytes: Uint8Array<ArrayBuffer>): ByteSource {
  return {
    name,
    size: bytes.byteLength,
    read: async (offset, length) => {
      checkRange(name, bytes.byteLength, offset, length);
      return bytes.slice(offset, offset + length);
    },
  };
}

/** A sink that collects into memory; `bytes()` joins what was written. */
export function memorySink(): ByteSink & { bytes(): Uint8Array<ArrayBuffer> } {
  let parts: Uint8Array<ArrayBuffer>[] = [];
  return {
    write: async (bytes) => {
      parts.push(bytes.slice());
    },
    close: async () => {},
    abort: async () => {
      parts = [];
    },
    bytes: () => concatBytes(parts),
  };
}

/** Joins byte arrays. */
export function concatBytes(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.byteLength;
  }
  return all;
}

/** @throws RangeError when [offset, offset + length) is not inside [0, size). */
export function checkRange(name: string, size: number, offset: number, length: number): void {
  if (
    !Number.isSafeInteger(offset) ||
    !Number.isSafeInteger(length) ||
    offset < 0 ||
    length < 0 ||
    offset + length > size
  ) {
    throw new RangeError(
      `${name}: bytes ${offset} to ${offset + length} are outside the file (${size} bytes).`,
    );
  }
}
