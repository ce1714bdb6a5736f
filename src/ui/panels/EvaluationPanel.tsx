import { createMemo, type JSX, Show } from 'solid-js';
import { Button } from '../controls/Button.tsx';
import { Section } from '../controls/Section.tsx';
import { Segmented } from '../controls/Segmented.tsx';
import { useApp } from '../state/app.ts';
import { chooseReferenceFile } from '../state/chooseFiles.ts';
import { inAll, percentText, type SideCounts } from '../state/evaluationTable.ts';
import { inOwnTask } from '../state/nextTask.ts';
import { PrecisionRecallPlot } from './EvaluationPlots.tsx';
import { TargetRow } from './TargetRow.tsx';

/** How good the picks are by coordinates that somebody vouches for, and how they differ from other picks. */
export function EvaluationPanel(): JSX.Element {
  const { evaluation, picks } = useApp();
  const all = inOwnTask(picks.all);
  const hands = createMemo(() => all().filter(({ origin }) => origin === 'manual').length);
  return (
    <Section
      step="check"
      title="Evaluate"
      aside={
        <Button
          label="Reference"
          icon="load"
          variant="quiet"
          hint="Open true particles to judge the picks by: coordinates of any program, of this micrograph or of all in the list"
          testid="open-reference"
          onClick={chooseReferenceFile}
        />
      }
    >
      <Show
        when={evaluation.judge()}
        fallback={
          <>
            <p class="muted small">
              Judge the picks by particles that somebody has marked: precision and recall at every threshold.
            </p>
            <Show when={hands() > 0}>
              <div class="row">
                <Button
                  label={`By my ${hands()} pick${hands() === 1 ? '' : 's'}`}
                  hint="What a method has found is judged by the picks by hand"
                  testid="judge-by-hand"
                  onClick={() => evaluation.judgeByHand(true)}
                />
              </div>
            </Show>
          </>
        }
      >
        <Judged hands={hands()} />
      </Show>
      <ComparisonRow />
    </Section>
  );
}

function Judged(props: { readonly hands: number }): JSX.Element {
  const { evaluation, parameters, references } = useApp();
  const threshold = (): number => parameters.values.threshold;
  const row = () => {
    const answer = evaluation.answer();
    return answer && inAll(answer, threshold());
  };
  const isByHand = (): boolean => evaluation.judge() === 'hand';
  const what = (): string => {
    const count = row()?.strict.truth ?? (isByHand() ? props.hands : 0);
    const name = isByHand() ? 'picked by hand' : `in ${references.current()?.label ?? 'files of the list'}`;
    return `${count} particle${count === 1 ? '' : 's'} ${name}`;
  };
  return (
    <div class="evaluation">
      <div class="reference-row">
        <span class="small clip" title={what()} data-testid="reference-name">
          {what()}
        </span>
        <Show when={references.current() && props.hands > 0}>
          <Segmented
            label="Judged by"
            small
            value={isByHand() ? 'hand' : 'file'}
            segments={[
              { value: 'file', label: 'File', hint: 'The coordinates that were opened as a reference' },
              {
                value: 'hand',
                label: 'Hand',
                hint: 'The picks by hand; what methods have found is judged by them',
                testid: 'judge-by-hand',
              },
            ]}
            onChange={(value) => evaluation.judgeByHand(value === 'hand')}
          />
        </Show>
        <Button
          label={isByHand() ? 'Don’t judge by the picks by hand' : 'Take the reference away'}
          icon="close"
          compact
          variant="quiet"
          testid="remove-reference"
          onClick={() => (isByHand() ? evaluation.judgeByHand(false) : references.set(undefined))}
        />
      </div>
      <Show when={evaluation.problem()}>{(problem) => <p class="warning">{problem()}</p>}</Show>
      <Show
        when={evaluation.answer()}
        fallback={
          <p class="muted small">
            {isByHand()
              ? 'Pick some particles by hand, and let a method pick.'
              : 'Enter the pixel size first.'}
          </p>
        }
      >
        {(answer) => (
          <PrecisionRecallPlot answer={answer()} threshold={threshold()} width={300} height={150} />
        )}
      </Show>
      <Show when={row()}>
        {(found) => (
          <table class="scores" data-testid="evaluation-scores">
            <thead>
              <tr>
                <th scope="col">
                  <span class="unseen">Matching</span>
                </th>
                <th scope="col" title="Of the picks above the threshold, how many are particles">
                  Precision
                </th>
                <th scope="col" title="Of the particles, how many are picked">
                  Recall
                </th>
                <th scope="col" title="Harmonic mean of both">
                  F1
                </th>
                <th scope="col" title="Average precision: the area under the curve, over all thresholds">
                  AP
                </th>
              </tr>
            </thead>
            <tbody>
              <Side name="Strict" hint="Within a quarter of the diameter" counts={found().strict} />
              <Side name="Loose" hint="Within half the diameter" counts={found().loose} />
            </tbody>
          </table>
        )}
      </Show>
      <Show when={evaluation.isPartial() && row()}>
        <p class="muted small" data-testid="partial-note">
          Not all particles are marked: precision, F1 and AP are lower bounds.
        </p>
      </Show>
      <TargetRow />
      <div class="row">
        <Button
          label="Plots and table"
          keys="U"
          hint="F1 against the threshold, and a table of all micrographs"
          testid="open-evaluation"
          onClick={() => evaluation.setOpen(true)}
        />
      </div>
    </div>
  );
}

function Side(props: {
  readonly name: string;
  readonly hint: string;
  readonly counts: SideCounts;
}): JSX.Element {
  return (
    <tr class={props.name.toLowerCase()}>
      <th scope="row" title={props.hint}>
        {props.name}
      </th>
      <td>{percentText(props.counts.precision, props.counts.picks)}</td>
      <td>{percentText(props.counts.recall, props.counts.truth)}</td>
      <td>{props.counts.f1.toFixed(3)}</td>
      <td>{props.counts.averagePrecision.toFixed(3)}</td>
    </tr>
  );
}

/** What is drawn on the micrograph, and the picks of before. */
function ComparisonRow(): JSX.Element {
  const { comparison, picks, references } = useApp();
  const label = (): string => {
    if (comparison.with()) return 'Stop comparing';
    const [first] = comparison.choices();
    return first === 'remembered' ? `Compare with ${references.remembered()?.label ?? ''}` : 'Compare';
  };
  return (
    <div class="row compare-row">
      <Button
        label={label()}
        keys="X"
        hint="Draws on the micrograph what both have, and what only one of them has"
        pressed={comparison.with() !== undefined}
        disabled={comparison.choices().length === 0}
        testid="compare"
        onClick={comparison.toggle}
      />
      <Show when={comparison.with() && comparison.choices().length > 1}>
        <Segmented
          label="Compared with"
          small
          value={comparison.with() ?? 'reference'}
          segments={[
            { value: 'reference', label: 'Reference', hint: references.current()?.label ?? '' },
            { value: 'remembered', label: 'Before', hint: references.remembered()?.label ?? '' },
          ]}
          onChange={comparison.compareWith}
        />
      </Show>
      <Button
        label={references.remembered() ? 'Forget' : 'Remember'}
        variant="quiet"
        hint={
          references.remembered()
            ? `Forget the ${references.remembered()?.label}`
            : 'Keep the picks that are shown, to compare later ones with them'
        }
        disabled={!references.remembered() && picks.shown().length === 0}
        testid="remember-picks"
        onClick={() => (references.remembered() ? comparison.forget() : comparison.remember())}
      />
    </div>
  );
}
