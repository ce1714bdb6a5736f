import { type Accessor, createSignal } from 'solid-js';
import { isAbort, messageOf } from '../../core/errors.ts';

export interface Notice {
  readonly id: number;
  readonly kind: 'error' | 'info';
  /** One sentence. */
  readonly text: string;
  /** Takes back what the sentence tells. */
  readonly undo?: () => void;
}

export interface Notices {
  readonly list: Accessor<readonly Notice[]>;
  /** The last failures, oldest first, dismissed or not: for a report. */
  failures(): readonly { readonly at: number; readonly text: string }[];
  info(text: string): void;
  /** Tells of something that is gone, and how to have it back. */
  undoable(text: string, undo: () => void | Promise<void>): void;
  error(text: string): void;
  /** Shows what went wrong; a cancelled job is not wrong. */
  failure(error: unknown): void;
  dismiss(id: number): void;
  /** What was said about the micrograph before is not true of the next one. */
  dismissNews(): void;
  dismissAll(): void;
}

/** Long enough to read: about 15 characters a second, after a moment to notice. */
const infoMilliseconds = (text: string): number => 2500 + 65 * text.length;
/** Long enough to change one’s mind. */
const undoMilliseconds = 12_000;
const kept = 4;
const failuresKept = 20;

/** Sentences that come and go. Errors stay until they are dismissed; advice and news don't. */
export function createNotices(): Notices {
  const [list, setList] = createSignal<readonly Notice[]>([]);
  let next = 1;
  const failures: { at: number; text: string }[] = [];
  const dismiss = (id: number): void => {
    setList((all) => all.filter((notice) => notice.id !== id));
  };
  const add = (kind: Notice['kind'], text: string, undo?: () => void): number => {
    const id = next++;
    if (kind === 'error') {
      failures.push({ at: Date.now(), text });
      failures.splice(0, failures.length - failuresKept);
    }
    // News replace older news; errors stay beside each other.
    const stays = (notice: Notice): boolean => notice.text !== text && notice.kind === 'error';
    setList((all) => [...all.filter(stays), { id, kind, text, ...(undo && { undo }) }].slice(-kept));
    if (kind === 'info') setTimeout(() => dismiss(id), undo ? undoMilliseconds : infoMilliseconds(text));
    return id;
  };
  const failure = (error: unknown): void => {
    if (!isAbort(error)) add('error', messageOf(error));
  };
  return {
    list,
    failures: () => failures,
    dismiss,
    dismissNews: () => setList((all) => all.filter(({ kind }) => kind === 'error')),
    dismissAll: () => setList([]),
    info: (text) => void add('info', text),
    error: (text) => void add('error', text),
    undoable: (text, undo) => {
      const id = add('info', text, () => {
        dismiss(id);
        // What fails says so, as everything does.
        Promise.resolve(undo()).catch(failure);
      });
    },
    failure,
  };
}
