import { type Accessor, createSignal } from 'solid-js';

/** What the help shows: the sheet of keys, or a page of docs/ from one of its headings on. */
export interface HelpPlace {
  /** "keys", or a page's name. */
  readonly page: string;
  readonly section?: string | undefined;
}

export interface Help {
  readonly shown: Accessor<HelpPlace | undefined>;
  open(page: string, section?: string): void;
  close(): void;
}

export const keysPage = 'keys';

export function createHelp(): Help {
  const [shown, setShown] = createSignal<HelpPlace>();
  return {
    shown,
    open: (page, section) => setShown({ page, section }),
    close: () => setShown(undefined),
  };
}
