import { createMemo, For, type JSX, Match, Show, Switch, untrack } from 'solid-js';
import { Button } from '../controls/Button.tsx';
import { CurvePlot, type PlotLine } from '../controls/CurvePlot.tsx';
import { NumberField } from '../controls/NumberField.tsx';
import { useApp } from '../state/app.ts';
import { type Figure, lineOf, type Measured, profileWidths } from '../state/measuring.ts';
import { distanceText, lineText, profileTable, sizeText, valueText } from '../state/measuringWords.ts';
import { directions, toScreen } from '../viewer/transform.ts';

const titles = { ruler: 'Ruler', profile: 'Line profile', region: 'Region' } as const;
const pictures = { raw: 'Raw', filtered: 'Filtered', denoised: 'Denoised' } as const;

/** Over the picture: what the figure on it measures. */
export function MeasureCard(): JSX.Element {
  const { measuring, view } = useApp();
  /** Where a figure begins at the left, the card is at the right: it must not lie on what it tells of. */
  const isAtRight = createMemo((): boolean => {
    const from = measuring.figure()?.from;
    return untrack(() => {
      const pane = view.panes()[0]?.rect;
      return (
        from !== undefined &&
        pane !== undefined &&
        toScreen(view.view(), pane, from).x < view.canvas().width / 2
      );
    });
  });
  return (
    <Show when={measuring.figure()}>
      {(figure) => (
        <section
          class="measure-card"
          classList={{ right: isAtRight() }}
          aria-label={titles[figure().kind]}
          data-testid="measure-card"
        >
          <header>
            <h2>{titles[figure().kind]}</h2>
            <Button
              label="Close"
              icon="close"
              compact
              variant="quiet"
              keys="Esc"
              testid="measure-close"
              onClick={measuring.clear}
            />
          </header>
          <Switch>
            <Match when={figure().kind === 'ruler'}>
              <Ruler figure={figure()} />
            </Match>
            <Match when={figure().kind === 'profile'}>
              <Profile figure={figure()} />
            </Match>
            <Match when={figure().kind === 'region'}>
              <Region />
            </Match>
          </Switch>
        </section>
      )}
    </Show>
  );
}

function Ruler(props: { readonly figure: Figure }): JSX.Element {
  const { measuring, parameters, view } = useApp();
  const angstrom = (): number => lineOf(props.figure).lengthPx * (parameters.values.pixelSizeAngstrom ?? 0);
  return (
    <>
      <p class="measure-main" data-testid="ruler-length">
        {distanceText(props.figure, parameters.values.pixelSizeAngstrom)}
      </p>
      <p class="muted small">{lineText(props.figure, directions(view.view()))}</p>
      <Button
        label="Use as particle diameter"
        hint="Sets the diameter that picking and filters go by"
        disabled={angstrom() < 5}
        testid="ruler-to-diameter"
        onClick={() => {
          parameters.setOwnDiameter(Number(angstrom().toPrecision(3)));
          measuring.clear();
        }}
      />
    </>
  );
}

function Profile(props: { readonly figure: Figure }): JSX.Element {
  const app = useApp();
  const { measuring, parameters } = app;
  const pixel = (): number | undefined => parameters.values.pixelSizeAngstrom;
  const lines = ({ profiles }: Measured): PlotLine[] =>
    profiles.map(({ kind, profile }, i) => ({
      label: pictures[kind],
      look: i === profiles.length - 1 ? 'main' : i === 0 ? 'thin' : 'second',
      points: Array.from(profile.values, (value, at): [number, number] => [
        at * profile.stepPx * (pixel() ?? 1),
        value,
      ]).filter(([, value]) => Number.isFinite(value)),
    }));
  const range = (measured: Measured): { readonly min: number; readonly max: number } => {
    let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const { points } of lines(measured)) {
      for (const [, value] of points) {
        min = Math.min(min, value);
        max = Math.max(max, value);
      }
    }
    return max > min
      ? { min, max }
      : { min: (Number.isFinite(min) ? min : 0) - 1, max: (Number.isFinite(max) ? max : 0) + 1 };
  };
  const copy = async (measured: Measured): Promise<void> => {
    try {
      await navigator.clipboard.writeText(profileTable(measured, pixel()));
      app.notices.info('The profile was copied as a table: paste it into a spreadsheet.');
    } catch (error) {
      app.notices.failure(error);
    }
  };
  return (
    <Show
      when={measuring.measured()}
      fallback={<p class="muted small">Reading the pixels along the line…</p>}
    >
      {(measured) => (
        <>
          <CurvePlot
            label={`Values along the line, over ${distanceText(props.figure, pixel())}`}
            width={420}
            height={150}
            x={{
              label: pixel() === undefined ? 'Distance, px' : 'Distance, Å',
              min: 0,
              max: lineOf(measured().figure).lengthPx * (pixel() ?? 1),
              text: String,
            }}
            y={{
              label: 'Value',
              ...range(measured()),
              text: (value) => String(Number(value.toPrecision(4))),
            }}
            lines={lines(measured())}
            marks={[]}
            testid="profile-plot"
          />
          <div class="row measure-row">
            <NumberField
              label="Averaged across"
              hint="Width of the band, in px, that is averaged across the line: wider is less noisy"
              unit="px"
              integer
              min={profileWidths.min}
              max={profileWidths.max}
              value={measuring.widthPx()}
              testid="profile-width"
              onChange={(value) => value !== undefined && measuring.setWidthPx(value)}
            />
            <span class="figure" data-testid="profile-length">
              {distanceText(props.figure, pixel())}
            </span>
            <Show when={measured().profiles.length > 1}>
              <span class="muted small">{lineWords(measured())}</span>
            </Show>
            <span class="spacer" />
            <Button
              label="Copy"
              icon="copy"
              hint="Copy the values as a table"
              testid="profile-copy"
              onClick={() => void copy(measured())}
            />
          </div>
        </>
      )}
    </Show>
  );
}

/** Which line is which, in words. */
function lineWords({ profiles }: Measured): string {
  const looks = profiles.length > 2 ? ['Thin', 'Pale', 'Bold'] : ['Thin', 'Bold'];
  return profiles.map(({ kind }, i) => `${looks[i]}: ${pictures[kind].toLowerCase()}.`).join(' ');
}

function Region(): JSX.Element {
  const { measuring, parameters } = useApp();
  const rows = ['mean', 'sigma', 'min', 'max'] as const;
  const names = { mean: 'Mean', sigma: 'σ', min: 'Least', max: 'Largest' } as const;
  return (
    <Show when={measuring.measured()} fallback={<p class="muted small">Reading the pixels…</p>}>
      {(measured) => (
        <>
          <Show when={measured().regions[0]}>
            {(first) => (
              <p class="figure" data-testid="region-size">
                {sizeText(first().statistics.region, parameters.values.pixelSizeAngstrom)}
              </p>
            )}
          </Show>
          <table class="region-table" data-testid="region-table">
            <thead>
              <tr>
                <th scope="col">
                  <span class="unseen">What</span>
                </th>
                <For each={measured().regions}>{({ kind }) => <th scope="col">{pictures[kind]}</th>}</For>
              </tr>
            </thead>
            <tbody>
              <For each={rows}>
                {(row) => (
                  <tr>
                    <th scope="row">{names[row]}</th>
                    <For each={measured().regions}>
                      {({ kind, statistics }) => (
                        <td data-testid={`region-${kind}-${row}`}>{valueText(statistics[row])}</td>
                      )}
                    </For>
                  </tr>
                )}
              </For>
            </tbody>
          </table>
          <p class="muted small">In the file’s own units, of every pixel.</p>
        </>
      )}
    </Show>
  );
}
