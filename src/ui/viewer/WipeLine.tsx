import { type JSX, Show } from 'solid-js';
import { useApp } from '../state/app.ts';

/** How far an arrow key moves the line, of the width. */
const step = 0.02;

/** The line of the wipe, with a handle; drag it, or use the arrow keys. */
export function WipeLine(): JSX.Element {
  const { view } = useApp();
  const set = (share: number): void => view.setWipe({ share });
  return (
    <Show when={view.mode() === 'wipe'}>
      <div
        class="wipe-line"
        role="slider"
        aria-label="Where the left picture ends and the other begins"
        aria-orientation="horizontal"
        aria-valuemin="0"
        aria-valuemax="100"
        aria-valuenow={Math.round(100 * view.wipe().share)}
        tabIndex={0}
        data-testid="wipe-line"
        style={{ left: `${view.wipe().share * view.canvas().width}px` }}
        title="Drag to wipe; double-click for the middle"
        onDblClick={() => set(0.5)}
        onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
        onPointerMove={(event) => {
          if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
          const box = event.currentTarget.parentElement?.getBoundingClientRect();
          if (box) set((event.clientX - box.left) / box.width);
        }}
        onKeyDown={(event) => {
          if (event.key === 'ArrowLeft') set(view.wipe().share - step);
          if (event.key === 'ArrowRight') set(view.wipe().share + step);
        }}
      >
        <span class="wipe-handle" aria-hidden="true" />
      </div>
    </Show>
  );
}
