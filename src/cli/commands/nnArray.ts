/** Pictures of one channel or several as `.npy` arrays: H × W or C × H × W. */
import { FormatError } from '../../core/errors.ts';
import { readNpyArray, writeNpyArray } from '../../formats/npy/npy.ts';
import { nodeFileSink, withFile } from '../../platform/node/files.ts';

export interface ArrayPicture {
  readonly channels: number;
  readonly width: number;
  readonly height: number;
  /** Channel by channel, row by row. */
  readonly data: Float32Array<ArrayBuffer>;
}

/** @throws FormatError where it is no array of two or three sides, or of nothing. */
export async function readPicture(path: string): Promise<ArrayPicture> {
  const bytes = await withFile(path, (source) => source.read(0, source.size));
  const { shape, data } = readNpyArray(path, bytes);
  const [channels = 0, height = 0, width = 0] = shape.length === 2 ? [1, ...shape] : shape;
  if (shape.length < 2 || shape.length > 3 || data.length === 0) {
    const sides = shape.length === 0 ? 'a single number' : `an array of shape ${shape.join(' × ')}`;
    throw new FormatError(
      'wrong-shape',
      path,
      `is ${sides}; give height × width, or channels × height × width.`,
    );
  }
  return { channels, width, height, data };
}

/** One channel is written as H × W. @throws CryoliteError 'exists'. */
export async function writePicture(
  path: string,
  { channels, width, height, data }: ArrayPicture,
  options: { readonly overwrite: boolean },
): Promise<void> {
  const shape = channels === 1 ? [height, width] : [channels, height, width];
  const sink = await nodeFileSink(path, options);
  try {
    await sink.write(writeNpyArray(shape, data));
    await sink.close();
  } catch (error) {
    await sink.abort();
    throw error;
  }
}
