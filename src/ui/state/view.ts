import { type Accessor, createMemo, createSignal } from 'solid-js';
import type { Pick } from '../../dataset/picks.ts';
import type { ContrastWindow, ShownKind } from '../../rpc/contract.ts';
import { fromBrightness, toBrightness } from '../viewer/contrast.ts';
import {
  layoutPanes,
  type Pane,
  paneAt,
  type SidePictures,
  type ViewMode,
  type Wipe,
} from '../viewer/panes.ts';
import {
  clampView,
  type Flip,
  fitView,
  type Point,
  type Rect,
  type Size,
  type View,
  zoomTo,
} from '../viewer/transform.ts';

export type Theme = 'dark' | 'light';
/** What the user wants; the theme follows. */
export type ThemeChoice = Theme | 'system';
export type Tool =
  | 'pan'
  | 'add'
  | 'erase'
  | 'lasso'
  | 'rectangle'
  | 'move'
  | 'filament'
  | 'measure'
  | 'ruler'
  | 'profile'
  | 'region'
  | 'mask-add'
  | 'mask-erase';

export const eraserLimits = { min: 6, max: 160, step: 1.25 } as const;
const nothing: Size = { width: 1, height: 1 };

/** What is on the screen and how: place and zoom, panes, contrast, tool. */
export interface ViewState {
  readonly view: Accessor<View>;
  readonly canvas: Accessor<Size>;
  readonly image: Accessor<Size>;
  readonly panes: Accessor<readonly Pane[]>;
  readonly mode: Accessor<ViewMode>;
  readonly tool: Accessor<Tool>;
  readonly split: Accessor<number>;
  /** What is shown side by side, if anything is. */
  readonly side: Accessor<SidePictures>;
  readonly wipe: Accessor<Wipe>;
  readonly picksVisible: Accessor<boolean>;
  readonly inverted: Accessor<boolean>;
  /** How the picture is mirrored on the screen, of this tab alone: nothing that is saved changes. */
  readonly flip: Accessor<Flip>;
  /** Radius of the eraser, CSS px. */
  readonly eraser: Accessor<number>;
  /** The cursor on the canvas, CSS px; undefined when it is elsewhere. */
  readonly cursor: Accessor<Point | undefined>;
  /** The pick under the cursor. */
  readonly highlighted: Accessor<Pick | undefined>;
  readonly theme: Accessor<Theme>;
  readonly themeChoice: Accessor<ThemeChoice>;
  /** The user is choosing the diameter: its circle is shown even without a cursor. */
  readonly isSizing: Accessor<boolean>;
  contrast(kind: ShownKind): ContrastWindow;
  automaticContrast(kind: ShownKind): ContrastWindow;
  /** Sets the view, inside its limits. */
  move(view: View): void;
  zoomAt(anchor: Point, scale: number): void;
  /** Zooms around the middle of the first pane. */
  zoomBy(factor: number): void;
  fit(): void;
  oneToOne(anchor?: Point): void;
  resize(canvas: Size): void;
  showImage(image: Size): void;
  setMode(mode: ViewMode): void;
  setTool(tool: Tool): void;
  setSplit(share: number): void;
  setSide(pictures: SidePictures): void;
  setWipe(change: Partial<Wipe>): void;
  setPicksVisible(visible: boolean): void;
  setInverted(inverted: boolean): void;
  setFlip(change: Partial<Flip>): void;
  setEraser(radius: number): void;
  setCursor(cursor: Point | undefined): void;
  setHighlighted(pick: Pick | undefined): void;
  /** What is shown; `setThemeChoice` decides. */
  setTheme(theme: Theme): void;
  setThemeChoice(choice: ThemeChoice): void;
  setSizing(isSizing: boolean): void;
  setContrast(kind: ShownKind, window: ContrastWindow): void;
  setAutomaticContrast(kind: ShownKind, window: ContrastWindow): void;
  /** The same for a picture of the same field: the user's own brightness and contrast stay. */
  renewAutomaticContrast(kind: ShownKind, window: ContrastWindow): void;
}

export function createViewState(): ViewState {
  const [place, setView] = createSignal<View>({ u: 0, v: 0, scale: 1 });
  const [flip, setFlip] = createSignal<Flip>({ x: false, y: false });
  const view = createMemo((): View => (flip().x || flip().y ? { ...place(), flip: flip() } : place()));
  const [fitted, setFitted] = createSignal(true);
  const [canvas, setCanvas] = createSignal<Size>(nothing);
  const [image, setImage] = createSignal<Size>(nothing);
  const [mode, setModeSignal] = createSignal<ViewMode>('raw');
  const [tool, setTool] = createSignal<Tool>('pan');
  const [split, setSplitSignal] = createSignal(0.5);
  const [wipe, setWipe] = createSignal<Wipe>({ share: 0.5, left: 'raw', right: 'filtered' });
  const [side, setSideSignal] = createSignal<SidePictures>(['raw', 'filtered']);
  const [picksVisible, setPicksVisible] = createSignal(true);
  const [inverted, setInverted] = createSignal(false);
  const [eraser, setEraserSignal] = createSignal(28);
  const [cursor, setCursor] = createSignal<Point>();
  const [highlighted, setHighlighted] = createSignal<Pick>();
  const [theme, setTheme] = createSignal<Theme>('dark');
  const [themeChoice, setThemeChoice] = createSignal<ThemeChoice>('system');
  const [isSizing, setSizing] = createSignal(false);
  const start: ContrastWindow = { black: -3, white: 3 };
  const automatic = {
    raw: createSignal(start),
    filtered: createSignal(start),
    denoised: createSignal(start),
    residual: createSignal(start),
  };
  const chosen = {
    raw: createSignal(start),
    filtered: createSignal(start),
    denoised: createSignal(start),
    residual: createSignal(start),
  };
  const panes = createMemo(() =>
    layoutPanes({ mode: mode(), side: side(), split: split(), wipe: wipe() }, canvas()),
  );
  /** The narrowest pane: a fit must suit all. */
  const pane = (): Size =>
    panes().reduce<Size>((a, { rect }) => (rect.width < a.width ? rect : a), { ...canvas() });

  const fitImage = (): void => {
    setFitted(true);
    setView(fitView(image(), pane()));
  };
  const move = (next: View): void => {
    setFitted(false);
    const { u, v, scale } = clampView(next, image(), pane());
    setView({ u, v, scale });
  };
  const paneAround = (anchor: Point): Rect => paneAt(panes(), anchor)?.rect ?? { x: 0, y: 0, ...canvas() };
  const zoomAt = (anchor: Point, scale: number): void => {
    const limited = clampView({ ...view(), scale }, image(), pane()).scale;
    move(zoomTo(view(), paneAround(anchor), anchor, limited));
  };
  const middle = (): Point => {
    const rect = panes()[0]?.rect ?? { x: 0, y: 0, ...canvas() };
    return { x: rect.x + rect.width / 2, y: rect.y + rect.height / 2 };
  };
  const refit = (): void => {
    if (fitted()) fitImage();
  };
  return {
    view,
    canvas,
    image,
    panes,
    mode,
    tool,
    split,
    side,
    wipe,
    picksVisible,
    inverted,
    flip,
    eraser,
    cursor,
    highlighted,
    theme,
    themeChoice,
    isSizing,
    contrast: (kind) => chosen[kind][0](),
    automaticContrast: (kind) => automatic[kind][0](),
    move,
    zoomAt,
    zoomBy: (factor) => zoomAt(middle(), view().scale * factor),
    fit: fitImage,
    oneToOne: (anchor) => zoomAt(anchor ?? middle(), 1 / window.devicePixelRatio),
    resize: (size) => {
      // Hidden, by a gallery that takes the whole window: it comes back as it was.
      if (size.width === 0 || size.height === 0) return;
      setCanvas(size);
      refit();
    },
    showImage: (size) => {
      const same = size.width === image().width && size.height === image().height;
      setImage(size);
      if (!same) fitImage();
    },
    setMode: (next) => {
      setModeSignal(next);
      refit();
    },
    setTool,
    setSplit: (share) => {
      setSplitSignal(Math.min(0.85, Math.max(0.15, share)));
      refit();
    },
    setSide: (pictures) => {
      setSideSignal(pictures);
      refit();
    },
    setWipe: (change) =>
      setWipe((before) => {
        const next = { ...before, ...change };
        return { ...next, share: Math.min(1, Math.max(0, next.share)) };
      }),
    setPicksVisible,
    setInverted,
    setFlip: (change) => setFlip((before) => ({ ...before, ...change })),
    setEraser: (radius) => setEraserSignal(Math.min(eraserLimits.max, Math.max(eraserLimits.min, radius))),
    setCursor,
    setHighlighted,
    setTheme,
    setThemeChoice,
    setSizing,
    setContrast: (kind, window) => chosen[kind][1](window),
    setAutomaticContrast: (kind, window) => {
      automatic[kind][1](window);
      chosen[kind][1](window);
    },
    renewAutomaticContrast: (kind, window) => {
      const before = automatic[kind][0]();
      const own = chosen[kind][0]();
      const isOwn = own.black !== before.black || own.white !== before.white;
      automatic[kind][1](window);
      chosen[kind][1](isOwn ? fromBrightness(window, toBrightness(before, own)) : window);
    },
  };
}
