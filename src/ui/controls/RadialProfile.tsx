import { createMemo, For, type JSX } from 'solid-js';

const [width, height] = [280, 50];
const axis = 14;
const margin = 6;

/** A particle's brightness against the distance from its centre, with a scale in Å. */
export function RadialProfile(props: {
  readonly values: readonly number[];
  readonly stepAngstrom: number;
  /** Where the particle ends: marked on the axis. */
  readonly diameterAngstrom: number;
}): JSX.Element {
  const lastAngstrom = (): number => Math.max(1e-6, (props.values.length - 1) * props.stepAngstrom);
  const x = (angstrom: number): number => margin + (angstrom / lastAngstrom()) * (width - 2 * margin);
  const largest = createMemo(() =>
    props.values.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-6),
  );
  const y = (value: number): number => {
    const middle = (height - axis) / 2;
    return middle - (value / largest()) * (middle - 3);
  };
  const line = createMemo(() =>
    props.values
      .map(
        (value, i) => `${i === 0 ? 'M' : 'L'}${x(i * props.stepAngstrom).toFixed(1)} ${y(value).toFixed(1)}`,
      )
      .join(''),
  );
  const ticks = createMemo(() => {
    const step = roundStep(lastAngstrom() / 5);
    return Array.from({ length: Math.floor(lastAngstrom() / step) + 1 }, (_, i) => i * step);
  });
  return (
    <svg
      class="radial-profile"
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={`The template: brightness from the centre of a particle to ${Math.round(lastAngstrom())} Å`}
      data-testid="template-profile"
    >
      <line class="zero" x1={margin} x2={width - margin} y1={y(0)} y2={y(0)} />
      <line
        class="edge"
        x1={x(props.diameterAngstrom / 2)}
        x2={x(props.diameterAngstrom / 2)}
        y1="0"
        y2={height - axis}
      />
      <path d={line()} />
      <For each={ticks()}>
        {(tick, i) => (
          <text x={x(tick)} y={height - 3} text-anchor={i() === 0 ? 'start' : 'middle'}>
            {i() === 0 ? '0' : `${tick} Å`}
          </text>
        )}
      </For>
    </svg>
  );
}

/** The next 1, 2 or 5 times a power of ten. */
function roundStep(wanted: number): number {
  const power = 10 ** Math.floor(Math.log10(wanted));
  const factor = [1, 2, 5, 10].find((one) => one * power >= wanted) ?? 10;
  return factor * power;
}
