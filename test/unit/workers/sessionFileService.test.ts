import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { beforeEach, describe, expect, it } from 'vitest';
import { openBatchStore } from '../../../src/platform/browser/batchStore.ts';
import { openModelStore } from '../../../src/platform/browser/modelStore.ts';
import { openReferenceStore } from '../../../src/platform/browser/references.ts';
import { openSessionStore } from '../../../src/platform/browser/sessions.ts';
import { openSessionTransfer, type SessionTransfer } from '../../../src/platform/browser/sessionTransfer.ts';
import { openTrainingStore } from '../../../src/platform/browser/trainingStore.ts';
import type { SessionExportRequest, SessionFileApi } from '../../../src/rpc/sessionFiles.ts';
import { Models } from '../../../src/workers/models.ts';
import { type SessionPlaces, sessionFileService } from '../../../src/workers/sessionFileService.ts';
import { fullBatch, fullSession, sessionFile, starHash, starText } from '../../fixtures/session.ts';

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
});

const port = (): MessagePort => new MessageChannel().port1;
const openLabels = () => openTrainingStore((_kept): _kept is never => false);
const places: SessionPlaces = {
  openTransfer: openSessionTransfer,
  openModels: openModelStore,
  openReferences: openReferenceStore,
  openBatches: openBatchStore,
  openLabels,
};
const serviceWith = (change: Partial<SessionPlaces> = {}): SessionFileApi =>
  sessionFileService({ ...places, ...change }, new Models(async () => new Uint8Array()));
const plain = { ...fullSession(), star: undefined };
const { denoiser: _d, pickModel: _p, ...parameters } = plain.parameters;
/** Without networks. */
const bare = { ...plain, parameters, provenance: undefined };
const other = { ...bare, fingerprint: 'fedcba9876543210fedcba9876543210' };

async function exported(change: Partial<SessionExportRequest> = {}): Promise<File> {
  const store = await openSessionStore();
  const session = (await store.list.all()).find(({ id }) => id === store.sessionId);
  if (!session) throw new Error('There is no session.');
  const request = { session, micrographs: [], items: [], ...change };
  const { file } = await serviceWith().exportSession(request, port());
  return new File([file], 'mine.cryolite');
}

describe('a session as a file', () => {
  it('is the same after export, deletion and import', async () => {
    const store = await openSessionStore();
    await store.list.rename(store.sessionId, 'Grid 3');
    await store.save({ ...bare, star: fullSession().star });
    await store.save(other);
    await store.keepStar({ hash: starHash, text: starText });
    await store.saveItems([{ key: 'a', path: 'raw/a.mrc', acceptance: 'rejected' }]);
    const reference = { label: 'truth', places: [{ x: 1, y: 2 }] };
    await (await openReferenceStore()).save({
      fingerprint: bare.fingerprint,
      reference,
      remembered: undefined,
    });
    const { plan, startedAt, items } = fullBatch();
    const record = { id: 'b', plan, startedAt, isWanted: true, folder: undefined };
    await (await openBatchStore(store.sessionId)).begin(record, items);
    const label = { fingerprint: other.fingerprint, name: 'o.mrc', folder: 'raw', frame: 0, version: 'v' };
    await (await openLabels()).noteLabelled(label);
    const file = await exported();
    await store.list.purge(store.sessionId);
    globalThis.indexedDB = new IDBFactory();

    const imported = await serviceWith().importSession(file, port());
    expect(imported).toMatchObject({ name: 'Grid 3', micrographs: 2, problems: [] });
    const back = await openSessionStore({ sessionId: imported.id });
    expect(back.sessionId).toBe(imported.id);
    expect(await back.load(bare.fingerprint)).toEqual({ ...bare, star: fullSession().star });
    expect(await back.load(other.fingerprint)).toEqual(other);
    expect(await back.loadStar(starHash)).toBe(starText);
    const batch = await (await openBatchStore(imported.id)).load();
    expect(batch?.batch).toEqual({ id: expect.any(String), plan, startedAt, isWanted: false });
    expect(batch?.items.map(({ state }) => state)).toEqual(['done', 'failed', 'waiting']);
    expect(batch?.items[0]?.result?.ladder).toEqual(items[0]?.result?.ladder);
    expect(await (await openLabels()).labelled()).toEqual([label]);
    expect(await back.items()).toEqual([{ key: 'a', path: 'raw/a.mrc', acceptance: 'rejected' }]);
    expect((await (await openReferenceStore()).load(bare.fingerprint))?.reference).toEqual(reference);
  });

  it('has what could not be written to the database, in the place of what is there', async () => {
    const store = await openSessionStore();
    await store.save({ ...bare, updatedAt: 1 });
    await store.save(other);
    const file = await exported({
      micrographs: [{ ...bare, updatedAt: 2 }],
      items: [{ key: 'b', acceptance: 'accepted' }],
    });
    const imported = await serviceWith().importSession(file, port());
    expect(imported).toMatchObject({ micrographs: 2 });
    const back = await openSessionStore({ sessionId: imported.id });
    expect((await back.load(bare.fingerprint))?.updatedAt).toBe(2);
    expect(await back.items()).toEqual([{ key: 'b', acceptance: 'accepted' }]);
  });

  it('can be had out of a private window, where nothing is kept', async () => {
    const refuse = (): Promise<never> => Promise.reject(new Error('refused'));
    const service = serviceWith({ openTransfer: refuse, openModels: refuse, openReferences: refuse });
    const session = (await (await openSessionStore()).list.all())[0];
    if (!session) throw new Error('There is no session.');
    const { micrographs } = await service.exportSession({ session, micrographs: [bare], items: [] }, port());
    expect(micrographs).toBe(1);
  });

  it('gets a number where there is one of its name', async () => {
    const file = await exported();
    const first = await serviceWith().importSession(file, port());
    const second = await serviceWith().importSession(file, port());
    expect(first.name).toMatch(/ \(2\)$/);
    expect(second.name).toMatch(/ \(3\)$/);
  });

  it('comes in without a network that is none, and says so', async () => {
    const { bytes } = await sessionFile([{ session: fullSession() }]);
    const imported = await serviceWith().importSession(new File([bytes], 'mine.cryolite'), port());
    expect(imported.problems).toHaveLength(1);
    expect(imported.problems[0]).toMatch(/^mine\.safetensors/);
    const back = await openSessionStore({ sessionId: imported.id });
    expect((await back.load(fullSession().fingerprint))?.picks).toHaveLength(5);
  });

  it('puts no other text in the place of a STAR file that is known here', async () => {
    const store = await openSessionStore();
    await store.keepStar({ hash: starHash, text: starText });
    const session = { ...bare, star: fullSession().star };
    const { bytes } = await sessionFile([{ session }], { star: async () => 'data_forged\n' });
    const imported = await serviceWith().importSession(new File([bytes], 'mine.cryolite'), port());
    expect(imported.problems).toEqual([
      'A STAR file in mine.cryolite is another than it says, and was left out.',
    ]);
    expect(await store.loadStar(starHash)).toBe(starText);
  });

  it('of a long name comes back', async () => {
    const store = await openSessionStore();
    await store.list.nameBySource(store.sessionId, `${'m'.repeat(250)}.mrc`);
    const imported = await serviceWith().importSession(await exported(), port());
    expect(imported.name).toMatch(/^m{250}\.mrc, .* \(2\)$/);
  });

  it('leaves nothing behind where it is bad or the disk is full', async () => {
    const { bytes } = await sessionFile([{ session: bare }, { session: other }]);
    const cut = new File([bytes.subarray(0, bytes.length - 9)], 'cut.cryolite');
    await expect(serviceWith().importSession(cut, port())).rejects.toThrow(/^cut\.cryolite is no session/);
    const full = async (): Promise<SessionTransfer> => ({
      ...(await openSessionTransfer()),
      put: () => Promise.reject(new DOMException('no room', 'QuotaExceededError')),
    });
    const whole = new File([bytes], 'whole.cryolite');
    await expect(serviceWith({ openTransfer: full }).importSession(whole, port())).rejects.toThrow(
      /whole\.cryolite was not imported: the browser’s storage is full/,
    );
    const store = await openSessionStore();
    expect(await store.list.all()).toHaveLength(1);
  });
});
