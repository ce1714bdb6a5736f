/** More than anybody has: thousands of micrographs in a folder, tens of thousands of picks on one. */
import { linkSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { memorySink } from '../../src/core/bytes.ts';
import { createRandom } from '../../src/core/random.ts';
import { writeMrc } from '../../src/formats/mrc/write.ts';
import { readStarPicks } from '../../src/formats/star/picks.ts';
import { describeBrowser } from '../support/browser.ts';
import { User } from '../support/user.ts';

const files = 5000;
const [columns, rows] = [250, 200];
const spacingPx = 8;

async function noise(path: string, width: number, height: number): Promise<void> {
  const { normal } = createRandom(width);
  const data = Float32Array.from({ length: width * height }, () => Math.round(20 * normal()));
  const sink = memorySink();
  await writeMrc(sink, { width, height, mode: 0, pixelSizeAngstrom: 2 }, [data]);
  writeFileSync(path, sink.bytes());
}

describeBrowser('crowds', (browser) => {
  const folder = mkdtempSync(join(tmpdir(), 'cryolite-crowds-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const user = new User(browser);
  const { at, text, until } = user;

  test('5,000 micrographs are listed, found by name and opened', async () => {
    const many = join(folder, 'many');
    mkdirSync(many);
    const nameOf = (i: number): string => join(many, `m_${String(i).padStart(4, '0')}.mrc`);
    await noise(nameOf(1), 256, 240);
    // One file under 5,000 names.
    for (let i = 2; i <= files; i++) linkSync(nameOf(1), nameOf(i));
    await user.arrive();
    await user.open([many]);
    await expect.poll(() => text('library-counts')).toMatch(/^5.?000 micrographs$/);
    await at('library-filter').fill('m_4321');
    await until('one is left', async () => (await at('micrograph-item').count()) === 1);
    await at('micrograph-item').click();
    await until('it is open', async () => (await text('status')).includes('m_4321.mrc is open'));
    await at('library-filter').fill('');
    await until('many are there again', async () => (await at('micrograph-item').count()) > 5);
  });

  test('50,000 picks are read, moved by a key, thrown out, had back and written', async () => {
    const path = join(folder, 'crowded.mrc');
    await noise(path, columns * spacingPx, rows * spacingPx);
    const lines = Array.from(
      { length: columns * rows },
      (_, i) => `${spacingPx * (i % columns) + 3} ${spacingPx * Math.floor(i / columns) + 3}`,
    );
    const star = join(folder, 'crowded.star');
    writeFileSync(star, `data_\n\nloop_\n_rlnCoordinateX #1\n_rlnCoordinateY #2\n${lines.join('\n')}\n`);
    const { keyboard } = browser().page;
    const count = () => user.number('pick-count');

    await user.arrive();
    await user.open([path]);
    await user.fill('diameter', 2 * spacingPx);
    await browser().drop(at('drop-zone'), [star]);
    await expect.poll(count).toBe(lines.length);
    await keyboard.press('7');
    await keyboard.press('Control+a');
    await expect.poll(() => text('selection-count')).toMatch(/^50.?000 picks$/);
    await at('viewer').locator('.surface').focus();
    await keyboard.press('ArrowRight');
    await keyboard.press('Delete');
    await expect.poll(() => text('pick-count')).not.toContain('50');
    await keyboard.press('Control+z');
    await expect.poll(count).toBe(lines.length);
    await browser().screenshot('crowded');

    const written = await user.save('export-picks', folder, 'written.star');
    const back = readStarPicks('written', readFileSync(written, 'utf8'));
    expect(back).toHaveLength(lines.length);
    expect([back[0]?.x, back[0]?.y]).toEqual([4, 3]);
  });
});
