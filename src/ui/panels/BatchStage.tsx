import { createSignal, type JSX, onCleanup, Show } from 'solid-js';
import { type BatchPlan, countStates } from '../../dataset/batch/queue.ts';
import { Button } from '../controls/Button.tsx';
import { borrowFocus } from '../controls/borrowedFocus.ts';
import { useApp } from '../state/app.ts';
import { planWords } from '../state/batchMethods.ts';
import { countWords, ownDiameterWords } from '../state/batchWords.ts';
import { BatchExportBar } from './BatchExportBar.tsx';
import { BatchPlots } from './BatchPlots.tsx';
import { BatchSettings } from './BatchSettings.tsx';
import { BatchTable } from './BatchTable.tsx';

/** The work on many micrographs: its settings at the left, at the right how far it is and what came out. */
export function BatchStage(): JSX.Element {
  const { batch } = useApp();
  let root: HTMLElement | undefined;
  borrowFocus(() => root);
  return (
    <section
      class="batch"
      aria-label="Batch"
      tabIndex={-1}
      data-testid="batch"
      ref={(element) => {
        root = element;
      }}
    >
      <BatchSettings />
      <div class="batch-main">
        <Show when={batch.queue.items.length > 0} fallback={<BatchEmpty />}>
          <BatchHead />
          <BatchPlots />
          <BatchTable />
          <BatchExportBar />
        </Show>
      </div>
    </section>
  );
}

function BatchEmpty(): JSX.Element {
  const { batch } = useApp();
  return (
    <div class="batch-empty">
      <div>
        <h2>All micrographs at once</h2>
        <ol>
          <li>Open one micrograph and set diameter, filter and picker until its picks look right.</li>
          <li>Choose the steps at the left: they start with what you have set there.</li>
          <li>
            Start. Each micrograph is kept as soon as it is done, so a closed tab loses nothing; you may look
            at the others meanwhile.
          </li>
          <li>Set one threshold for all, and export everything for RELION, cryoSPARC or EMAN2.</li>
        </ol>
        <Show when={batch.queue.undoClear()}>
          {(undo) => (
            <Button
              label="Bring back the cleared batch"
              icon="undo"
              testid="batch-undo-clear"
              onClick={() => void undo()()}
            />
          )}
        </Show>
      </div>
    </div>
  );
}

/** How far it is, and what can be done about it. */
function BatchHead(): JSX.Element {
  const { batch } = useApp();
  const { queue } = batch;
  const [now, setNow] = createSignal(performance.now());
  const timer = setInterval(() => setNow(performance.now()), 1000);
  onCleanup(() => clearInterval(timer));
  const counts = () => countStates(queue.items);
  const left = (): string => {
    const current = queue.current();
    if (counts().waiting + counts().running === 0) return '';
    if (!queue.isRunning()) return 'paused';
    return batch.leftWords(current ? (now() - current.startedAt) / 1000 : 0);
  };
  const share = (): number => {
    const progress = queue.current()?.progress;
    const part = progress && progress.total > 0 ? progress.done / progress.total : 0;
    return (counts().done + counts().failed + Math.min(part, 1)) / Math.max(1, counts().all);
  };
  return (
    <header class="batch-head">
      <div class="batch-words">
        <h2 data-testid="batch-counts">{countWords(counts())}</h2>
        <span class="muted" data-testid="batch-left">
          {left()}
        </span>
        <span class="spacer" />
        <Show when={counts().failed > 0}>
          <Button
            label={`Retry ${counts().failed} failed`}
            icon="retry"
            hint="Puts all that failed into the queue again"
            testid="batch-retry-all"
            onClick={() => void queue.retryFailed()}
          />
        </Show>
        <Show
          when={queue.isRunning()}
          fallback={
            <Show when={counts().waiting > 0}>
              <Button
                label="Resume"
                icon="play"
                variant="primary"
                hint="Goes on with the next one that waits"
                testid="batch-resume"
                onClick={() => void queue.resume(true)}
              />
            </Show>
          }
        >
          <Button
            label="Pause"
            icon="pause"
            hint="Stops now; the micrograph under way is done anew later"
            testid="batch-pause"
            onClick={() => void queue.pause()}
          />
        </Show>
        <Button
          label="Clear"
          icon="trash"
          compact
          variant="quiet"
          hint="Forget this queue and its table; picks and written files stay"
          testid="batch-clear"
          onClick={() => void queue.clear()}
        />
      </div>
      <progress
        aria-label="Progress of the batch"
        aria-valuetext={`${countWords(counts())}, ${left()}`}
        value={share()}
        max="1"
      />
      <p class="batch-now small" role="status" data-testid="batch-now">
        <Show when={queue.halt()} fallback={<Now />}>
          {(sentence) => <span class="batch-halt">{sentence()}</span>}
        </Show>
      </p>
    </header>
  );
}

function Now(): JSX.Element {
  const { queue, results } = useApp().batch;
  const plan = (): string => planLine(queue.batch()?.plan, results.ownDiameters());
  const words = (): string => {
    const current = queue.current();
    const item = current && queue.items[current.place];
    return item ? `${item.name}: ${current.progress?.stage ?? ''}` : plan();
  };
  return (
    <span class="muted clip" title={plan()}>
      {words()}
    </span>
  );
}

/**
 * What the batch was asked to do.
 * @param own how many were picked with their own diameter.
 */
function planLine(plan: BatchPlan | undefined, own: number): string {
  if (!plan) return '\u00a0';
  const { diameterAngstrom } = plan.parameters;
  const steps = [
    ...(plan.steps.sum ? ['sums'] : []),
    ...(plan.steps.denoise ? ['denoised pictures'] : []),
    ...(plan.steps.pick
      ? [`picks by ${planWords(plan)}, diameter ${diameterAngstrom} Å${ownDiameterWords(own)}`]
      : []),
    ...(plan.steps.extract ? ['particles'] : []),
  ];
  return sentence(steps.join('; '));
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
