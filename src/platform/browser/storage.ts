/** How much the browser lets us keep, and whether it may throw it away. */
export interface StorageState {
  /** Bytes that are kept: sessions, tiles, networks. Undefined where the browser does not tell. */
  readonly usedBytes: number | undefined;
  /** Bytes that may be kept. */
  readonly quotaBytes: number | undefined;
  /** Whether the browser has promised not to clear it when the disk gets full; undefined where it can't be asked. */
  readonly isPersistent: boolean | undefined;
}

export async function storageState(): Promise<StorageState> {
  const manager: StorageManager | undefined = navigator.storage;
  const { usage, quota } = (await manager?.estimate?.().catch(() => undefined)) ?? {};
  const isPersistent = await manager?.persisted?.().catch(() => undefined);
  return { usedBytes: usage, quotaBytes: quota, isPersistent };
}

/** Asks the browser to keep everything until the user clears it; some ask the user in turn. @returns what it said. */
export async function askToPersist(): Promise<boolean> {
  const manager: StorageManager | undefined = navigator.storage;
  return (await manager?.persist?.().catch(() => false)) ?? false;
}
