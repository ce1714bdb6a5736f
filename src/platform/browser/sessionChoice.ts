/** The session that a tab has open, over a reload of it: other tabs have their own. */
const key = 'cryolite-session';

export function chosenSession(): string | undefined {
  try {
    return sessionStorage.getItem(key) ?? undefined;
  } catch {
    // Storage is refused: there is one session, in memory.
    return undefined;
  }
}

export function chooseSession(id: string): void {
  try {
    sessionStorage.setItem(key, id);
  } catch {
    // As above; the session used last is opened.
  }
}

/** Loads the page anew, in the session that was chosen: nothing of the one before stays in memory. */
export function loadAnew(): void {
  location.reload();
}
