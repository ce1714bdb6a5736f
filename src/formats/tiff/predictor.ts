/** Predictors 2 and 3 of TIFF (section 14 of TIFF 6.0; technical note 3 of Adobe Photoshop), undone in place. */

/** A block of rows as it comes out of the decompressor. */
export interface Block {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly rowBytes: number;
  /** Samples that lie side by side for one pixel. */
  readonly samples: number;
  /** 1, 2, 4 or 8; the predictors work on whole bytes. */
  readonly sampleBytes: number;
}

/**
 * 2: each sample was stored as its difference from the one before it in the row. The samples must be little-endian
 * already.
 */
export function undoDifferences({ bytes, rowBytes, samples, sampleBytes }: Block): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let row = 0; row + rowBytes <= bytes.length; row += rowBytes) {
    const end = row + rowBytes;
    switch (sampleBytes) {
      case 1:
        for (let at = row + samples; at < end; at++) {
          bytes[at] = (bytes[at] ?? 0) + (bytes[at - samples] ?? 0);
        }
        break;
      case 2:
        for (let at = row + 2 * samples; at < end; at += 2) {
          view.setUint16(at, view.getUint16(at, true) + view.getUint16(at - 2 * samples, true), true);
        }
        break;
      case 4:
        for (let at = row + 4 * samples; at < end; at += 4) {
          view.setUint32(at, view.getUint32(at, true) + view.getUint32(at - 4 * samples, true), true);
        }
        break;
      default:
        for (let at = row + 8 * samples; at < end; at += 8) {
          view.setBigUint64(
            at,
            view.getBigUint64(at, true) + view.getBigUint64(at - 8 * samples, true),
            true,
          );
        }
    }
  }
}

/**
 * 3: the bytes of a row of floats were sorted, all most significant ones first, and stored as differences. What comes
 * out is little-endian, whatever the byte order of the file.
 */
export function undoFloatDifferences({ bytes, rowBytes, samples, sampleBytes }: Block): void {
  const sorted = new Uint8Array(rowBytes);
  const count = rowBytes / sampleBytes;
  for (let row = 0; row + rowBytes <= bytes.length; row += rowBytes) {
    for (let at = row + samples; at < row + rowBytes; at++) {
      bytes[at] = (bytes[at] ?? 0) + (bytes[at - samples] ?? 0);
    }
    sorted.set(bytes.subarray(row, row + rowBytes));
    for (let b = 0; b < sampleBytes; b++) {
      const plane = (sampleBytes - 1 - b) * count;
      for (let i = 0; i < count; i++) bytes[row + i * sampleBytes + b] = sorted[plane + i] ?? 0;
    }
  }
}
