import { createEffect, createMemo, createSignal, For, type JSX, onCleanup, onMount, Show } from 'solid-js';
import type { SpectrumReport } from '../../rpc/contract.ts';
import { useApp } from '../state/app.ts';
import { angstromText, placeAt, placeWords, ringRadius } from '../viewer/spectrumGeometry.ts';

/** Rings of zeros that are drawn: those further out run into one another. */
const mostZeros = 12;

/** The spectrum as a picture, with its rings; under the cursor, the resolution there. */
export function SpectrumPlot(props: { readonly report: SpectrumReport }): JSX.Element {
  const { spectrum } = useApp();
  const [side, setSide] = createSignal(1);
  let canvas: HTMLCanvasElement | undefined;
  let frame: HTMLDivElement | undefined;
  createEffect(() => {
    const { edge, rgba } = props.report;
    if (!canvas) return;
    if (canvas.width !== edge) {
      canvas.width = edge;
      canvas.height = edge;
    }
    canvas.getContext('2d')?.putImageData(new ImageData(rgba, edge, edge), 0, 0);
  });
  onMount(() => {
    if (!frame) return;
    const observer = new ResizeObserver(([entry]) => setSide(Math.max(1, entry?.contentRect.width ?? 1)));
    observer.observe(frame);
    onCleanup(() => observer.disconnect());
  });
  const perSample = (): number => side() / props.report.edge;
  const place = (event: MouseEvent & { readonly currentTarget: HTMLDivElement }): void => {
    const scale = spectrum.scale();
    const box = event.currentTarget.getBoundingClientRect();
    if (!scale || box.width === 0) return;
    // The middle of sample i is half a sample from its edge.
    const at = (from: number): number => (from / box.width) * scale.edge - scale.edge / 2 - 0.5;
    spectrum.setPlace(placeAt(scale, { x: at(event.clientX - box.left), y: at(event.clientY - box.top) }));
  };
  /** CSS px from the middle; none beyond the corners. */
  const radiusOf = (angstrom: number): number | undefined => {
    const scale = spectrum.scale();
    const samples = scale && ringRadius(scale, angstrom);
    return samples === undefined || samples > 0.7 * props.report.edge ? undefined : samples * perSample();
  };
  const middle = (): number => side() / 2 + perSample() / 2;
  const zeros = createMemo(() => spectrum.zeros().slice(0, mostZeros));
  return (
    <div
      class="spectrum-plot"
      ref={(element) => {
        frame = element;
      }}
      role="img"
      aria-label={`Power spectrum, ${props.report.squares} squares of ${props.report.edge} px`}
      data-testid="spectrum-plot"
      data-edge={props.report.edge}
      onPointerMove={place}
      onPointerLeave={() => spectrum.setPlace(undefined)}
    >
      <canvas
        ref={(element) => {
          canvas = element;
        }}
      />
      <svg viewBox={`0 0 ${side()} ${side()}`} aria-hidden="true">
        <circle class="nyquist" cx={middle()} cy={middle()} r={side() / 2 - 1} />
        <For each={zeros()}>
          {(zero) => (
            <Show when={radiusOf(1 / zero)}>
              {(radius) => (
                <circle class="zero" cx={middle()} cy={middle()} r={radius()} data-testid="spectrum-zero" />
              )}
            </Show>
          )}
        </For>
        <For each={spectrum.rings.list()}>
          {(ring) => (
            <Show when={radiusOf(ring.angstrom)}>
              {(radius) => (
                <>
                  <circle class="user" cx={middle()} cy={middle()} r={radius()} data-testid="spectrum-ring" />
                  <Show when={radius() < 0.47 * side()}>
                    <text x={middle()} y={middle() - radius() + 4} text-anchor="middle">
                      {`${angstromText(ring.angstrom)} Å${ring.label && ` ${ring.label}`}`}
                    </text>
                  </Show>
                </>
              )}
            </Show>
          )}
        </For>
        <Show when={spectrum.place()}>
          {(at) => (
            <circle
              class="here"
              cx={middle()}
              cy={middle()}
              r={at().cyclesPerPixel * props.report.edge * perSample()}
            />
          )}
        </Show>
      </svg>
      <output class="spectrum-readout" data-testid="spectrum-readout">
        <Show when={spectrum.place()} fallback={nyquistWords(spectrum.scale()?.pixelSizeAngstrom)}>
          {(at) => placeWords(at())}
        </Show>
      </output>
    </div>
  );
}

function nyquistWords(pixelSizeAngstrom: number | undefined): string {
  return pixelSizeAngstrom === undefined
    ? 'Enter the pixel size for a scale in Å'
    : `Nyquist ${angstromText(2 * pixelSizeAngstrom)} Å`;
}
