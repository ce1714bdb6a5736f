import { createMemo, type JSX, Show } from 'solid-js';
import { Button } from '../controls/Button.tsx';
import { RadialProfile } from '../controls/RadialProfile.tsx';
import { RangeInput } from '../controls/RangeInput.tsx';
import { ScoreHistogram } from '../controls/ScoreHistogram.tsx';
import { useApp } from '../state/app.ts';
import { correlationStep } from '../state/pickCommands.ts';
import { templateWords } from '../state/templateWords.ts';

/** In the panel for picking: what the template has learnt, what it finds, and how sure it must be. */
export function TemplatePart(): JSX.Element {
  const app = useApp();
  const { template, parameters } = app;
  /** Best first. */
  const scores = createMemo(() => (template.found()?.candidates ?? []).map(({ score }) => score));
  const ghosts = (): number => template.ghosts().length;
  const status = (): string => {
    const found = template.found();
    return found ? templateWords(template.clicks(), ghosts(), found) : '';
  };
  return (
    <div class="template">
      <Show when={template.problem()}>
        {(problem) => (
          <p class="warning" data-testid="template-problem">
            {problem()}
          </p>
        )}
      </Show>
      <Show
        when={scores().length > 0}
        fallback={
          <p class="muted small" data-testid="template-hint">
            {template.isOn()
              ? 'Click three particles: what looks like them is marked while you go on clicking, and Enter takes all of it.'
              : 'Enter the pixel size first: the template is as large as the particle diameter, which is in Å.'}
          </p>
        }
      >
        <RadialProfile {...profile()} diameterAngstrom={parameters.values.diameterAngstrom} />
        <div class="threshold">
          <ScoreHistogram
            scores={scores()}
            threshold={template.threshold()}
            onThreshold={template.setThreshold}
          />
          <RangeInput
            label="Least correlation of a candidate"
            min={scores().at(-1) ?? 0}
            max={scores()[0] ?? 1}
            step={correlationStep / 10}
            value={template.threshold()}
            text={`${template.threshold().toFixed(2)}: ${ghosts()} candidates`}
            hint="Candidates that look less like your particles are left out  (, and .)"
            testid="template-threshold"
            onInput={(value) => template.setThreshold(Number(value.toPrecision(4)))}
          />
        </div>
        <div class="template-status">
          <span
            class="small"
            aria-live="polite"
            data-testid="template-status"
            classList={{ muted: template.isSearching() }}
          >
            {status()}
          </span>
          <Show when={template.isOwnThreshold()}>
            <Button
              label="Suggest"
              variant="quiet"
              hint="Back to the threshold that the template suggests"
              testid="template-suggest"
              onClick={() => template.setThreshold(undefined)}
            />
          </Show>
        </div>
      </Show>
      <div class="row fill">
        <Button
          label={
            ghosts() === 0 ? 'Accept candidates' : `Accept ${ghosts()} candidate${ghosts() === 1 ? '' : 's'}`
          }
          variant="primary"
          keys="Enter"
          hint="Makes picks of all candidates; undo takes them back. A click on one accepts it alone, a right click rejects it"
          disabled={ghosts() === 0}
          testid="template-accept"
          onClick={template.accept}
        />
      </div>
    </div>
  );

  function profile() {
    return template.found()?.profile ?? { stepAngstrom: 1, values: [] };
  }
}
