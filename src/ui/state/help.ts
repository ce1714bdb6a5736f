import { type Accessor, createSignal } from 'solid-js';
import type { HelpSection } from '../help/pages.ts';

/** What the help shows: the sheet of keys, or a page of docs/ from one of its headings on. */
export interface HelpPlace {
  /** "keys", or a page's name. */
  readonly page: string;
  readonly section?: string | undefined;
}

export interface Help {
  readonly shown: Accessor<HelpPlace | undefined>;
  /** All headings, for a search; empty until `fetch` has got the pages, which are a script of their own. */
  readonly sections: Accessor<readonly HelpSection[]>;
  fetch(): Promise<void>;
  open(page: string, section?: string): void;
  close(): void;
}

export const keysPage = 'keys';

export function createHelp(): Help {
  const [shown, setShown] = createSignal<HelpPlace>();
  const [sections, setSections] = createSignal<readonly HelpSection[]>([]);
  return {
    shown,
    sections,
    fetch: async () => void setSections((await import('../help/pages.ts')).helpSections),
    open: (page, section) => setShown({ page, section }),
    close: () => setShown(undefined),
  };
}
