/**
 * Every failure a user can cause or meet is one of these tagged classes. The message is a full sentence that
 * names the file (or the thing), says what is wrong and what to do. `code` is what programs switch on.
 */
export class CryoliteError extends Error {
  constructor(
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** What is wrong with a file, in one word; the vocabulary of `shared/data/conformance`. */
export type FormatProblem =
  | 'empty'
  | 'not-mrc'
  | 'truncated'
  | 'bad-dimensions'
  | 'unsupported-mode'
  | 'bad-extended-header'
  | 'bad-compression'
  | 'bad-star'
  | 'missing-columns'
  | 'bad-csv'
  | 'bad-box'
  | 'bad-json'
  | 'bad-cs'
  | 'bad-model'
  | 'bad-tiff'
  | 'bad-eer'
  | 'bad-dm4'
  | 'bad-picture'
  | 'bad-weights'
  | 'bad-onnx'
  | 'bad-npy'
  | 'bad-recipe'
  | 'bad-session'
  | 'wrong-shape'
  | 'changed';

/** A file that can't be read. */
export class FormatError extends CryoliteError {
  constructor(
    readonly problem: FormatProblem,
    readonly file: string,
    /** What is wrong and what to do, without the file's name: "is cut off: …". */
    explanation: string,
  ) {
    super(problem, `${file} ${explanation}`);
  }
}

/** The command line or a parameter makes no sense. */
export class UsageError extends CryoliteError {
  constructor(message: string) {
    super('usage', message);
  }
}

/** There is no WebGPU, or no adapter, or it can't do the work. */
export class GpuUnavailableError extends CryoliteError {
  constructor(message: string, options?: ErrorOptions) {
    super('no-gpu', message, options);
  }
}

/** The device went away (driver reset, sleep, another tab); the job can go on with a new one. */
export class DeviceLostError extends CryoliteError {
  constructor(reason: string) {
    super('device-lost', `The GPU device was lost (${reason}).`);
  }
}

/** The image needs more GPU memory than the adapter allows. */
export class GpuLimitError extends CryoliteError {
  constructor(message: string) {
    super('gpu-limit', message);
  }
}

/** The sentence to show for anything thrown, ours or not. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Whether the error says "the user pressed cancel". */
export function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}
