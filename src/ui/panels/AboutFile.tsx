import { createSignal, For, type JSX, Show } from 'solid-js';
import type { FileFact } from '../../formats/image.ts';
import type { OpenedMicrograph } from '../../rpc/contract.ts';
import { Button } from '../controls/Button.tsx';
import { CopyButton } from '../controls/CopyButton.tsx';
import { Dialog } from '../controls/Dialog.tsx';
import { Icon, type IconName } from '../controls/Icon.tsx';
import { useApp } from '../state/app.ts';
import { acquisitionRows, factsText, summaryOf, type Verdict } from './aboutFile.ts';

const icons: Readonly<Record<Verdict, IconName>> = { good: 'check', doubtful: 'warn', wrong: 'close' };

/** Opens the dialog that explains the file; says beside itself how many things in it are doubtful. */
export function AboutFileButton(props: { readonly opened: OpenedMicrograph }): JSX.Element {
  const [isOpen, setOpen] = createSignal(false);
  const odd = (): number => props.opened.facts.filter(({ verdict }) => verdict !== 'good').length;
  return (
    <>
      <Show when={odd() > 0}>
        <span class="badge" title={summaryOf(props.opened.facts).text}>
          {odd()} doubtful
        </span>
      </Show>
      <Button
        label="About this file"
        icon="info"
        compact
        variant="quiet"
        hint="About this file: what its header says, in words"
        testid="about-file"
        onClick={() => setOpen(true)}
      />
      <Dialog
        open={isOpen()}
        title="About this file"
        class="about-file"
        testid="file-info"
        onClose={() => setOpen(false)}
      >
        <About opened={props.opened} />
      </Dialog>
    </>
  );
}

function About(props: { readonly opened: OpenedMicrograph }): JSX.Element {
  const { notices } = useApp();
  const summary = () => summaryOf(props.opened.facts);
  const recorded = () => acquisitionRows(props.opened.acquisition);
  return (
    <div class="about">
      <div class="about-head">
        <div>
          <p class="file-name">{props.opened.name}</p>
          <p class="muted small">{props.opened.description}</p>
        </div>
        <CopyButton
          text={() => factsText(props.opened)}
          variant="quiet"
          hint="Copy all of this as text"
          testid="copy-facts"
          onFailure={notices.failure}
        />
      </div>
      <p class={`about-summary ${summary().verdict}`} data-testid="file-summary">
        <Icon name={icons[summary().verdict]} />
        <span>{summary().text}</span>
      </p>
      <For each={props.opened.warnings}>
        {(text) => (
          <p class="warning">
            <Icon name="warn" />
            <span>{text}</span>
          </p>
        )}
      </For>
      <Show when={recorded().length > 0}>
        <dl class="about-recorded">
          <For each={recorded()}>
            {([name, value]) => (
              <div>
                <dt class="muted">{name}</dt>
                <dd>{value}</dd>
              </div>
            )}
          </For>
        </dl>
      </Show>
      <section class="about-facts" tabindex="0" aria-label="What the header says">
        <table>
          <thead>
            <tr>
              <th scope="col">Field</th>
              <th scope="col">Value</th>
              <th scope="col">Meaning</th>
              <th scope="col">Verdict</th>
            </tr>
          </thead>
          <tbody>
            <For each={props.opened.facts}>{(fact) => <Fact fact={fact} />}</For>
          </tbody>
        </table>
      </section>
    </div>
  );
}

function Fact(props: { readonly fact: FileFact }): JSX.Element {
  return (
    <tr data-verdict={props.fact.verdict}>
      <th scope="row">{props.fact.name}</th>
      <td>
        <code>{props.fact.value}</code>
      </td>
      <td>{props.fact.meaning}</td>
      <td class={`fact-verdict ${props.fact.verdict}`}>
        <Icon name={icons[props.fact.verdict]} />
        {props.fact.verdict}
      </td>
    </tr>
  );
}
