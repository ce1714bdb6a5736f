import { createEffect, createMemo, type JSX, onCleanup, onMount, Show } from 'solid-js';
import { isFound } from '../../dataset/picks.ts';
import { Button } from '../controls/Button.tsx';
import { LossPlot } from '../controls/LossPlot.tsx';
import { PrecisionRecallPlot } from '../controls/PrecisionRecallPlot.tsx';
import { Section } from '../controls/Section.tsx';
import { useApp } from '../state/app.ts';
import { inOwnTask } from '../state/nextTask.ts';
import { bestLook, smoothed, type TrainingRun } from '../state/trainingRun.ts';
import { counted, heldOutWords, outcomeWords, progressWords } from '../state/trainingWords.ts';
import { TrainOptions } from './TrainOptions.tsx';

/** Too few to keep some back and judge by them. */
const fewestToJudge = 8;

/** A picker that learns from the picks by hand: what from, how it goes, how good it is. */
export function TrainPanel(): JSX.Element {
  const app = useApp();
  const { labels, training } = app;
  const picked = (): number => labels.all().reduce((sum, one) => sum + one.labels.length, 0);
  const rejected = (): number => labels.all().reduce((sum, one) => sum + one.rejected.length, 0);
  let content: HTMLDivElement | undefined;
  onMount(() => {
    const section = content?.closest('section');
    if (section) staysInSight(section, training.isRunning);
  });
  return (
    <Section
      step="network"
      title="Train"
      aside={
        <span class="count" data-testid="train-labels" title="What is learnt from: picks by hand, and noes">
          {picked() > 0 ? countText(picked(), labels.all().length, rejected()) : ''}
        </span>
      }
    >
      <div
        class="train"
        ref={(element) => {
          content = element;
        }}
      >
        <Show
          when={picked() > 0 || training.run()}
          fallback={<p class="muted small">{training.problem()}</p>}
        >
          <Show when={training.problem()}>
            {(problem) => (
              <p class="warning" data-testid="train-problem">
                {problem()}
              </p>
            )}
          </Show>
          <Show when={picked() > 0 && picked() < fewestToJudge}>
            <p class="muted small" data-testid="train-few">
              With fewer than {fewestToJudge} picks none can be kept back to judge by; 50 are good.
            </p>
          </Show>
          <UnusedPicks />
          <TrainOptions />
          <Actions />
          <Show when={training.run()}>{(run) => <Progress run={run()} />}</Show>
          <AfterTraining />
        </Show>
      </div>
    </Section>
  );
}

/**
 * Started by its key, a training may be out of sight, and what it says makes the section grow: it stays in sight until
 * the user scrolls, or works elsewhere in the panel.
 */
function staysInSight(section: HTMLElement, isRunning: () => boolean): void {
  let isFollowed = false;
  const show = (): void => {
    if (isFollowed) section.scrollIntoView({ block: 'nearest' });
  };
  createEffect(() => {
    isFollowed ||= isRunning();
    show();
  });
  const observer = new ResizeObserver(show);
  observer.observe(section);
  const listeners = new AbortController();
  const leave = (event: Event): void => {
    const isInside = event.target instanceof Node && section.contains(event.target);
    if (event.type === 'wheel' || !isInside) isFollowed = false;
  };
  for (const type of ['wheel', 'pointerdown']) {
    section.parentElement?.addEventListener(type, leave, { passive: true, signal: listeners.signal });
  }
  onCleanup(() => {
    observer.disconnect();
    listeners.abort();
  });
}

function countText(picks: number, micrographs: number, noes: number): string {
  const on = micrographs > 1 ? ` on ${micrographs} micrographs` : '';
  return `${counted(picks, 'pick')}${on}${noes > 0 ? `, ${noes} no` : ''}`;
}

/** What a network or a template has found is no example until somebody says so. */
function UnusedPicks(): JSX.Element {
  const { picks, training } = useApp();
  const shown = inOwnTask(picks.shown);
  const found = createMemo(() => shown().filter(isFound));
  return (
    <Show when={found().length > 0 && !training.isRunning()}>
      <div class="train-unused">
        <span class="muted small">Only picks by hand are learnt from, not the {found().length} found.</span>
        <Button
          label="I checked them"
          variant="quiet"
          hint={`Makes picks by hand of the ${found().length} above the threshold on this micrograph, when you have looked at all of them; undo takes it back`}
          testid="train-confirm"
          onClick={() => picks.confirm(picks.shown().filter(isFound))}
        />
      </div>
    </Show>
  );
}

function Actions(): JSX.Element {
  const { training } = useApp();
  return (
    <div class="row fill train-actions">
      <Button
        label={training.isRunning() ? 'Stop' : training.trained() ? 'Train again' : 'Train'}
        variant={training.isRunning() ? 'plain' : 'primary'}
        keys="T"
        hint={
          training.isRunning()
            ? 'Stops and keeps the best network so far; you can continue'
            : 'Trains a picker on your picks, here on this machine; the page can be used meanwhile, both share the GPU'
        }
        disabled={!training.isRunning() && training.problem() !== undefined}
        testid="train"
        onClick={() => void training.toggle()}
      />
      <Show when={training.unfinished()}>
        <Button
          label="Continue"
          keys="Shift+R"
          hint="Goes on with the picks that this training began with"
          testid="train-continue"
          onClick={() => void training.goOn()}
        />
        <Button
          label="Forget the unfinished training"
          icon="trash"
          compact
          variant="quiet"
          hint="It can’t be continued then; a network that it has given stays"
          testid="train-forget"
          onClick={() => void training.forgetUnfinished()}
        />
      </Show>
      <Show when={training.canUndo() && !training.isRunning()}>
        <Button
          label={training.isUndone() ? 'Redo' : 'Undo'}
          keys="Shift+T"
          hint={
            training.isUndone()
              ? 'The trained network and what it has found come back'
              : 'Brings back the network, and what it had found, of before; picks by hand and answers stay'
          }
          testid="train-undo"
          onClick={training.undo}
        />
      </Show>
    </div>
  );
}

function Progress(props: { readonly run: TrainingRun }): JSX.Element {
  const { training } = useApp();
  const words = (): string => {
    const unfinished = training.unfinished();
    if (training.isRunning()) return progressWords(props.run);
    if (unfinished) {
      return `Not finished: step ${unfinished.step} of ${props.run.steps}, on ${counted(props.run.labels, 'pick')}.`;
    }
    const trained = training.trained();
    return trained ? outcomeWords(props.run, trained) : '';
  };
  const judgement = (): string => heldOutWords(props.run);
  return (
    <div class="train-progress">
      <div class="train-plots">
        <PrecisionRecallPlot
          now={bestLook(props.run)?.curve ?? []}
          others={[
            { name: 'before', points: props.run.network?.curve ?? [] },
            { name: 'template', points: props.run.template?.curve ?? [] },
          ]}
        />
        <LossPlot
          losses={smoothed(props.run.losses)}
          first={props.run.firstLoss}
          steps={props.run.steps}
          looks={props.run.looks.map(({ step }) => step)}
        />
      </div>
      <p class="small" data-testid="train-judgement" aria-live="polite">
        {judgement()}
      </p>
      <p class="muted small" data-testid="train-progress">
        {words()}
      </p>
    </div>
  );
}

function AfterTraining(): JSX.Element {
  const { review, training } = useApp();
  const left = (): number => review.total() - review.index();
  return (
    <Show when={training.trained() && !training.isRunning()}>
      <div class="train-after">
        <Button
          label={left() > 0 ? `Answer ${counted(left(), 'question')}` : 'All answered'}
          keys="Q"
          hint="Goes to the candidates that the network is least sure of, one after the other: Y, N or S"
          disabled={left() === 0}
          testid="review-begin"
          onClick={() => void review.begin()}
        />
        <Button
          label="Save model…"
          icon="save"
          hint="One .safetensors file: “cryolite pick --model” takes it, and so does this page"
          testid="train-save"
          onClick={() => void training.save()}
        />
      </div>
    </Show>
  );
}
