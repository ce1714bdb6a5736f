import { type Component, For, type JSX, Show } from 'solid-js';
import { useApp } from '../state/app.ts';
import { EvaluationPanel } from './EvaluationPanel.tsx';
import { ExportPanel } from './ExportPanel.tsx';
import { FilterPanel } from './FilterPanel.tsx';
import { inSteps } from './inSteps.ts';
import { MaskPanel } from './MaskPanel.tsx';
import { MicrographPanel } from './MicrographPanel.tsx';
import { MoviePanel } from './MoviePanel.tsx';
import { PickPanel } from './PickPanel.tsx';
import { PicksPanel } from './PicksPanel.tsx';
import { TrainPanel } from './TrainPanel.tsx';
import { TrustPanel } from './TrustPanel.tsx';

/** What is done with a micrograph, in the order it is done. */
const steps: readonly Component[] = [
  FilterPanel,
  TrustPanel,
  PickPanel,
  PicksPanel,
  MaskPanel,
  TrainPanel,
  EvaluationPanel,
  ExportPanel,
];

/** The steps of the work beside the picture. They come one after another, so that the picture need not wait for them. */
export function WorkSteps(): JSX.Element {
  const { document } = useApp();
  const made = inSteps(() => steps, 1);
  return (
    <Show when={document.opened()}>
      {(opened) => (
        <>
          <MicrographPanel opened={opened()} />
          <MoviePanel opened={opened()} />
          <For each={made()}>{(Step) => <Step />}</For>
        </>
      )}
    </Show>
  );
}
