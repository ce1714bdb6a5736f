import { For, type JSX, Show } from 'solid-js';
import type { EvaluationAnswer } from '../../rpc/contract.ts';
import { Dialog } from '../controls/Dialog.tsx';
import { Segmented } from '../controls/Segmented.tsx';
import { useApp } from '../state/app.ts';
import { percentText, type SideCounts, tableRows } from '../state/evaluationTable.ts';
import { PrecisionRecallPlot, ThresholdPlot } from './EvaluationPlots.tsx';
import { TargetRow } from './TargetRow.tsx';

/** Both curves, and how good the picks of every micrograph are. */
export function EvaluationDialog(): JSX.Element {
  const { evaluation } = useApp();
  return (
    <Dialog
      open={evaluation.isOpen()}
      title="How good are the picks?"
      class="evaluation-dialog"
      testid="evaluation"
      onClose={() => evaluation.setOpen(false)}
    >
      <Scope />
      <Show when={evaluation.problem()}>{(problem) => <p class="warning">{problem()}</p>}</Show>
      <Show
        when={evaluation.answer()}
        fallback={
          <p class="muted">
            Open a reference first: coordinates of true particles, of this micrograph or of all in the list.
          </p>
        }
      >
        {(answer) => <Curves answer={answer()} />}
      </Show>
    </Dialog>
  );
}

function Scope(): JSX.Element {
  const { evaluation, library } = useApp();
  return (
    <div class="evaluation-scope">
      <Segmented
        label="Micrographs"
        small
        value={evaluation.scope()}
        segments={[
          { value: 'this', label: 'This micrograph', testid: 'scope-this' },
          {
            value: 'all',
            label: 'All in the list',
            hint: 'All micrographs of the list that have picks and something to be judged by',
            testid: 'scope-all',
            disabled: library.items.length < 2,
          },
        ]}
        onChange={evaluation.setScope}
      />
      <label
        class="check"
        title="Then a pick without a partner may be right all the same: precision, F1 and AP are lower bounds"
      >
        <input
          type="checkbox"
          checked={evaluation.isPartial()}
          data-testid="partial"
          onChange={(event) => evaluation.setPartial(event.currentTarget.checked)}
        />
        Only some of the particles are marked
      </label>
    </div>
  );
}

function Curves(props: { readonly answer: EvaluationAnswer }): JSX.Element {
  const { evaluation, parameters } = useApp();
  const threshold = (): number => parameters.values.threshold;
  return (
    <>
      <div class="evaluation-plots">
        <figure>
          <figcaption>Precision and recall</figcaption>
          <PrecisionRecallPlot answer={props.answer} threshold={threshold()} width={400} height={250} />
        </figure>
        <figure>
          <figcaption>F1 against the threshold</figcaption>
          <ThresholdPlot
            answer={props.answer}
            threshold={threshold()}
            width={400}
            height={250}
            onThreshold={(value) => parameters.set({ threshold: value })}
          />
        </figure>
      </div>
      <p class="plot-key small muted">
        <span class="key main" /> strict, within a quarter of the diameter
        <span class="key second" /> loose, within half
        <span class="key thin" /> precision
        <span class="key thin-dashed" /> recall
      </p>
      <TargetRow />
      <div class="evaluation-table">
        <table class="scores" data-testid="evaluation-table">
          <thead>
            <tr>
              <th rowspan="2" scope="col">
                Micrograph
              </th>
              <th rowspan="2" scope="col" title="Above the threshold">
                Picks
              </th>
              <th rowspan="2" scope="col" title="In the reference">
                Particles
              </th>
              <th colspan="4" scope="colgroup">
                Strict
              </th>
              <th colspan="4" scope="colgroup">
                Loose
              </th>
            </tr>
            <tr class="side-titles">
              <SideTitles />
              <SideTitles />
            </tr>
          </thead>
          <tbody>
            <For each={tableRows(props.answer, threshold())}>
              {(row) => (
                <tr classList={{ total: row.name === 'All' }}>
                  <th scope="row" class="clip" title={row.name}>
                    {row.name}
                  </th>
                  <td>{row.strict.picks}</td>
                  <td>{row.strict.truth}</td>
                  <SideCells counts={row.strict} />
                  <SideCells counts={row.loose} />
                </tr>
              )}
            </For>
          </tbody>
        </table>
      </div>
      <Show when={evaluation.isPartial()}>
        <p class="muted small">Not all particles are marked: precision, F1 and AP are lower bounds.</p>
      </Show>
    </>
  );
}

function SideTitles(): JSX.Element {
  return (
    <>
      <th scope="col">Precision</th>
      <th scope="col">Recall</th>
      <th scope="col">F1</th>
      <th scope="col">AP</th>
    </>
  );
}

function SideCells(props: { readonly counts: SideCounts }): JSX.Element {
  return (
    <>
      <td>{percentText(props.counts.precision, props.counts.picks)}</td>
      <td>{percentText(props.counts.recall, props.counts.truth)}</td>
      <td>{props.counts.f1.toFixed(3)}</td>
      <td>{props.counts.averagePrecision.toFixed(3)}</td>
    </>
  );
}
