/** Networks of the user, as the page knows them; their weights stay in the worker. */

/** What a network can be used for. */
export type ModelUse = 'pick' | 'denoise';

export interface ModelDescription {
  /** SHA-256 of the file, hex: what it is called by. */
  readonly hash: string;
  /** The file's name. */
  readonly name: string;
  /** Of the file. */
  readonly bytes: number;
  readonly format: 'Cryolite' | 'Topaz' | 'ONNX';
  /** What the network calls itself, or is known as. */
  readonly architecture: string;
  /** At least one; both where the file does not tell what it was trained for. */
  readonly uses: readonly ModelUse[];
  /** Numbers in its weights. */
  readonly parameters: number;
  /** Floating-point operations for one pixel of its input; a multiply-add is two. */
  readonly flopsPerPixel: number;
  /** Pixels of its input that one pixel of its result is made of. */
  readonly field: { readonly width: number; readonly height: number };
}
