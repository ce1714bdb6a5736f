import { type Component, For, type JSX } from 'solid-js';
import type { OpenedMicrograph } from '../../rpc/contract.ts';
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
export function WorkPanels(props: { readonly opened: OpenedMicrograph }): JSX.Element {
  const made = inSteps(() => steps, 2);
  return (
    <aside class="panel" aria-label="Work on this micrograph">
      <MicrographPanel opened={props.opened} />
      <MoviePanel opened={props.opened} />
      <For each={made()}>{(Step) => <Step />}</For>
    </aside>
  );
}
