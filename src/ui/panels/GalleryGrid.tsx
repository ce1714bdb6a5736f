import {
  createEffect,
  createMemo,
  createSignal,
  createUniqueId,
  type JSX,
  onCleanup,
  onMount,
} from 'solid-js';
import type { Pick } from '../../dataset/picks.ts';
import { useApp } from '../state/app.ts';
import type { Point } from '../viewer/transform.ts';
import {
  actionsPx,
  scrollTo,
  tileAt,
  tileGap,
  tileGeometry,
  tilesBetween,
  tilesInSight,
} from './galleryGeometry.ts';
import { drawGallery } from './galleryPainter.ts';
import { selectByKey } from './selectByKey.ts';

/** A press that moves less than this is a click, CSS px. */
const clickSlop = 5;
/** Rows beside the ones in sight whose pictures are made, too. */
const rowsAhead = 2;

/** The pictures: a canvas as large as what is in sight, however many picks there are. */
export function GalleryGrid(): JSX.Element {
  const app = useApp();
  const { gallery, view, parameters } = app;
  const { selection } = gallery;
  const id = createUniqueId();
  const [size, setSize] = createSignal({ width: 0, height: 0 });
  const [scroll, setScroll] = createSignal(0);
  const [hasFocus, setFocus] = createSignal(false);
  const [band, setBand] = createSignal<readonly [Point, Point]>();
  let scroller: HTMLDivElement | undefined;
  let canvas: HTMLCanvasElement | undefined;
  let frame = 0;

  const geometry = createMemo(() => tileGeometry(gallery.picks().length, gallery.tilePx(), size().width));
  const pick = (index: number | undefined): Pick | undefined =>
    index === undefined ? undefined : gallery.picks()[index];
  const isChosen = (one: Pick | undefined): boolean => one !== undefined && selection.chosen().has(one);
  /** From the top of all rows. */
  const at = (event: MouseEvent): Point => {
    const box = scroller?.getBoundingClientRect();
    return { x: event.clientX - (box?.left ?? 0), y: event.clientY - (box?.top ?? 0) + scroll() };
  };
  const indexAt = (event: MouseEvent): number | undefined =>
    tileAt(geometry(), gallery.picks().length, at(event));

  const draw = (): void => {
    frame = 0;
    const context = canvas?.getContext('2d');
    if (!canvas || !context) return;
    const pixelRatio = window.devicePixelRatio;
    const [width, height] = [Math.round(size().width * pixelRatio), Math.round(size().height * pixelRatio)];
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width;
      canvas.height = height;
    }
    const style = getComputedStyle(canvas);
    drawGallery(context, {
      canvas: size(),
      pixelRatio,
      scroll: scroll(),
      geometry: geometry(),
      picks: gallery.picks(),
      find: gallery.thumbnails.find,
      chosen: selection.chosen(),
      cursor: selection.cursor(),
      hasFocus: hasFocus(),
      highlighted: view.highlighted(),
      isKept: (one) => gallery.shows() === 'thrown' || gallery.isKept(one),
      thresholdAt: gallery.thresholdAt(),
      inverted: view.inverted(),
      band: band(),
      colour: (name) => style.getPropertyValue(name),
    });
  };
  // Whatever a frame is made of.
  createEffect(() => {
    size();
    scroll();
    geometry();
    gallery.picks();
    gallery.thumbnails.arrivals();
    selection.chosen();
    selection.cursor();
    hasFocus();
    view.highlighted();
    view.inverted();
    view.theme();
    gallery.thresholdAt();
    void parameters.values.threshold;
    band();
    if (frame === 0) frame = requestAnimationFrame(draw);
  });
  createEffect(() => {
    const ahead = rowsAhead * (gallery.tilePx() + tileGap);
    const height = size().height + 2 * ahead;
    const { first, end } = tilesInSight(geometry(), gallery.picks().length, scroll() - ahead, height);
    const look = size().height > 0 ? gallery.look(window.devicePixelRatio) : undefined;
    gallery.thumbnails.want(gallery.picks().slice(first, end), look);
  });
  // The keyboard's place stays in sight.
  createEffect(() => {
    const place = selection.cursor();
    if (place === undefined || !hasFocus() || !scroller) return;
    const next = scrollTo(geometry(), place, scroller.scrollTop, size().height - actionsPx);
    if (next !== scroller.scrollTop) scroller.scrollTop = next;
  });
  onMount(() => {
    if (!scroller) return;
    const observer = new ResizeObserver(() => {
      if (scroller) setSize({ width: scroller.clientWidth, height: scroller.clientHeight });
    });
    observer.observe(scroller);
    onCleanup(() => observer.disconnect());
  });
  onCleanup(() => {
    cancelAnimationFrame(frame);
    gallery.thumbnails.want([], undefined);
  });

  const press = (event: PointerEvent): void => {
    if (event.button !== 0 || !scroller) return;
    const [start, index] = [at(event), indexAt(event)];
    const adds = event.ctrlKey || event.metaKey;
    // The scroll bar is not ours.
    if (start.x > size().width) return;
    event.preventDefault();
    scroller.focus({ preventScroll: true });
    scroller.setPointerCapture(event.pointerId);
    const listeners = new AbortController();
    let hasMoved = false;
    const move = (next: PointerEvent): void => {
      hasMoved ||= Math.hypot(next.clientX - event.clientX, next.clientY - event.clientY) > clickSlop;
      if (!hasMoved || !scroller) return;
      const box = scroller.getBoundingClientRect();
      if (next.clientY > box.bottom) scroller.scrollTop += next.clientY - box.bottom;
      if (next.clientY < box.top) scroller.scrollTop -= box.top - next.clientY;
      setBand([start, at(next)]);
    };
    const end = (next: PointerEvent): void => {
      listeners.abort();
      const corners = band();
      setBand(undefined);
      if (hasMoved && corners) {
        selection.several(
          tilesBetween(geometry(), gallery.picks().length, ...corners),
          adds || event.shiftKey,
        );
      } else if (next.type === 'pointerup') {
        if (index === undefined) selection.clear();
        else if (event.shiftKey) selection.through(index);
        else if (adds) selection.toggle(index);
        else selection.only(index);
      }
    };
    const { signal } = listeners;
    scroller.addEventListener('pointermove', move, { signal });
    scroller.addEventListener('pointerup', end, { signal });
    scroller.addEventListener('pointercancel', end, { signal });
  };
  const onKey = (event: KeyboardEvent): void => {
    const cursor = selection.cursor();
    const rowsInSight = Math.floor(size().height / (gallery.tilePx() + tileGap));
    const grid = { count: gallery.picks().length, columns: geometry().columns, rowsInSight };
    if (selectByKey(selection, event, grid)) event.preventDefault();
    else if (event.key === 'Enter') {
      const chosen = pick(cursor);
      if (chosen) void gallery.goTo(chosen);
    } else if (event.key === 'Delete' || event.key === 'Backspace') {
      if (gallery.shows() === 'thrown') gallery.bringBack();
      else gallery.throwOut();
    } else if (event.key === 'Escape' && selection.chosen().size > 0) selection.clear();
    else return;
    event.preventDefault();
  };
  /** What the keyboard is on, in words. */
  const words = (): string => {
    const place = selection.cursor();
    const current = pick(place);
    if (place === undefined || !current) return 'No pick';
    const score = current.origin === 'manual' ? 'by hand' : `score ${current.score.toPrecision(2)}`;
    const side = gallery.isKept(current) ? '' : ', below the threshold';
    const where = `column ${Math.round(current.x)}, row ${Math.round(current.y)}`;
    const of = gallery.micrographOf(current);
    return `Pick ${place + 1} of ${gallery.picks().length}, ${score}${side}, ${where}${of ? ` of ${of}` : ''}`;
  };
  return (
    <div
      class="gallery-grid"
      ref={(element) => {
        scroller = element;
      }}
      tabIndex={0}
      role="listbox"
      aria-multiselectable="true"
      aria-label="Boxes of the picks: arrow keys move, Space selects, Delete throws out, Enter shows the place"
      aria-activedescendant={selection.cursor() === undefined ? undefined : id}
      data-testid="gallery-grid"
      data-columns={geometry().columns}
      onScroll={(event) => setScroll(event.currentTarget.scrollTop)}
      onFocus={() => setFocus(true)}
      onBlur={() => setFocus(false)}
      onKeyDown={onKey}
      onPointerDown={press}
      onPointerMove={(event) => view.setHighlighted(pick(indexAt(event)))}
      onPointerLeave={() => view.setHighlighted(undefined)}
      onDblClick={(event) => {
        const under = pick(indexAt(event));
        if (under) void gallery.goTo(under);
      }}
    >
      <canvas
        ref={(element) => {
          canvas = element;
        }}
        style={{ width: `${size().width}px`, height: `${size().height}px` }}
      />
      <div
        style={{ height: `${Math.max(0, geometry().height + actionsPx - size().height)}px` }}
        aria-hidden="true"
      />
      <div
        class="unseen"
        role="option"
        id={id}
        tabIndex={-1}
        aria-selected={isChosen(pick(selection.cursor()))}
        aria-posinset={(selection.cursor() ?? 0) + 1}
        aria-setsize={gallery.picks().length}
      >
        {words()}
      </div>
    </div>
  );
}
