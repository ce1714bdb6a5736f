import { CryoliteError } from '../../core/errors.ts';
import type { SessionInfo } from '../../dataset/session.ts';
import type { KeepingState } from './keeping.ts';

const longestName = 120;

/** A name as the user means it. @throws CryoliteError where there is nothing left of it. */
export function sessionNameOf(typed: string): string {
  const name = typed.replace(/\s+/g, ' ').trim().slice(0, longestName);
  if (name === '') throw new CryoliteError('no-name', 'A session needs a name: type one.');
  return name;
}

/** What stands for the session where the browser keeps none. */
export function memorySession(now: number): SessionInfo {
  return {
    id: 'memory',
    name: 'Not kept',
    hasOwnName: true,
    createdAt: now,
    usedAt: now,
    deletedAt: undefined,
  };
}

/** Why the page can't be loaded anew now; undefined where nothing would be lost. */
export function refusalToLeave(
  { kind }: KeepingState,
  unsaved: number,
  running: readonly { readonly label: string }[],
): string | undefined {
  const [first] = running;
  if (first) return `${first.label} is still going on: let it finish, or cancel it first.`;
  // What is done in a session of another tab is not meant to be kept.
  if (unsaved > 0 && (kind === 'full' || kind === 'refused')) {
    return 'Some of this session could not be written and would be lost: export it first, or make room on the disk.';
  }
  return undefined;
}

/** "12 micrographs, 3,482 picks" */
export function contentWords({
  micrographs,
  picks,
}: {
  readonly micrographs: number;
  readonly picks: number;
}): string {
  if (micrographs === 0) return 'nothing in it yet';
  const count = (of: number, what: string) => `${of.toLocaleString('en')} ${what}${of === 1 ? '' : 's'}`;
  return `${count(micrographs, 'micrograph')}, ${count(picks, 'pick')}`;
}

/** When something was, as people say it: "today, 14:03", "yesterday", "22 Nov 2026". */
export function whenWords(time: number, now = Date.now()): string {
  const days = Math.round((startOfDay(now) - startOfDay(time)) / 86_400_000);
  if (days <= 0) return `today, ${clockWords(time)}`;
  if (days === 1) return `yesterday, ${clockWords(time)}`;
  return new Date(time).toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
}

/** "14:03" */
export function clockWords(time: number): string {
  return new Date(time).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
}

function startOfDay(time: number): number {
  return new Date(time).setHours(0, 0, 0, 0);
}
