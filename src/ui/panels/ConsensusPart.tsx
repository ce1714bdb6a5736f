import { For, type JSX, Show } from 'solid-js';
import { Segmented } from '../controls/Segmented.tsx';
import { useApp } from '../state/app.ts';

/** In the panel for picking: which methods' last results are combined, and how many of them have to agree. */
export function ConsensusPart(): JSX.Element {
  const { consensus } = useApp();
  const chosen = (): number => consensus.voices().filter(({ isChosen }) => isChosen).length;
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
        <div class="matching-row">
          <span class="small muted" title="A particle has to be found by so many of the methods">
            Found by at least
          </span>
          <Segmented
            label="Methods that have to agree"
            small
            value={String(consensus.least())}
            segments={Array.from({ length: Math.max(2, chosen()) }, (_, i) => ({
              value: String(i + 1),
              label: String(i + 1),
              hint: `Particles that ${i + 1} method${i === 0 ? ' finds' : 's find'} within a quarter of the diameter`,
              testid: `consensus-least-${i + 1}`,
              disabled: i + 1 > chosen(),
            }))}
            onChange={(value) => consensus.setLeast(Number(value))}
          />
        </div>
      </Show>
    </div>
  );
}
