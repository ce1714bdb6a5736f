/** The files of a training: the network, its log, and the checkpoint that it goes on from. */
import { CryoliteError, messageOf, UsageError } from '../core/errors.ts';
import { fileExists, removeFile, writeBinaryFile } from '../platform/node/files.ts';
import { micrographName, refuseExisting, refuseReplacing } from './outputs.ts';

const extension = /\.safetensors$/i;

export interface TrainingFiles {
  /** Of the network, without folders and extension. */
  readonly name: string;
  readonly output: string;
  /** Beside it, JSON. */
  readonly log: string;
  /** Beside it, .checkpoint.safetensors. */
  readonly checkpoint: string;
}

/**
 * Says no before the work: no result takes the place of what the training starts from, none of another one unasked.
 * @param inputs that are read; what is undefined is passed over.
 * @throws UsageError, CryoliteError 'exists'.
 */
export async function planTraining(
  inputs: readonly (string | undefined)[],
  {
    output,
    resume,
    overwrite,
  }: { readonly output: string; readonly resume: boolean; readonly overwrite: boolean },
): Promise<TrainingFiles> {
  if (!extension.test(output)) throw new UsageError(`${output} should end in .safetensors.`);
  const base = output.replace(extension, '');
  const [log, checkpoint] = [`${base}.json`, `${base}.checkpoint.safetensors`];
  await refuseReplacing(inputs, [output, log, checkpoint]);
  await refuseExisting([output, log], overwrite);
  const isThere = await fileExists(checkpoint);
  if (resume && !isThere) {
    throw new UsageError(`There is no ${checkpoint} to go on from: train without --resume.`);
  }
  if (isThere && !resume && !overwrite) {
    throw new CryoliteError(
      'exists',
      `${checkpoint} is of a training that has stopped: go on with it by --resume, or give --overwrite to begin anew.`,
    );
  }
  return { name: micrographName(base), output, log, checkpoint };
}

/** Keeps a training on the disk as it goes. A full disk is no reason to lose it: it is warned of. */
export class CheckpointKeeper {
  #last = Promise.resolve();

  constructor(
    private readonly path: string,
    private readonly warn: (sentence: string) => void,
  ) {}

  /**
   * Writes after what is being written already; the promise never fails.
   * @param make the file; undefined where there is nothing to keep yet.
   */
  keep(make: () => Uint8Array<ArrayBuffer> | undefined): Promise<void> {
    let bytes: Uint8Array<ArrayBuffer> | undefined;
    try {
      bytes = make();
    } catch (error) {
      this.#complain(error);
    }
    const now = bytes;
    if (now) {
      this.#last = this.#last
        .then(() => writeBinaryFile(this.path, now, { overwrite: true }))
        .catch((error: unknown) => this.#complain(error));
    }
    return this.#last;
  }

  /** The training is done: nothing is to be gone on with. */
  async remove(): Promise<void> {
    await this.#last;
    await removeFile(this.path).catch((error: unknown) => this.#complain(error));
  }

  #complain(error: unknown): void {
    this.warn(`${this.path} could not be kept, so that this training can't go on later: ${messageOf(error)}`);
  }
}
