import { type Accessor, createMemo, createSignal } from 'solid-js';
import { CryoliteError } from '../../core/errors.ts';
import type { SessionInfo } from '../../dataset/session.ts';
import { isSessionFile, sessionFileName } from '../../dataset/sessionFile/entries.ts';
import { askToRead, chooseSaveTarget } from '../../platform/browser/files.ts';
import { chooseSession, loadAnew } from '../../platform/browser/sessionChoice.ts';
import type { SessionList, SessionSummary } from '../../platform/browser/sessionList.ts';
import { isSessionHeld } from '../../platform/browser/sessionLock.ts';
import type { ComputeClient } from '../../rpc/client.ts';
import { type Keeping, noStorage } from './keeping.ts';
import type { Notices } from './notices.ts';
import { memorySession, refusalToLeave, sessionNameOf } from './sessionWords.ts';
import type { Tasks } from './tasks.ts';

/** The sessions of this browser: which one is open, and what is done with them as wholes. */
export interface Sessions {
  readonly isOpen: Accessor<boolean>;
  /** Shows the list, or puts it away. */
  setOpen(open: boolean): void;
  /** The one of this tab; undefined until the database is open. */
  readonly current: Accessor<SessionInfo | undefined>;
  /** The one used last first; undefined until they are counted. */
  readonly list: Accessor<readonly SessionSummary[] | undefined>;
  /** Those that can still be had back. */
  readonly deleted: Accessor<readonly SessionSummary[]>;
  /** A new one, which this tab goes over to. */
  create(name?: string): Promise<void>;
  rename(id: string, name: string): Promise<void>;
  /** It can be had back for some days. The tab leaves it where it is the one that is open. */
  remove(id: string): Promise<void>;
  restore(id: string): Promise<void>;
  purge(id: string): Promise<void>;
  /** Loads the page anew in another session. Follows a click: the browser may have to ask for its files. */
  switchTo(id: string): Promise<void>;
  /** Saves it as one file; the one of this tab without an id. Follows a click. */
  exportFile(id?: string): Promise<void>;
  /** Makes a session of a file and goes over to it. */
  importFile(file: File): Promise<void>;
  /** Makes the session this tab's, which another tab has. */
  takeOver(): Promise<void>;
  /** Tries again to write what did not fit. */
  retry(): Promise<void>;
  /** Writes what is not written yet. @throws where loading the page anew would lose something all the same. */
  settle(): Promise<void>;
  /** Calls a session without a name by what was opened in it. */
  nameBySource(source: string): void;
}

export interface SessionsDependencies {
  readonly compute: Pick<ComputeClient, 'exportSession' | 'importSession'>;
  readonly keeping: Keeping;
  readonly tasks: Tasks;
  readonly notices: Notices;
  /** Writes what is not written yet. */
  readonly flush: () => Promise<void>;
  /** How the page comes back in another session; tests have none. */
  readonly leave?: (id: string) => void;
}

const fileType = {
  description: 'Session of Cryolite',
  accept: { 'application/zip': ['.cryolite'] },
} as const;

export function createSessions(dependencies: SessionsDependencies): Sessions {
  const { compute, keeping, tasks, notices, flush, leave = leaveFor } = dependencies;
  const [isOpen, setOpen] = createSignal(false);
  const [current, setCurrent] = createSignal<SessionInfo>();
  const [all, setAll] = createSignal<readonly SessionSummary[]>();

  const sessions = async (): Promise<{ readonly id: string; readonly list: SessionList }> => {
    const found = await keeping.sessions;
    if (!found) throw noStorage();
    return found;
  };
  /** Shows what goes wrong. */
  const guard = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      notices.failure(error);
    }
  };
  const begin = async (): Promise<void> => {
    const found = await keeping.sessions;
    setCurrent(found ? await found.list.find(found.id) : memorySession(Date.now()));
  };
  const refresh = async (): Promise<void> => {
    const found = await keeping.sessions;
    // So that all that is shown is counted.
    await flush();
    await begin();
    if (!found) return void setAll([]);
    const infos = await found.list.all();
    setAll(await Promise.all(infos.map((info) => found.list.summary(info))));
  };
  const change = (work: (list: SessionList, own: string) => Promise<unknown>): Promise<void> =>
    guard(async () => {
      const { list, id } = await sessions();
      await work(list, id);
      await refresh();
    });
  const settle = async (): Promise<void> => {
    await flush();
    const { micrographs, items } = await keeping.unsaved();
    const refusal = refusalToLeave(keeping.state(), micrographs.length + items.length, tasks.list());
    if (refusal !== undefined) throw new CryoliteError('busy', refusal);
  };
  const goTo = async (id: string): Promise<void> => {
    await settle();
    leave(id);
  };
  /** @throws where another tab works on it: what is done there would go with it. */
  const checkUnused = async (id: string, own: string): Promise<void> => {
    const isOurs = id === own && !['elsewhere', 'taken'].includes(keeping.state().kind);
    if (isOurs || !(await isSessionHeld(id))) return;
    throw new CryoliteError('busy', 'The session is open in another tab: close that tab, then delete it.');
  };
  void guard(begin);

  return {
    settle,
    isOpen,
    setOpen: (open) => {
      setOpen(open);
      if (open) void guard(refresh);
    },
    current,
    list: createMemo(() => all()?.filter(({ deletedAt }) => deletedAt === undefined)),
    deleted: createMemo(() => all()?.filter(({ deletedAt }) => deletedAt !== undefined) ?? []),
    create: (name) =>
      guard(async () => {
        const { list } = await sessions();
        // Before: one that nobody goes over to would stay in the list.
        await settle();
        const { id } = await list.create(name === undefined ? undefined : sessionNameOf(name));
        await goTo(id);
      }),
    rename: (id, name) => change((list) => list.rename(id, sessionNameOf(name))),
    remove: (id) =>
      change(async (list, own) => {
        await checkUnused(id, own);
        if (id === own) {
          // What is still to be written belongs to it.
          await settle();
          await list.remove(id);
          const next = (await list.all()).find(({ deletedAt }) => deletedAt === undefined);
          try {
            await goTo((next ?? (await list.create())).id);
          } catch (error) {
            await list.restore(id);
            throw error;
          }
        } else await list.remove(id);
      }),
    restore: (id) => change((list) => list.restore(id)),
    purge: (id) =>
      change(async (list, own) => {
        await checkUnused(id, own);
        await list.purge(id);
      }),
    switchTo: (id) =>
      guard(async () => {
        const { list } = await sessions();
        // After the page is loaded anew there is no click any more that would let us ask.
        await askToRead(await list.openHandles(id)).catch(() => false);
        await goTo(id);
      }),
    exportFile: (id) =>
      guard(async () => {
        const own = current();
        const session = id === undefined || id === own?.id ? own : all()?.find((one) => one.id === id);
        if (!session) return;
        const target = await chooseSaveTarget(sessionFileName(session.name), fileType);
        if (!target) return;
        await flush();
        const unsaved = session === own ? await keeping.unsaved() : { micrographs: [], items: [] };
        const written = await tasks.run('session', `Exporting ${session.name}`, (options) =>
          compute.exportSession({ session, ...unsaved }, options),
        );
        if (!written) return;
        await target.write(written.file);
        const { micrographs, missing } = written;
        const count = `${micrographs} micrograph${micrographs === 1 ? '' : 's'}`;
        const without =
          missing.length > 0 ? ` Not in it, as they are not kept any more: ${missing.join(', ')}.` : '';
        notices.info(`${target.name} has the picks, parameters and networks of ${count}.${without}`);
      }),
    importFile: (file) =>
      guard(async () => {
        if (!isSessionFile(file.name) && !file.name.endsWith('.zip')) {
          throw new CryoliteError('bad-session', `${file.name} is no session: choose a .cryolite file.`);
        }
        await sessions();
        const imported = await tasks.run('session', `Importing ${file.name}`, (options) =>
          compute.importSession(file, options),
        );
        if (!imported) return;
        await refresh();
        for (const problem of imported.problems) notices.error(problem);
        // With something left to read, the list shows the new one, a click away.
        if (imported.problems.length === 0) await goTo(imported.id);
      }),
    takeOver: () =>
      guard(async () => {
        await keeping.takeOver();
        leave((await sessions()).id);
      }),
    retry: () =>
      guard(async () => {
        if (await keeping.retry()) notices.info('Everything is kept again.');
        else notices.info('There is still no room: export the session, or make room on the disk.');
      }),
    nameBySource: (source) => {
      const before = current();
      if (before?.hasOwnName || keeping.state().kind !== 'kept') return;
      // What it is called is no reason to bother anybody.
      sessions()
        .then(({ list, id }) => list.nameBySource(id, source))
        .then(setCurrent, () => {});
    },
  };
}

function leaveFor(id: string): void {
  chooseSession(id);
  loadAnew();
}
