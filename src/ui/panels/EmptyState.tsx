import { For, type JSX, onCleanup, Show } from 'solid-js';
import { keepsFileHandles } from '../../platform/browser/abilities.ts';
import type { RecentSource } from '../../platform/browser/sessions.ts';
import { Button } from '../controls/Button.tsx';
import { Icon } from '../controls/Icon.tsx';
import { useApp } from '../state/app.ts';
import { openFiles, openFolder } from '../state/chooseFiles.ts';

/** What a first visitor sees: three ways in, and the promise that nothing is sent anywhere. */
export function EmptyState(): JSX.Element {
  const app = useApp();
  let hasFocus = false;
  // Who came in by a button of this card goes on at the picture, and not at the head of the page.
  onCleanup(() => {
    if (hasFocus) queueMicrotask(focusPicture);
  });
  return (
    <div class="empty">
      <div
        class="empty-card"
        onFocusIn={() => {
          hasFocus = true;
        }}
        onFocusOut={({ relatedTarget }) => {
          // To nothing it goes with a button that is taken away, or with the browser's own dialog.
          if (relatedTarget !== null) hasFocus = false;
        }}
      >
        <svg class="empty-picture" viewBox="0 0 120 72" aria-hidden="true">
          <rect x="1" y="1" width="118" height="70" rx="6" />
          <circle cx="28" cy="24" r="10" />
          <circle cx="62" cy="46" r="10" />
          <circle cx="92" cy="22" r="10" class="mark" />
          <circle cx="30" cy="54" r="10" class="mark" />
          <circle cx="98" cy="54" r="10" />
          <circle cx="60" cy="16" r="10" class="mark" />
        </svg>
        <h2>Drop micrographs or movies here</h2>
        <p class="lead">See, filter and pick cryo-EM micrographs on this machine’s own GPU.</p>
        <p class="formats">MRC, TIFF, EER and DM4, also in gzip or bzip2; PNG and JPEG</p>
        <div class="empty-buttons">
          <Show
            when={app.library.items.length === 0}
            fallback={<p class="muted">Choose a micrograph from the list.</p>}
          >
            <Button
              label="Open files"
              icon="file"
              variant="primary"
              keys="O"
              testid="open-files"
              onClick={() => void openFiles(app)}
            />
            <Button
              label="Open folder"
              icon="folder"
              keys="Shift+O"
              testid="open-folder"
              onClick={() => void openFolder(app)}
            />
            <Button
              label="Try the demo"
              icon="demo"
              hint="Simulate a micrograph whose particles are known"
              testid="demo"
              onClick={() => void app.sources.openDemo()}
            />
          </Show>
        </div>
        <ol class="empty-steps">
          <li>Open a micrograph, a movie or a folder</li>
          <li>Filter it; measure a particle</li>
          <li>Pick, set the threshold, correct</li>
          <li>Export for RELION, cryoSPARC, EMAN2, crYOLO, Topaz</li>
        </ol>
        <Show when={app.library.items.length === 0}>
          <div class="tour-offer">
            <Button
              label={app.tour.isNew() ? 'New here? Five steps on the demo' : 'The tour again'}
              icon="next"
              variant="quiet"
              hint="Opens, filters, picks, corrects and exports the demo; Next, Back and Skip by keys"
              testid="tour-start"
              onClick={app.tour.start}
            />
          </div>
        </Show>
        <Show when={app.sources.recent().length > 0}>
          <RecentList />
        </Show>
        <Show when={!keepsFileHandles()}>
          <p class="muted small" data-testid="no-handles">
            This browser can’t open files again by itself: choose them again, and picks and settings come
            back. Results are saved as downloads.
          </p>
        </Show>
        <p class="privacy">Nothing leaves this machine.</p>
      </div>
    </div>
  );
}

/** Unless the user has gone to something else by then. */
function focusPicture(): void {
  if (document.activeElement !== document.body) return;
  document.querySelector<HTMLElement>('.surface')?.focus({ preventScroll: true });
}

/** What was open before, each a click away. */
export function RecentList(): JSX.Element {
  const app = useApp();
  return (
    <div class="recent">
      <h3>Reopen</h3>
      <ul>
        <For each={app.sources.recent()}>
          {(source) => (
            <li>
              <button
                type="button"
                class="recent-open"
                title={`Reopen ${source.name}; the browser may ask whether it may be read`}
                data-testid="reopen"
                onClick={() => void app.sources.reopen(source)}
              >
                <Icon name={source.kind === 'folder' ? 'folder' : source.kind === 'demo' ? 'demo' : 'file'} />
                <span class="clip">{source.name}</span>
                <span class="muted">{whenText(source)}</span>
              </button>
              <Button
                label={`Forget ${source.name}`}
                icon="close"
                compact
                variant="quiet"
                onClick={() => void app.sources.forget(source)}
              />
            </li>
          )}
        </For>
      </ul>
    </div>
  );
}

function whenText({ openedAt }: RecentSource): string {
  const days = Math.floor(startOfDay(Date.now()) - startOfDay(openedAt)) / 86_400_000;
  if (days < 0.5) return 'today';
  if (days < 1.5) return 'yesterday';
  return new Date(openedAt).toLocaleDateString();
}

function startOfDay(time: number): number {
  return new Date(time).setHours(0, 0, 0, 0);
}
