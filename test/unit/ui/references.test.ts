import 'fake-indexeddb/auto';
import { createRoot, createSignal } from 'solid-js';
import { describe, expect, it, vi } from 'vitest';
import { memorySink } from '../../../src/core/bytes.ts';
import { readCoordinates } from '../../../src/dataset/coordinates/read.ts';
import { ownReading } from '../../../src/dataset/coordinates/readings.ts';
import { fingerprint } from '../../../src/dataset/fingerprint.ts';
import type { Place } from '../../../src/dataset/picks.ts';
import { writeMrc } from '../../../src/formats/mrc/write.ts';
import { browserFileSource } from '../../../src/platform/browser/fileSource.ts';
import { openReferenceStore } from '../../../src/platform/browser/references.ts';
import type { OpenedMicrograph } from '../../../src/rpc/contract.ts';
import type { Document } from '../../../src/ui/state/document.ts';
import { createLibrary } from '../../../src/ui/state/library.ts';
import { createNotices } from '../../../src/ui/state/notices.ts';
import { createReferences, memoryReferenceStore } from '../../../src/ui/state/references.ts';
import { coordinateReader, image } from './fixtures.ts';

const at = (x: number): Place => ({ x, y: 0 });

function setUp() {
  return createRoot((dispose) => {
    const [opened, setOpened] = createSignal<OpenedMicrograph | undefined>(image);
    const document = { opened, key: () => 'x/a.mrc' } as unknown as Document;
    const library = createLibrary();
    const references = createReferences({
      ...{ compute: coordinateReader, document, library, notices: createNotices() },
      store: Promise.resolve(memoryReferenceStore()),
    });
    return { references, library, setOpened, dispose };
  });
}

describe('references', () => {
  it('are those of the micrograph on the screen, and come back with it', async () => {
    const { references, setOpened, dispose } = setUp();
    references.set({ label: 'truth.star', places: [at(100), at(200), at(300), at(400)] });
    references.remember({ label: 'picks of 09:05', places: [at(1)] });
    setOpened({ ...image, id: 2, fingerprint: 'g' });
    expect([references.current(), references.remembered()]).toEqual([undefined, undefined]);
    await new Promise((done) => setTimeout(done, 5));
    setOpened(image);
    await vi.waitFor(() => expect(references.current()).toBeDefined());
    expect([references.current()?.label, references.remembered()?.label]).toEqual([
      'truth.star',
      'picks of 09:05',
    ]);
    expect((await references.of('f'))?.places).toHaveLength(4);
    dispose();
  });
});

describe('references of the rest of the list', () => {
  it('come from the same files: places outside the picture are none, and one bad file keeps no other from its own', async () => {
    const { references, library, dispose } = setUp();
    const micrograph = async (name: string): Promise<File> => {
      const sink = memorySink();
      await writeMrc(sink, { width: 30, height: 20, pixelSizeAngstrom: 2 }, [new Float32Array(600)]);
      return new File([sink.bytes(), name], name);
    };
    library.add('x', [
      { name: 'a.mrc', folder: '', getFile: () => micrograph('a.mrc') },
      { name: 'b.mrc', folder: '', getFile: () => Promise.reject(new Error('It was moved.')) },
      { name: 'c.mrc', folder: '', getFile: () => micrograph('c.mrc') },
      { name: 'd.mrc', folder: '', getFile: () => micrograph('d.mrc') },
      { name: 'e.mrc', folder: '', getFile: () => micrograph('e.mrc') },
    ]);
    const star = (name: string, places: readonly string[]): File =>
      new File(
        [['data_', 'loop_', '_rlnCoordinateX #1', '_rlnCoordinateY #2', ...places, ''].join('\n')],
        name,
      );
    const files = [
      star('b.star', ['5 5']),
      star('c.star', ['5 5', '9 9', '300 5']),
      star('d.star', ['500 5', '9 900']),
      new File(['no table'], 'e.star'),
    ];
    const [c] = files.slice(1);
    const reading = c && ownReading(await readCoordinates(browserFileSource(c)));
    if (!reading) throw new Error('There is no reading.');
    const { taken, failures } = await references.takeOthers(files, reading);
    expect(taken).toBe(1);
    expect(failures).toHaveLength(3);
    expect(failures[0]).toContain('e.star');
    expect(failures[1]).toBe('b.mrc can’t be used: It was moved.');
    expect(failures[2]).toMatch(/d\.star has 2 of its 2 picks outside d\.mrc/);
    const of = await fingerprint(browserFileSource(await micrograph('c.mrc')), 0);
    expect((await references.of(of))?.places).toHaveLength(2);
    dispose();
  });
});

describe('references in the browser', () => {
  it('outlive the page, part by part, and the oldest go first', async () => {
    const places = { label: 'a', places: [at(1)] };
    const store = await openReferenceStore(2);
    await store.save({ fingerprint: 'a', reference: places, remembered: undefined });
    await store.save({ fingerprint: 'b', reference: undefined, remembered: places });
    const again = await openReferenceStore(2);
    expect(await again.load('a')).toMatchObject({ reference: places });
    expect((await again.load('b'))?.remembered?.places).toEqual([at(1)]);
    await again.save({ fingerprint: 'b', reference: undefined, remembered: undefined });
    expect(await again.load('b')).toBeUndefined();
    await new Promise((done) => setTimeout(done, 5));
    for (const fingerprint of ['c', 'd']) {
      await again.save({ fingerprint, reference: places, remembered: undefined });
    }
    expect(await again.load('a')).toBeUndefined();
    expect(await again.load('c')).toBeDefined();
  });
});
