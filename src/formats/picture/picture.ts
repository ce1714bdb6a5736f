/** What the decoders of pictures have in common. */
import type { FileFact } from '../image.ts';

/** A decoded picture in grey levels, row 0 at the top. */
export interface Picture {
  readonly format: 'PNG' | 'JPEG';
  readonly width: number;
  readonly height: number;
  /** Stored values where the picture is grey, else luminance; width × height, row-major. */
  readonly pixels: Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer> | Float32Array<ArrayBuffer>;
  /** "8-bit grey levels". */
  readonly description: string;
  readonly warnings: readonly string[];
  readonly facts: readonly FileFact[];
}

/** What a decoder finds wrong with a file. */
export class PictureFault {
  constructor(
    readonly problem: 'bad-picture' | 'bad-dimensions',
    /** To follow the file's name: "is cut off: …". */
    readonly explanation: string,
  ) {}
}
