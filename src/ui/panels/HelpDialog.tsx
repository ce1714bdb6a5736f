import { Tabs } from '@kobalte/core/tabs';
import { createEffect, For, type JSX } from 'solid-js';
import { Dialog } from '../controls/Dialog.tsx';
import { Markdown } from '../help/Markdown.tsx';
import { helpPages } from '../help/pages.ts';
import { useApp } from '../state/app.ts';
import { commands } from '../state/commands.ts';
import { keysPage } from '../state/help.ts';
import { KeySheet } from './KeySheet.tsx';

const keyTexts = new Set(commands.flatMap(({ keys, alsoKeys = [] }) => [keys ?? '', ...alsoKeys]));

/** The keys, and the pages of docs/: all of it is in the page and works without a network. */
export function HelpDialog(): JSX.Element {
  const { help } = useApp();
  return (
    <Dialog open={help.shown() !== undefined} title="Help" class="help" testid="help" onClose={help.close}>
      <Tabs
        class="help-tabs"
        orientation="vertical"
        value={help.shown()?.page ?? keysPage}
        onChange={(page) => help.open(page)}
      >
        <Tabs.List class="help-list" aria-label="Pages of the help">
          <Tabs.Trigger value={keysPage} data-testid="help-keys">
            Keys
          </Tabs.Trigger>
          <For each={helpPages}>
            {({ name, title }) => (
              <Tabs.Trigger value={name} data-testid={`help-${name}`}>
                {title}
              </Tabs.Trigger>
            )}
          </For>
        </Tabs.List>
        <Tabs.Content class="help-page" value={keysPage}>
          <KeySheet />
        </Tabs.Content>
        <For each={helpPages}>
          {({ name, title, blocks }) => (
            <Tabs.Content class="help-page prose" value={name} ref={showSection}>
              <h3 class="help-title">{title}</h3>
              <Markdown blocks={blocks} isKey={(text) => keyTexts.has(text)} onLink={follow} />
            </Tabs.Content>
          )}
        </For>
      </Tabs>
    </Dialog>
  );

  function follow(to: string): void {
    const [file = '', section] = to.split('#');
    const page = file.replace(/\.md$/, '') || help.shown()?.page;
    if (page !== undefined) help.open(page, section);
  }

  function showSection(content: HTMLElement): void {
    createEffect(() => {
      const section = help.shown()?.section;
      // Once the page is in the document.
      if (section !== undefined)
        requestAnimationFrame(() => content.querySelector(`#help-${CSS.escape(section)}`)?.scrollIntoView());
    });
  }
}
