import type { JobOptions } from '../../core/progress.ts';
import type { Micrograph } from '../../dataset/micrograph.ts';
import type { StoredSamples } from '../../formats/image.ts';
import type { GpuContext } from '../../gpu/context.ts';
import { framesAtOnce, rowAlignment, type UploadedSamples } from '../../gpu/ops/movie.ts';
import { Recorder } from '../../gpu/recorder.ts';
import type { FrameSum } from './frameSum.ts';
import type { FrameStep } from './plan.ts';
import { Upload } from './upload.ts';

/** Bytes that are added at a time. */
const stripBytes = 8 * 2 ** 20;

/** What becomes of the frames as they stream by. */
export interface FrameStream {
  readonly steps: readonly FrameStep[];
  /** The sums that a frame goes into. */
  sumsOf(frame: number): readonly FrameSum[];
  /** Looks at samples before they are added. */
  look(samples: StoredSamples): void;
  /** Frames are being added: until they are done the sums hold parts of them. */
  begin(): void;
  /** The frames are in the sums, for whatever is queued from now on. */
  done(steps: readonly FrameStep[]): void;
}

/** Rows of one frame to be read. */
interface Request {
  /** The frames whose rows are added together, and which of them this is. */
  readonly group: readonly FrameStep[];
  readonly index: number;
  readonly firstRow: number;
  readonly rowCount: number;
}

/**
 * Streams frames into sums: while the GPU adds some rows the next are being read. Where rows can be had in any order,
 * the same ones of several frames are added at once; else frame after frame. The signal is looked at between frames, so
 * that after an abort the sums hold whole ones.
 * @throws FormatError when the file can't be read; the signal's reason.
 */
export async function streamFrames(
  context: GpuContext,
  micrograph: Micrograph,
  stream: FrameStream,
  { signal, onProgress }: JobOptions,
): Promise<void> {
  const { width, height } = micrograph;
  const total = stream.steps.length;
  let framesDone = 0;
  const report = (): void => onProgress?.({ stage: 'Summing frames', done: framesDone, total });

  const { maxBufferBytes } = context;
  const most = atOnce(micrograph, maxBufferBytes);
  const pieceBytes = Math.min(stripBytes, maxBufferBytes);
  // Rows of floats, until it is known how they are stored.
  let rowBytes = width * 4;
  const requests = planRequests(stream.steps, most, height, () => Math.floor(pieceBytes / rowBytes));
  const readNext = async (request: Request | undefined) => {
    if (!request) return undefined;
    const { group, index, firstRow, rowCount } = request;
    const samples = await readSamples(micrograph, group[index]?.frame ?? 0, firstRow, rowCount);
    rowBytes = samples.rowBytes;
    return { ...request, samples };
  };
  const ahead = (): ReturnType<typeof readNext> => {
    const reading = readNext(requests.next().value ?? undefined);
    // It is waited for when its turn comes; until then nobody hears of a failure.
    reading.catch(() => {});
    return reading;
  };

  const upload = new Upload(context);
  let pending = ahead();
  let added = Promise.resolve();
  try {
    report();
    for (;;) {
      const strip = await pending;
      if (!strip) break;
      const { group, index, firstRow, rowCount, samples } = strip;
      if (index === 0 && firstRow === 0) signal?.throwIfAborted();
      pending = ahead();
      stream.look(samples);
      upload.put(index, group.length, samples);
      if (index + 1 < group.length) continue;
      stream.begin();
      const recorder = new Recorder(context);
      for (const [sum, part] of partsOf(group, stream, upload)) {
        await sum.record(recorder, part, { firstRow, rowCount }, group[0]?.weight ?? 1);
      }
      recorder.submit();
      // No more than two pieces may pile up in the driver.
      await added;
      added = context.finish();
      added.catch(() => {});
      if (firstRow + rowCount < height) continue;
      stream.done(group);
      framesDone += group.length;
      report();
    }
    await added;
  } finally {
    // What was asked for ahead is nobody's any more, but it still holds memory and reads the file.
    await pending.catch(() => {});
    await added.catch(() => {});
    upload.free();
  }
}

/** Frames that are added at once: the least rows of them are not more than one frame, and fit a buffer. */
function atOnce({ hasDirectRows, width, height }: Micrograph, maxBufferBytes: number): number {
  const most = Math.min(height / rowAlignment, maxBufferBytes / (rowAlignment * width * 4), framesAtOnce);
  return hasDirectRows ? Math.max(1, Math.floor(most)) : 1;
}

/** What is read, in order. Lazy: after the first rows it is known how long they are. */
function* planRequests(
  steps: readonly FrameStep[],
  most: number,
  height: number,
  rowsAtOnce: () => number,
): Generator<Request, undefined> {
  for (let from = 0; from < steps.length; ) {
    const weight = steps[from]?.weight;
    let to = from + 1;
    while (to < steps.length && to - from < most && steps[to]?.weight === weight) to++;
    const group = steps.slice(from, to);
    const share = group.length === 1 ? height : height / most;
    for (let firstRow = 0; firstRow < height; ) {
      const rows = Math.min(rowsAtOnce() / group.length, share);
      const aligned = Math.max(rowAlignment, Math.floor(rows / rowAlignment) * rowAlignment);
      const left = height - firstRow;
      const rowCount = rows >= left ? left : Math.min(aligned, left);
      for (const index of group.keys()) yield { group, index, firstRow, rowCount };
      firstRow += rowCount;
    }
    from = to;
  }
  return undefined;
}

/** The sums that uploaded frames go into, each with those of its frames that can be added at once. */
function partsOf(
  group: readonly FrameStep[],
  { sumsOf }: FrameStream,
  upload: Upload,
): [FrameSum, UploadedSamples][] {
  const indices = new Map<FrameSum, number[]>();
  for (const [index, { frame }] of group.entries()) {
    for (const sum of sumsOf(frame)) indices.set(sum, [...(indices.get(sum) ?? []), index]);
  }
  return [...indices].flatMap(([sum, [first = 0, ...rest]]): [FrameSum, UploadedSamples][] => {
    const step = (rest[0] ?? first + 1) - first;
    const isEven = rest.every((index, i) => index === first + (i + 1) * step);
    if (isEven) return [[sum, upload.samples(first, step, rest.length + 1)]];
    return [first, ...rest].map((index) => [sum, upload.samples(index, 1, 1)]);
  });
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
