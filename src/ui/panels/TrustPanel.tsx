import { type JSX, Show } from 'solid-js';
import { Button } from '../controls/Button.tsx';
import { CurvePlot, type PlotLine } from '../controls/CurvePlot.tsx';
import { Section } from '../controls/Section.tsx';
import { useApp } from '../state/app.ts';
import {
  crossingWords,
  curvePoints,
  frequencyAxis,
  halvesRows,
  powerAxis,
  powerPoints,
  residualRows,
} from '../state/trustWords.ts';
import { TrustLegend, TrustTable } from './TrustTable.tsx';

const plot = { width: 296, height: 150 } as const;

/** What filtering has taken away, and whether that was only noise. */
export function TrustPanel(): JSX.Element {
  const app = useApp();
  const { trust } = app;
  const isRunning = (): boolean => app.tasks.isRunning('trust');
  return (
    <Show when={app.document.filtered()}>
      <Section
        step="gauge"
        title="Trust"
        aside={<span class="muted small">in the {app.document.filtered()?.kind} picture</span>}
      >
        <Show
          when={trust.residual()}
          fallback={
            <p class="muted small">
              {trust.problem() ?? 'Was only noise removed? The residual, raw less filtered, can tell.'}
            </p>
          }
        >
          {(report) => <ResidualPart report={report()} />}
        </Show>
        <Show when={trust.halves()}>{(report) => <HalvesPart report={report()} />}</Show>
        <div class="row">
          <Button
            label={isRunning() ? 'Judging…' : 'Judge residual'}
            keys="4"
            hint="Measure the power spectra of raw, filtered and residual"
            disabled={trust.problem() !== undefined || isRunning()}
            testid="trust-judge"
            onClick={() => void trust.judge()}
          />
          <Button
            label="Show residual"
            variant="quiet"
            keys="2"
            hint="The picture of what filtering has taken away; grey is nothing"
            pressed={app.view.mode() === 'residual'}
            testid="trust-residual-show"
            onClick={() => void app.jobs.showMode('residual')}
          />
          <Show when={trust.hasHalves()}>
            <Button
              label="Compare halves"
              variant="quiet"
              hint="Filter the sums of even and of odd frames each for itself, and correlate them ring by ring (FRC)"
              disabled={trust.problem() !== undefined || isRunning()}
              testid="trust-halves"
              onClick={() => void trust.compareHalves()}
            />
          </Show>
        </div>
        <p class="muted small" data-testid="trust-note">
          <Show
            when={trust.hasHalves()}
            fallback="One picture has no halves: only a movie can show whether what is seen comes back in other frames. "
          >
            {''}
          </Show>
          The {app.document.filtered()?.kind} picture is for display only.
        </p>
      </Section>
    </Show>
  );
}

type ResidualReportOf = NonNullable<ReturnType<ReturnType<typeof useApp>['trust']['residual']>>;
type HalvesReportOf = NonNullable<ReturnType<ReturnType<typeof useApp>['trust']['halves']>>;

function ResidualPart(props: { readonly report: ResidualReportOf }): JSX.Element {
  const { document } = useApp();
  const lines = (): PlotLine[] => [
    { points: powerPoints(props.report, 'raw'), look: 'second', label: 'Raw' },
    {
      points: powerPoints(props.report, 'denoised'),
      look: 'thin',
      label: document.filtered()?.kind === 'denoised' ? 'Denoised' : 'Filtered',
    },
    { points: powerPoints(props.report, 'residual'), look: 'main', label: 'Residual' },
  ];
  return (
    <div class="trust-part" data-testid="trust-residual">
      <p class="trust-verdict" data-testid="trust-verdict">
        {props.report.verdict}
      </p>
      <CurvePlot
        label="Power of raw, filtered and residual picture by resolution"
        {...plot}
        x={frequencyAxis(props.report.nyquistAngstrom)}
        y={powerAxis(props.report)}
        lines={lines()}
        marks={[]}
        testid="trust-spectrum"
      />
      <TrustLegend
        entries={[
          { look: 'main', label: 'residual' },
          { look: 'second', label: 'raw' },
          { look: 'thin', label: document.filtered()?.kind ?? 'filtered' },
        ]}
      />
      <TrustTable
        testid="trust-bands"
        columns={[
          { label: 'Taken', hint: 'Power of the residual, in parts of the raw picture’s' },
          {
            label: 'Coherence',
            hint: 'Correlation of residual and filtered picture: 0 where what was taken has nothing to do with what is shown; above 0 where signal is shown weaker than it was, or noise is left; below 0 where more is shown than there was. A filter by frequency alone has 1',
          },
        ]}
        rows={residualRows(props.report)}
      />
      <p class="muted small">
        Noise is flat and smooth. A hump at the particle’s scale or rings that follow the raw curve’s are
        signal that was removed.
      </p>
    </div>
  );
}

function HalvesPart(props: { readonly report: HalvesReportOf }): JSX.Element {
  const lines = (): PlotLine[] => [
    { points: curvePoints(props.report.rawFrc, props.report.nyquistAngstrom), look: 'second', label: 'Raw' },
    {
      points: curvePoints(props.report.acrossFrc, props.report.nyquistAngstrom),
      look: 'thin',
      label: 'Filtered with the other raw half',
    },
    {
      points: curvePoints(props.report.denoisedFrc, props.report.nyquistAngstrom),
      look: 'main',
      label: 'Filtered',
    },
  ];
  return (
    <div class="trust-part" data-testid="trust-halves-part">
      <p class="trust-verdict" data-testid="trust-halves-verdict">
        {props.report.verdict}
      </p>
      <CurvePlot
        label="Fourier ring correlation of halves by resolution"
        {...plot}
        x={frequencyAxis(props.report.nyquistAngstrom)}
        y={{ label: 'FRC', min: -0.2, max: 1, text: (value) => value.toFixed(1) }}
        lines={lines()}
        marks={[]}
        testid="trust-frc"
      />
      <TrustLegend
        entries={[
          { look: 'main', label: 'filtered halves' },
          { look: 'second', label: 'raw halves' },
          { look: 'thin', label: 'filtered with raw' },
        ]}
      />
      <TrustTable
        testid="trust-halves-bands"
        columns={[
          { label: 'Kept', hint: 'Part of the signal that is in the filtered picture' },
          { label: 'Raw', hint: 'Correlation of the raw half with the true signal' },
          { label: 'Filtered', hint: 'Correlation of the filtered half with the true signal' },
        ]}
        rows={halvesRows(props.report)}
      />
      <p class="muted small" data-testid="trust-crossings">
        {crossingWords(props.report)} The FRC of filtered halves is an upper bound: a filter that invents the
        same thing twice agrees with itself. The filtered half against the other raw one can’t be fooled so.
      </p>
    </div>
  );
}
