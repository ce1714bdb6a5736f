/** Which of several tabs works on a session: a lock that the browser gives back when a tab dies, and a word to ask for it. */

export interface LockCalls {
  /** Another tab wants the session: write what is not written. The lock is given away afterwards. */
  onAsked(): Promise<void>;
  /** The session is another tab's now. */
  onLost(): void;
}

export interface SessionLock {
  /** @returns whether this tab has the session now; false where another tab has it. */
  acquire(): Promise<boolean>;
  /** Asks the tab that has it; one that does not answer in time loses it all the same. */
  takeOver(): Promise<void>;
  release(): void;
}

/** A tab in the background may take a moment to write what it has. */
const patienceMilliseconds = 2000;
const handOver = 'hand over';

function lockName(sessionId: string): string {
  return `cryolite-session-${sessionId}`;
}

/** Whether any tab works on it, this one too; false where the browser has no locks. */
export async function isSessionHeld(sessionId: string): Promise<boolean> {
  const { held = [] } = (await globalThis.navigator?.locks?.query()) ?? {};
  return held.some(({ name }) => name === lockName(sessionId));
}

/** Where the browser has no locks every tab has what it asks for; the database still lets only one write. */
export function sessionLock(
  sessionId: string,
  { onAsked, onLost }: LockCalls,
  patience = patienceMilliseconds,
): SessionLock {
  const locks: LockManager | undefined = globalThis.navigator?.locks;
  const name = lockName(sessionId);
  const channel = new BroadcastChannel(name);
  let release: (() => void) | undefined;

  const request = (options: LockOptions): Promise<boolean> =>
    new Promise((settle) => {
      const hold = (lock: Lock | null): Promise<void> | undefined => {
        settle(lock !== null);
        if (lock === null) return undefined;
        return new Promise((done) => {
          release = done;
        });
      };
      locks.request(name, options, hold).catch(() => {
        // Not had in time, or taken away by force from one that had it.
        settle(false);
        if (release) {
          release = undefined;
          onLost();
        }
      });
    });
  const giveAway = async (): Promise<void> => {
    if (!release) return;
    await onAsked();
    release?.();
    release = undefined;
    onLost();
  };
  channel.onmessage = ({ data }: MessageEvent<unknown>) => {
    if (data === handOver) void giveAway();
  };
  return {
    acquire: async () => (locks ? await request({ ifAvailable: true }) : true),
    takeOver: async () => {
      if (!locks) return;
      channel.postMessage(handOver);
      const isHad = await request({ signal: AbortSignal.timeout(patience) });
      if (!isHad) await request({ steal: true });
    },
    release: () => {
      channel.close();
      release?.();
      release = undefined;
    },
  };
}
