/** Files that `bench:ui` opens: noise with dark discs, large enough to be like a microscope's. */
import { closeSync, linkSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** Header of an MRC file (MRC2014): mode 0 is signed bytes. */
function header(width, height, pixelSizeAngstrom) {
  const bytes = Buffer.alloc(1024);
  [width, height, 1, 0, 0, 0, 0, width, height, 1].forEach((value, i) => {
    bytes.writeInt32LE(value, 4 * i);
  });
  [width * pixelSizeAngstrom, height * pixelSizeAngstrom, pixelSizeAngstrom, 90, 90, 90].forEach(
    (value, i) => {
      bytes.writeFloatLE(value, 40 + 4 * i);
    },
  );
  [1, 2, 3].forEach((axis, i) => {
    bytes.writeInt32LE(axis, 64 + 4 * i);
  });
  [-60, 60, 0].forEach((value, i) => {
    bytes.writeFloatLE(value, 76 + 4 * i);
  });
  bytes.writeInt32LE(20140, 108);
  bytes.write('MAP ', 208, 'latin1');
  bytes.writeUInt32LE(0x00004444, 212);
  return bytes;
}

/** Signed bytes that look like a camera's noise: sums of four evenly spread ones, always the same. */
function noise(length, seed) {
  const bytes = new Int8Array(length);
  let state = seed >>> 0 || 1;
  for (let i = 0; i < length; i++) {
    // xorshift32 (Marsaglia 2003).
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[i] = ((state & 31) + ((state >>> 8) & 31) + ((state >>> 16) & 31) + ((state >>> 24) & 31) - 62) | 0;
  }
  return bytes;
}

/**
 * Writes a micrograph: rows are pieces of one long stretch of noise, with a disc every 200 px.
 * @returns its path
 */
export function writeMicrograph(path, { width, height, seed = 1, pixelSizeAngstrom = 1 }) {
  const pool = noise(1 << 20, seed);
  const file = openSync(path, 'w');
  try {
    writeSync(file, header(width, height, pixelSizeAngstrom));
    const rows = 64;
    for (let top = 0; top < height; top += rows) {
      const count = Math.min(rows, height - top);
      const block = new Int8Array(count * width);
      for (let y = 0; y < count; y++) {
        const start = ((top + y) * 7919 + seed * 104_729) % (pool.length - width);
        block.set(pool.subarray(start, start + width), y * width);
        const dy = ((top + y) % 200) - 100;
        if (Math.abs(dy) >= 40) continue;
        const half = Math.floor(Math.sqrt(1600 - dy * dy));
        for (let middle = 100; middle < width; middle += 200) {
          for (let x = middle - half; x < Math.min(width, middle + half); x++) block[y * width + x] -= 20;
        }
      }
      writeSync(file, Buffer.from(block.buffer));
    }
  } finally {
    closeSync(file);
  }
  return path;
}

/** A folder of so many micrographs. @returns its path */
export function writeFolder(path, count, size) {
  mkdirSync(path);
  for (let i = 0; i < count; i++) {
    const name = `micrograph_${String(i + 1).padStart(4, '0')}.mrc`;
    writeMicrograph(join(path, name), { ...size, seed: i + 1 });
  }
  return path;
}

/** A folder of so many names of one micrograph: for the list, which reads none of them. @returns its path */
export function linkFolder(path, count, size) {
  mkdirSync(path);
  const nameOf = (i) => join(path, `micrograph_${String(i + 1).padStart(5, '0')}.mrc`);
  writeMicrograph(nameOf(0), size);
  for (let i = 1; i < count; i++) linkSync(nameOf(0), nameOf(i));
  return path;
}

/** A STAR file with so many picks, evenly over the micrograph and a little off the grid. @returns its path */
export function writePicks(path, count, { width, height }) {
  const columns = Math.ceil(Math.sqrt((count * width) / height));
  const rows = Math.ceil(count / columns);
  const lines = Array.from({ length: count }, (_, i) => {
    const x = (((i % columns) + 0.5) / columns) * width + ((i * 37) % 11) - 5;
    const y = ((Math.floor(i / columns) + 0.5) / rows) * height + ((i * 53) % 11) - 5;
    return `${x.toFixed(2)} ${y.toFixed(2)} ${(((i * 7) % 1000) / 1000).toFixed(3)}`;
  });
  const names = ['_rlnCoordinateX #1', '_rlnCoordinateY #2', '_rlnAutopickFigureOfMerit #3'];
  writeFileSync(path, `\ndata_\n\nloop_\n${names.join('\n')}\n${lines.join('\n')}\n`);
  return path;
}
