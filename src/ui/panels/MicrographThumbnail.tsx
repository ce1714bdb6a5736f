import { createEffect, createMemo, type JSX, onCleanup, Show } from 'solid-js';
import { useApp } from '../state/app.ts';
import { shrinkGreys } from './shrinkGreys.ts';
import { paintNoMore, paintSoon } from './thumbnailPainting.ts';

/** The picture of a micrograph, or a quiet square until it is there. */
export function MicrographThumbnail(props: {
  readonly of: string;
  /** Where it is shown much smaller than it was made: its longer side, CSS px. */
  readonly shownPx?: number;
}): JSX.Element {
  const { micrographThumbnails, view } = useApp();
  const picture = createMemo(() => micrographThumbnails.find(props.of));
  return (
    <Show when={picture()} fallback={<span class="thumbnail-room" aria-hidden="true" />}>
      {(found) => {
        const place = (canvas: HTMLCanvasElement): void => {
          createEffect(() => {
            const made = found();
            const needed = props.shownPx === undefined ? undefined : props.shownPx * devicePixelRatio;
            paintSoon(canvas, () => (needed === undefined ? made : shrinkGreys(made, needed)));
          });
          onCleanup(() => paintNoMore(canvas));
        };
        return (
          <canvas
            ref={place}
            class="thumbnail"
            classList={{ inverted: view.inverted() }}
            data-testid="thumbnail"
          />
        );
      }}
    </Show>
  );
}
