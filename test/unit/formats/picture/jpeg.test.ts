import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encode } from 'jpeg-js';
import { afterAll, describe, expect, it } from 'vitest';
import { memorySource } from '../../../../src/core/bytes.ts';
import { FormatError } from '../../../../src/core/errors.ts';
import { openPicture } from '../../../../src/formats/picture/read.ts';

const python = '/usr/bin/python3';
const hasPillow = spawnSync(python, ['-c', 'import PIL, numpy']).status === 0;
if (!hasPillow) console.log('SKIPPED "Pillow": Python with Pillow is not there (Debian: python3-pil).');

const open = (bytes: Uint8Array<ArrayBuffer>) => openPicture(memorySource('a.jpg', bytes));

/** A smooth picture, which JPEG keeps well. */
const level = (x: number, y: number) => Math.round(128 + 60 * Math.sin(x / 9) + 50 * Math.cos(y / 7));
const [width, height] = [45, 37];

function colourJpeg(): Uint8Array<ArrayBuffer> {
  const data = new Uint8Array(width * height * 4);
  for (let i = 0; i < width * height; i++) {
    const v = level(i % width, Math.floor(i / width));
    data.set([v, v, v, 255], 4 * i);
  }
  return new Uint8Array(encode({ width, height, data }, 95).data);
}

describe('JPEG', () => {
  it('is read with row 0 at the top', async () => {
    const file = await open(colourJpeg());
    expect(file).toMatchObject({ format: 'JPEG', kind: 'image', width, height, frames: 1 });
    const rows = await file.readRows(0, 5, 10);
    rows.forEach((value, i) => {
      expect(Math.abs(value - level(i % width, 5 + Math.floor(i / width)))).toBeLessThan(4);
    });
    expect(file.warnings[0]).toContain('JPEG loses detail');
  });

  const good = colourJpeg();
  const frame = good.findIndex((byte, i) => byte === 0xff && good[i + 1] === 0xc0);
  const changed = (offset: number, ...bytes: readonly number[]) => {
    const copy = good.slice();
    copy.set(bytes, frame + offset);
    return copy;
  };
  const scan = good.findIndex((byte, i) => byte === 0xff && good[i + 1] === 0xda);

  it.each([
    ['no bytes', new Uint8Array(), 'empty', 'a.jpg is empty (0 bytes).'],
    [
      'cut off before its size',
      good.slice(0, frame),
      'bad-picture',
      'a.jpg is damaged: it does not say how large it is',
    ],
    [
      'cut off in the pixels',
      good.slice(0, scan + 100),
      'bad-picture',
      'a.jpg is damaged and can’t be decoded',
    ],
    ['no rows', changed(5, 0, 0), 'bad-dimensions', 'says that it is 45 × 0 pixels'],
    [
      '4 gigapixels',
      changed(5, 0xff, 0xff, 0xff, 0xff),
      'bad-dimensions',
      'is 65535 × 65535 pixels, more than the 64 megapixels that a JPEG can have here',
    ],
    ['much from little', changed(5, 0x1f, 0, 0x1f, 0), 'bad-picture', 'it has fewer pixels than it says'],
    [
      '12 bits',
      changed(4, 12),
      'bad-picture',
      'is a 12-bit JPEG, which can’t be read: write it as PNG or TIFF.',
    ],
    ['lossless', changed(1, 0xc3), 'bad-picture', 'is a lossless or arithmetic JPEG'],
    [
      'a hundred scans',
      Uint8Array.from([...good, ...Array.from({ length: 200 }, (_, i) => (i % 2 ? 0xda : 0xff))]),
      'bad-picture',
      'has more than 64 scans',
    ],
  ] as const)('refuses %s', async (_, bytes, problem, sentence) => {
    const error = await open(new Uint8Array(bytes)).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(FormatError);
    expect(String(error)).toContain(sentence);
    expect(error).toMatchObject({ problem, file: 'a.jpg' });
  });
});

describe.skipIf(!hasPillow)('Pillow', { timeout: 60_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'cryolite-jpeg-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each([
    ['L', '{}'],
    ['L', "{'progressive': True}"],
    ['RGB', '{}'],
    ['RGB', "{'progressive': True, 'subsampling': 0}"],
    ['CMYK', '{}'],
  ])('writes %s %s that we see as it does', async (mode, options) => {
    const path = join(folder, 'a.jpg');
    const script = `
import sys, json, numpy as np
from PIL import Image
y, x = np.mgrid[0:53, 0:71]
v = 128 + 60 * np.sin(x / 9) + 50 * np.cos(y / 7)
rgb = np.stack([v, 255 - v, v * 0.5 + 60], -1).clip(0, 255).astype('u1')
im = Image.fromarray(rgb).convert('${mode}')
im.save(sys.argv[1], quality=90, **${options})
print(json.dumps(np.asarray(Image.open(sys.argv[1]).convert('RGB').convert('L')).ravel().tolist()))`;
    const theirs = JSON.parse(execFileSync(python, ['-c', script, path], { encoding: 'utf8' })) as number[];
    const file = await open(new Uint8Array(readFileSync(path)));
    expect(file).toMatchObject({ width: 71, height: 53 });
    const ours = await file.readRows(0, 0, 53);
    const off = theirs.map((value, i) => Math.abs(value - (ours[i] ?? 0)));
    // Colour is spread over neighbours differently by different decoders.
    expect(Math.max(...off)).toBeLessThan(mode === 'L' ? 3 : 12);
    expect(off.reduce((a, b) => a + b) / off.length).toBeLessThan(1.5);
  });
});
