/** A small simulated movie as a camera would write it, and what goes with it, for the tests of the page. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { memorySink } from '../../src/core/bytes.ts';
import { createRandom } from '../../src/core/random.ts';
import { orientGain } from '../../src/dataset/gain.ts';
import type { WritableMode } from '../../src/formats/mrc/modes.ts';
import { writeMrc } from '../../src/formats/mrc/write.ts';
import { type Electron, eerMetadata, encodeEer } from '../fixtures/eer.ts';

export const [width, height, frames] = [640, 512, 16];
/** The pixel that counts in every frame. */
export const hot = { x: 300, y: 200 };

/** Writes an MRC file into `folder`. @returns its path. */
export async function mrcFile(
  folder: string,
  name: string,
  size: { readonly width: number; readonly height: number; readonly frames?: number },
  mode: WritableMode,
  pixels: readonly Float32Array[],
): Promise<string> {
  const sink = memorySink();
  await writeMrc(sink, { ...size, mode, pixelSizeAngstrom: 1.5 }, pixels);
  const path = join(folder, name);
  writeFileSync(path, sink.bytes());
  return path;
}

export interface MovieFiles {
  /** 16 frames of bytes, with the pattern of a detector and a hot pixel in them. */
  readonly movie: string;
  /** What the movie must be multiplied by, stored so that it must be turned by 90° counter-clockwise (orientation 1). */
  readonly gain: string;
  /** The frames' counts. */
  readonly counts: readonly Float32Array[];
}

/** Discs in noise; each pixel of the detector counts up to a third too little or too much. */
export async function movieFiles(folder: string): Promise<MovieFiles> {
  const random = createRandom(2026);
  const area = width * height;
  const response = Float32Array.from({ length: area }, () => 1 + 0.12 * random.normal());
  const field = Float32Array.from({ length: area }, (_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    return Math.hypot((x % 80) - 40, (y % 80) - 40) < 15 ? 14 : 20;
  });
  const exposures = Array.from({ length: frames }, () => {
    const frame = new Float32Array(area);
    for (let i = 0; i < area; i++) {
      const mean = (field[i] ?? 0) * (response[i] ?? 1);
      frame[i] = Math.max(0, Math.min(127, Math.round(mean + Math.sqrt(mean) * random.normal())));
    }
    frame[hot.y * width + hot.x] = 127;
    return frame;
  });
  const pixels = response.map((value) => 1 / Math.max(0.2, value));
  const stored = orientGain({ name: '', width, height, pixels }, 3);
  return {
    counts: exposures,
    movie: await mrcFile(folder, 'field.mrc', { width, height, frames }, 0, exposures),
    gain: await mrcFile(folder, 'field_gain.mrc', { width: stored.width, height: stored.height }, 2, [
      stored.pixels,
    ]),
  };
}

/** An EER movie of 24 raw frames whose metadata tell a dose of 48 electrons a pixel. */
export function eerFile(folder: string): string {
  const random = createRandom(7);
  const side = 512;
  const rawFrames = Array.from({ length: 24 }, () => {
    const places = new Set(Array.from({ length: 4000 }, () => random.integer(side * side)));
    return [...places].map(
      (at): Electron => ({ x: at % side, y: Math.floor(at / side), quarterX: 1, quarterY: 2 }),
    );
  });
  const metadata = eerMetadata([
    ['totalDose', '48', 'e/pixel'],
    ['sensorPixelSize.width', '1.2e-10', 'm'],
    ['sensorPixelSize.height', '1.2e-10', 'm'],
  ]);
  const path = join(folder, 'grid.eer');
  writeFileSync(path, encodeEer({ width: side, height: side, frames: rawFrames, metadata }));
  return path;
}
