import { For, type JSX } from 'solid-js';
import { nameParts } from './nameParts.ts';

/** The name of a file, which breaks into lines where its parts end; only a part that is too long breaks within. */
export function FileName(props: { readonly name: string }): JSX.Element {
  return (
    <bdi>
      <For each={nameParts(props.name)}>
        {(part) => (
          <>
            {part}
            <wbr />
          </>
        )}
      </For>
    </bdi>
  );
}
