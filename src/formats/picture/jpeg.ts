/** JPEG (ITU-T T.81), baseline and progressive, 8 bits: checked here, decoded by jpeg-js. */
import { decode } from 'jpeg-js';
import type { FileFact } from '../image.ts';
import { luminance } from '../samples.ts';
import { type Picture, PictureFault } from './picture.ts';

/** The decoder keeps 4 bytes of each pixel and colour, and more for its own use. */
const MAX_MEGAPIXELS = 64;
const MAX_MEMORY_MEGABYTES = 1536;
/** Passes over the picture: progressive ones have 10 or so, and each costs time, however short it is in the file. */
const MAX_SCANS = 64;

interface Frame {
  /** The low byte of the marker that begins it: 0xc0 baseline, 0xc2 progressive. */
  readonly marker: number;
  readonly precision: number;
  readonly width: number;
  readonly height: number;
  readonly components: number;
}

export function isJpeg(head: Uint8Array): boolean {
  return head[0] === 0xff && head[1] === 0xd8 && head[2] === 0xff;
}

/** @throws PictureFault, or whatever jpeg-js throws on damaged bytes */
export function decodeJpeg(bytes: Uint8Array<ArrayBuffer>): Picture {
  const frame = findFrame(bytes);
  checkFrame(frame, bytes);
  const { width, height, data } = decode(bytes, {
    useTArray: true,
    formatAsRGBA: false,
    tolerantDecoding: false,
    maxResolutionInMP: MAX_MEGAPIXELS,
    maxMemoryUsageInMB: MAX_MEMORY_MEGABYTES,
  });
  const colour = frame.components > 1;
  const pixels = colour ? new Float32Array(width * height) : new Uint8Array(width * height);
  for (let i = 0; i < pixels.length; i++) {
    const red = data[3 * i] ?? 0;
    pixels[i] = colour ? luminance(red, data[3 * i + 1] ?? 0, data[3 * i + 2] ?? 0) : red;
  }
  return {
    format: 'JPEG',
    width,
    height,
    pixels,
    description: colour ? '8-bit colour' : '8-bit grey levels',
    warnings: [
      'JPEG loses detail: denoising and picking want the micrograph it was made from.',
      ...(colour ? ['The picture is in colour; its luminance is shown.'] : []),
    ],
    facts: facts(frame),
  };
}

/** The start of the frame, found by walking the segments before it. */
function findFrame(bytes: Uint8Array<ArrayBuffer>): Frame {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 2; at + 4 <= bytes.length; ) {
    if (bytes[at] !== 0xff) break;
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xff) {
      at++;
      continue;
    }
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame && at + 10 <= bytes.length) {
      return {
        marker,
        precision: view.getUint8(at + 4),
        height: view.getUint16(at + 5),
        width: view.getUint16(at + 7),
        components: view.getUint8(at + 9),
      };
    }
    at += 2 + view.getUint16(at + 2);
  }
  throw new PictureFault(
    'bad-picture',
    'is damaged: it does not say how large it is; fetch or write it again.',
  );
}

function checkFrame({ marker, precision, width, height }: Frame, bytes: Uint8Array<ArrayBuffer>): void {
  if (marker > 0xc2 || precision !== 8) {
    const kind = marker > 0xc2 ? 'lossless or arithmetic' : `${precision}-bit`;
    throw new PictureFault('bad-picture', `is a ${kind} JPEG, which can’t be read: write it as PNG or TIFF.`);
  }
  if (width === 0 || height === 0) {
    throw new PictureFault(
      'bad-dimensions',
      `says that it is ${width} × ${height} pixels: fetch or write it again.`,
    );
  }
  if (width * height > MAX_MEGAPIXELS * 1e6) {
    throw new PictureFault(
      'bad-dimensions',
      `is ${width} × ${height} pixels, more than the ${MAX_MEGAPIXELS} megapixels that a JPEG can have here: convert it to PNG or TIFF.`,
    );
  }
  // No square of 8 × 8 pixels takes less than a bit of one colour in four.
  const squares = Math.ceil(width / 8) * Math.ceil(height / 8);
  if (squares / 4 > bytes.length * 8) {
    throw new PictureFault(
      'bad-picture',
      'is damaged: it has fewer pixels than it says; fetch or write it again.',
    );
  }
  let scans = 0;
  for (let at = bytes.indexOf(0xff); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    if (bytes[at + 1] === 0xda && ++scans > MAX_SCANS) {
      throw new PictureFault(
        'bad-picture',
        `has more than ${MAX_SCANS} scans, which no camera writes: write it again.`,
      );
    }
  }
}

function facts({ marker, precision, width, height, components }: Frame): FileFact[] {
  const fact = (name: string, value: number | string, meaning: string): FileFact => ({
    name,
    value: String(value),
    meaning,
    verdict: 'good',
  });
  return [
    fact('Frame', `FF ${marker.toString(16).toUpperCase()}`, marker === 0xc2 ? 'progressive' : 'baseline'),
    fact('Width', width, 'columns'),
    fact('Height', height, 'rows, the first at the top'),
    fact('Precision', precision, 'bits of a sample'),
    fact('Components', components, components === 1 ? 'grey levels' : 'colour'),
  ];
}
