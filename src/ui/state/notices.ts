import { type Accessor, createSignal } from 'solid-js';
import { isAbort, messageOf } from '../../core/errors.ts';

export interface Notice {
  readonly id: number;
  readonly kind: 'error' | 'info';
  /** One sentence. */
  readonly text: string;
}

export interface Notices {
  readonly list: Accessor<readonly Notice[]>;
  info(text: string): void;
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
const kept = 4;

/** Sentences that come and go. Errors stay until they are dismissed; advice and news don't. */
export function createNotices(): Notices {
  const [list, setList] = createSignal<readonly Notice[]>([]);
  let next = 1;
  const dismiss = (id: number): void => {
    setList((all) => all.filter((notice) => notice.id !== id));
  };
  const add = (kind: Notice['kind'], text: string): void => {
    const id = next++;
    // News replace older news; errors stay beside each other.
    const stays = (notice: Notice): boolean => notice.text !== text && notice.kind === 'error';
    setList((all) => [...all.filter(stays), { id, kind, text }].slice(-kept));
    if (kind === 'info') setTimeout(() => dismiss(id), infoMilliseconds(text));
  };
  return {
    list,
    dismiss,
    dismissNews: () => setList((all) => all.filter(({ kind }) => kind === 'error')),
    dismissAll: () => setList([]),
    info: (text) => add('info', text),
    error: (text) => add('error', text),
    failure: (error) => {
      if (!isAbort(error)) add('error', messageOf(error));
    },
  };
}
