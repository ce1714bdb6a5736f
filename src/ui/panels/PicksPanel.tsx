import { createMemo, type JSX, Show } from 'solid-js';
import { Button } from '../controls/Button.tsx';
import { NumberField } from '../controls/NumberField.tsx';
import { RangeInput } from '../controls/RangeInput.tsx';
import { ScoreHistogram } from '../controls/ScoreHistogram.tsx';
import { Section } from '../controls/Section.tsx';
import { useApp } from '../state/app.ts';
import { foundScores } from '../state/foundScores.ts';
import { inOwnTask } from '../state/nextTask.ts';
import { agreement } from '../state/truth.ts';
import { PickClassesPart } from './PickClassesPart.tsx';

export function PicksPanel(): JSX.Element {
  const app = useApp();
  const { picks, parameters } = app;
  const scored = inOwnTask(picks.all);
  const scores = createMemo(() => foundScores(scored()));
  const threshold = (): number => parameters.values.threshold;
  const setThreshold = (value: number): void => parameters.set({ threshold: value });
  const truth = createMemo(() => {
    const demo = app.sources.demoTruth(app.document.key());
    const size = parameters.values.pixelSizeAngstrom;
    if (!demo || size === undefined || picks.shown().length === 0) return undefined;
    return agreement(picks.shown(), demo.truth, demo.diameterAngstrom / size / 2);
  });
  const percent = (share: number): string => `${Math.round(100 * share)}\u00a0%`;
  /** The network's scores are probabilities. */
  const unit = (): string => (scores().hasSigma ? 'σ' : '');
  return (
    <Section
      step={4}
      title="Picks"
      aside={
        <>
          <span class="count" data-testid="pick-count" title="Shown, of all candidates">
            {picks.all().length > 0 ? `${picks.shown().length} of ${picks.all().length}` : ''}
          </span>
          <Show when={picks.all().length > 0}>
            <Button
              label="Gallery"
              icon="grid"
              compact
              variant="quiet"
              keys="Shift+C"
              hint="The boxes of all picks side by side: throw out what is no particle"
              pressed={app.gallery.isOpen()}
              testid="open-gallery"
              onClick={() => app.gallery.setOpen(!app.gallery.isOpen())}
            />
            <Button
              label="Remove all picks"
              icon="trash"
              compact
              variant="quiet"
              hint="Remove all picks; undo brings them back"
              testid="clear-picks"
              onClick={picks.clear}
            />
          </Show>
        </>
      }
    >
      <Show
        when={scores().values.length > 0}
        fallback={
          <p class="muted small">
            {picks.all().length > 0
              ? 'These picks have no scores, so there is no threshold to set.'
              : 'Candidates and their scores appear here. Picks can also be added by hand, with the tools beside the micrograph.'}
          </p>
        }
      >
        <div class="threshold">
          <ScoreHistogram scores={scores().values} threshold={threshold()} onThreshold={setThreshold} />
          <RangeInput
            label="Threshold"
            min={scores().min}
            max={scores().max}
            step={scores().step / 10}
            value={threshold()}
            text={`${threshold()}: ${picks.shown().length} picks shown`}
            hint="Picks with a lower score are hidden and not exported  (, and .)"
            testid="threshold"
            onInput={(value) => setThreshold(Number(value.toPrecision(4)))}
          />
        </div>
        <div class="threshold-row">
          <NumberField
            label="Threshold"
            unit={unit()}
            hint="Picks with a lower score are hidden and not exported; manual ones stay"
            value={threshold()}
            step={scores().step}
            digits={4}
            testid="threshold-value"
            onChange={(value) => {
              if (value !== undefined) setThreshold(value);
            }}
          />
        </div>
      </Show>
      <Show when={truth()}>
        {(found) => (
          <p class="truth" data-testid="demo-truth">
            By the truth: precision {percent(found().precision)}, recall {percent(found().recall)}
          </p>
        )}
      </Show>
      <PickClassesPart />
    </Section>
  );
}
