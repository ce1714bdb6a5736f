import { For, type JSX, Match, Switch } from 'solid-js';
import { Dynamic } from 'solid-js/web';
import { shownKeys } from '../controls/shownKeys.ts';
import type { Block, Inline } from './markdown.ts';

/** A page of the help. */
export function Markdown(props: {
  readonly blocks: readonly Block[];
  /** Code that is a key is drawn as one. */
  readonly isKey: (text: string) => boolean;
  /** A link to another page, "picking.md#the-threshold". */
  readonly onLink: (to: string) => void;
}): JSX.Element {
  const Line = (line: { readonly content: readonly Inline[] }): JSX.Element => (
    <For each={line.content}>
      {(part) => (
        <Switch fallback={part.text}>
          <Match when={part.kind === 'strong'}>
            <strong>{part.text}</strong>
          </Match>
          <Match when={part.kind === 'code' && props.isKey(part.text)}>
            <kbd>{shownKeys(part.text) ?? 'no key'}</kbd>
          </Match>
          <Match when={part.kind === 'code'}>
            <code>{part.text}</code>
          </Match>
          <Match when={part.kind === 'link' && part}>
            {(link) => (
              <button type="button" class="link" onClick={() => props.onLink(link().to)}>
                {link().text}
              </button>
            )}
          </Match>
        </Switch>
      )}
    </For>
  );
  return (
    <For each={props.blocks}>
      {(block) => (
        <Switch>
          <Match when={block.kind === 'heading' && block}>
            {(heading) => (
              <h3 id={`help-${heading().id}`} tabIndex={-1}>
                <Line content={heading().content} />
              </h3>
            )}
          </Match>
          <Match when={block.kind === 'paragraph' && block}>
            {(paragraph) => (
              <p>
                <Line content={paragraph().content} />
              </p>
            )}
          </Match>
          <Match when={block.kind === 'code' && block}>
            {(code) => (
              <pre>
                <code>{code().text}</code>
              </pre>
            )}
          </Match>
          <Match when={block.kind === 'list' && block}>
            {(list) => (
              <Dynamic component={list().isOrdered ? 'ol' : 'ul'}>
                <For each={list().items}>
                  {(item) => (
                    <li>
                      <Line content={item} />
                    </li>
                  )}
                </For>
              </Dynamic>
            )}
          </Match>
          <Match when={block.kind === 'table' && block}>
            {(table) => (
              <table>
                <thead>
                  <tr>
                    <For each={table().head}>
                      {(cell) => (
                        <th scope="col">
                          <Line content={cell} />
                        </th>
                      )}
                    </For>
                  </tr>
                </thead>
                <tbody>
                  <For each={table().rows}>
                    {(row) => (
                      <tr>
                        <For each={row}>
                          {(cell) => (
                            <td>
                              <Line content={cell} />
                            </td>
                          )}
                        </For>
                      </tr>
                    )}
                  </For>
                </tbody>
              </table>
            )}
          </Match>
        </Switch>
      )}
    </For>
  );
}
