import type { JobOptions } from '../../core/progress.ts';
import type { Micrograph } from '../../dataset/micrograph.ts';
import type { StoredSamples } from '../../formats/image.ts';
import type { GpuContext } from '../../gpu/context.ts';
import { rowAlignment } from '../../gpu/ops/movie.ts';
import { Recorder } from '../../gpu/recorder.ts';
import type { FrameSum, StripRows } from './frameSum.ts';
import type { FrameStep } from './plan.ts';

/** Bytes read, uploaded and added at a time. */
const stripBytes = 8 * 2 ** 20;

interface Strip extends StripRows {
  readonly step: FrameStep;
  readonly samples: StoredSamples;
}

/** What becomes of the frames as they stream by. */
export interface FrameStream {
  readonly steps: readonly FrameStep[];
  /** The sums that a frame goes into. */
  sumsOf(frame: number): readonly FrameSum[];
  /** Looks at samples before they are added. */
  look?(samples: StoredSamples): void;
  /** A frame's last strip is on its way: the sums hold it, or will before anything that is queued from now on. */
  frameDone(step: FrameStep): void;
}

/**
 * Streams frames into sums: while the GPU adds one strip the next is being read. The signal is looked at between frames,
 * so that after an abort the sums hold whole frames.
 * @throws FormatError when the file can't be read; the signal's reason.
 */
export async function streamFrames(
  context: GpuContext,
  micrograph: Micrograph,
  { steps, sumsOf, look, frameDone }: FrameStream,
  { signal, onProgress }: JobOptions,
): Promise<void> {
  const { width, height } = micrograph;
  let rowBytes = width * 4;
  let upload: GPUBuffer | undefined;
  let uploadBytes = 0;
  const read = async (step: FrameStep, firstRow: number): Promise<Strip> => {
    const rowsAtOnce = Math.max(
      rowAlignment,
      Math.floor(stripBytes / rowBytes / rowAlignment) * rowAlignment,
    );
    const rowCount = Math.min(rowsAtOnce, height - firstRow);
    const samples = await readSamples(micrograph, step.frame, firstRow, rowCount);
    rowBytes = samples.rowBytes;
    return { step, firstRow, rowCount, samples };
  };
  let pending: Promise<Strip> | undefined;
  const request = (at: number, firstRow: number): void => {
    const step = steps[at];
    pending = step && read(step, firstRow);
    // It is waited for when its turn comes; until then nobody hears of a failure.
    pending?.catch(() => {});
  };
  let added = Promise.resolve();
  try {
    for (const [i, step] of steps.entries()) {
      signal?.throwIfAborted();
      onProgress?.({ stage: 'Summing frames', done: i, total: steps.length });
      if (i === 0) request(0, 0);
      for (let row = 0; row < height; ) {
        if (!pending) throw new Error('A strip was not asked for.');
        const strip = await pending;
        row += strip.rowCount;
        if (row < height) request(i, row);
        else request(i + 1, 0);
        look?.(strip.samples);
        context.check();
        const { type, bytes } = strip.samples;
        if (uploadBytes < bytes.byteLength) {
          context.free(upload);
          upload = context.buffer('frames', bytes.byteLength);
          uploadBytes = bytes.byteLength;
        }
        if (!upload) throw new Error('A strip is empty.');
        writeBytes(context, upload, bytes);
        const recorder = new Recorder(context);
        const samples = { buffer: upload, type, rowBytes: strip.samples.rowBytes };
        for (const sum of sumsOf(step.frame)) await sum.record(recorder, samples, strip, step.weight);
        recorder.submit();
        // No more than two strips may pile up in the driver.
        await added;
        added = context.finish();
        added.catch(() => {});
      }
      frameDone(step);
    }
    await added;
    onProgress?.({ stage: 'Summing frames', done: steps.length, total: steps.length });
  } finally {
    // What was asked for ahead is nobody's any more, but it still holds memory and reads the file.
    await pending?.catch(() => {});
    await added.catch(() => {});
    context.free(upload);
  }
}

/** Rows of a frame as they are stored, or as floats where they are computed. */
async function readSamples(
  micrograph: Micrograph,
  frame: number,
  firstRow: number,
  rowCount: number,
): Promise<StoredSamples> {
  if (micrograph.readSamples) return await micrograph.readSamples(frame, firstRow, rowCount);
  const { buffer, byteOffset, byteLength } = await micrograph.readRows(frame, firstRow, rowCount);
  const bytes = new Uint8Array(buffer, byteOffset, byteLength);
  return { type: 'float32', bytes, rowBytes: micrograph.width * 4 };
}

/** Fills a buffer from its start; only multiples of 4 bytes can be written. */
function writeBytes({ device }: GpuContext, buffer: GPUBuffer, bytes: Uint8Array<ArrayBuffer>): void {
  const whole = bytes.byteLength - (bytes.byteLength % 4);
  device.queue.writeBuffer(buffer, 0, bytes, 0, whole);
  if (whole === bytes.byteLength) return;
  const rest = new Uint8Array(4);
  rest.set(bytes.subarray(whole));
  device.queue.writeBuffer(buffer, whole, rest);
}
