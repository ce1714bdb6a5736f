import { For, type JSX, Show } from 'solid-js';
import { useApp } from '../state/app.ts';
import { AgreementRow } from './AgreementRow.tsx';

/** In the panel for picking: which methods' last results are combined, and how many of them have to agree. */
export function ConsensusPart(): JSX.Element {
  const { consensus } = useApp();
  const chosen = (): number => consensus.voices().filter(({ isChosen }) => isChosen).length;
  /** Whether some of the picks are no method's. */
  const hasPeople = (): boolean =>
    consensus.voices().some(({ voice }) => voice === 'imported' || voice === 'manual');
  return (
    <div class="matching">
      <Show
        when={consensus.voices().length > 0}
        fallback={
          <p class="muted small" data-testid="consensus-hint">
            Pick with two methods first, one after the other: what they find is kept, and combined here.
          </p>
        }
      >
        <ul class="voices" aria-label="Methods to combine">
          <For each={consensus.voices()}>
            {({ voice, label, picks, isChosen }) => (
              <li>
                <label
                  class="check"
                  title={`${label}: ${picks.length} candidates, whatever its threshold is`}
                >
                  <input
                    type="checkbox"
                    checked={isChosen}
                    data-testid={`consensus-${voice}`}
                    onChange={(event) => consensus.choose(voice, event.currentTarget.checked)}
                  />
                  {label}
                </label>
                <span class="muted small figure">{picks.length}</span>
              </li>
            )}
          </For>
        </ul>
        <Show when={hasPeople()}>
          <p class="muted small" data-testid="consensus-rule">
            Imported picks and picks by hand vote as one method each, and stay as they are. Imported ones are
            ranked by their file’s scores; picks by hand all count alike.
          </p>
        </Show>
        <AgreementRow
          methods={chosen()}
          least={consensus.least()}
          prefix="consensus"
          onChange={consensus.setLeast}
        />
      </Show>
    </div>
  );
}
