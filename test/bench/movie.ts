/** A movie summed by the pipeline, beside reading all its bytes. */
import { spawn } from 'node:child_process';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { ByteSource } from '../../src/core/bytes.ts';
import { createRandom } from '../../src/core/random.ts';
import { wholeRange } from '../../src/dataset/exposure.ts';
import { openMicrograph } from '../../src/dataset/open.ts';
import { encodeHeader } from '../../src/formats/mrc/write.ts';
import type { GpuContext } from '../../src/gpu/context.ts';
import { MovieExposure } from '../../src/pipelines/movie/movieExposure.ts';
import { RunningSum } from '../../src/pipelines/movie/runningSum.ts';
import { sumMovie } from '../../src/pipelines/movie/sumMovie.ts';
import { nodeFileSource } from '../../src/platform/node/files.ts';
import { type Timing, time } from './measure.ts';

/** A movie as a counting camera writes it, 503 MB. */
const shape = { width: 4096, height: 3072, frames: 40 };
const electronsPerPixel = 1;
const pieceBytes = 8 << 20;

/** @param file a movie of one's own; one of random counts is written to `folder` without it. */
export async function benchMovie(
  context: GpuContext,
  runs: number,
  folder: string,
  file: string | undefined,
) {
  const path = file ?? join(folder, 'movie.mrc');
  if (file === undefined) await writeMovie(path);
  const source = await nodeFileSource(path);
  try {
    return await benchSource(context, runs, path, source);
  } finally {
    await source.close();
  }
}

async function benchSource(context: GpuContext, runs: number, path: string, source: ByteSource) {
  const micrograph = await openMicrograph(source);
  const { width, height, frames, description } = micrograph;
  const range = wholeRange(frames);
  const rate = (timing: Timing) => ({ ...timing, megabytesPerSecond: source.size / timing.seconds / 1e6 });

  const cat = rate(await time(runs, () => readAll(path)));

  let most = 0;
  const watch = setInterval(() => {
    most = Math.max(most, process.memoryUsage.rss());
  }, 10);
  const before = process.memoryUsage.rss();
  const { bytes: gpuBefore } = context.memory();
  let gpuMost = 0;
  const onProgress = (): void => {
    gpuMost = Math.max(gpuMost, context.memory().bytes - gpuBefore);
  };
  const running = new RunningSum(context, micrograph);
  const stream = rate(
    await time(runs, async () => {
      running.range = undefined;
      await running.moveTo(range, { onProgress });
      await context.finish();
    }),
  );
  running.free();
  const sum = rate(
    await time(runs, async () => {
      await sumMovie(context, micrograph, { range, removeHotPixels: true }, { onProgress });
    }),
  );
  clearInterval(watch);

  // What any program pays that wants the bytes in its own memory.
  const read = rate(
    await time(runs, async () => {
      for (let at = 0; at < source.size; at += pieceBytes) {
        await source.read(at, Math.min(pieceBytes, source.size - at));
      }
    }),
  );

  const exposure = new MovieExposure(context, micrograph);
  const show = async (last: number): Promise<void> => {
    const { plane } = await exposure.expose({ range: { first: 0, last }, removeHotPixels: true });
    await context.finish();
    context.free(plane.buffer);
  };
  let last = frames - 1;
  await show(last);
  const slide = await time(runs, async () => {
    last = last === frames - 1 ? Math.max(0, frames - 2) : frames - 1;
    await show(last);
  });
  const again = await time(runs, () => show(last));
  exposure.free();
  return {
    movie: { width, height, frames, description, bytes: source.size },
    readBytes: { command: 'cat FILE > /dev/null', ...cat },
    readIntoMemory: read,
    stream: { ...stream, timesCat: stream.seconds / cat.seconds },
    sum: { ...sum, timesCat: sum.seconds / cat.seconds },
    gpuPeakBytes: gpuMost,
    residentGrowthBytes: most - before,
    oneFrameMore: slide,
    correctAgain: again,
  };
}

/** A child process reads the file and throws it away. */
async function readAll(path: string): Promise<void> {
  const child = spawn('cat', [path], { stdio: ['ignore', 'ignore', 'inherit'] });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  if (code !== 0) throw new Error(`cat ended with ${code}.`);
}

/** Counting noise, frame by frame; MRC mode 0. */
async function writeMovie(path: string): Promise<void> {
  const { width, height, frames } = shape;
  const random = createRandom(1);
  const draws = Uint8Array.from({ length: 1 << 16 }, () => random.poisson(electronsPerPixel));
  const file = await open(path, 'w');
  try {
    await file.write(encodeHeader({ width, height, frames, mode: 0, pixelSizeAngstrom: 1 }));
    const frame = new Uint8Array(width * height);
    let state = 1;
    for (let i = 0; i < frames; i++) {
      for (let pixel = 0; pixel < frame.length; pixel++) {
        state = (Math.imul(state, 1664525) + 1013904223) | 0;
        frame[pixel] = draws[state >>> 16] ?? 0;
      }
      await file.write(frame);
    }
  } finally {
    await file.close();
  }
}
