import { type Accessor, createSignal } from 'solid-js';
import { isAbort, messageOf } from '../../core/errors.ts';
import { FIRST_CLASS } from '../../dataset/pickClasses.ts';
import { fileStem } from '../../platform/browser/fileNames.ts';
import { chooseSaveTarget } from '../../platform/browser/files.ts';
import type { ShownKind } from '../../rpc/contract.ts';
import {
  type DrawPicks,
  drawView,
  figureOf,
  largestRatio,
  linesOf,
  marksOf,
  maskOf,
} from '../viewer/drawView.ts';
import type { PickStyle } from '../viewer/pickStyle.ts';
import { scaleBar } from '../viewer/scaleBar.ts';
import { type DrawnView, viewSvg } from '../viewer/viewSvg.ts';
import { madeLabel } from './filterWords.ts';
import type { Look } from './look.ts';
import type { Mask } from './mask.ts';
import type { Measuring } from './measuring.ts';
import type { PickLookState } from './pickLook.ts';
import { pickDiameterPx } from './picks.ts';
import type { WorkDependencies } from './work.ts';

export type PictureFormat = 'png' | 'svg';
/** Pixels of the picture per pixel of the screen; full is one per pixel of the file. */
export type PictureSize = '1' | '2' | 'full';

export interface PictureSettings {
  readonly format: PictureFormat;
  readonly size: PictureSize;
  readonly hasBar: boolean;
  readonly hasPicks: boolean;
  /** Mask and measurements. */
  readonly hasNotes: boolean;
}

/** The view as a picture for talks and papers. */
export interface ViewPicture {
  /** Whether it is asked how to save it. */
  readonly isOpen: Accessor<boolean>;
  setOpen(open: boolean): void;
  readonly settings: Accessor<PictureSettings>;
  set(change: Partial<PictureSettings>): void;
  /** Width and height that it will have, px; cut to what a canvas can have. */
  readonly pixels: Accessor<{ readonly width: number; readonly height: number; readonly isCut: boolean }>;
  save(): Promise<void>;
  /** To the clipboard, as PNG. */
  copy(): Promise<void>;
}

const types = {
  png: { description: 'PNG picture', accept: { 'image/png': ['.png'] } },
  svg: { description: 'SVG picture', accept: { 'image/svg+xml': ['.svg'] } },
} as const;

const lineWidth = 1.75;

export interface ViewPictureDependencies extends WorkDependencies {
  readonly look: Look;
  readonly mask: Mask;
  readonly measuring: Measuring;
  readonly pickLook: PickLookState;
}

export function createViewPicture(dependencies: ViewPictureDependencies): ViewPicture {
  const { document, mask, measuring, parameters, picks, pickLook, view, tasks, notices } = dependencies;
  const [isOpen, setOpen] = createSignal(false);
  const [settings, setSettings] = createSignal<PictureSettings>({
    format: 'png',
    size: '2',
    hasBar: true,
    hasPicks: true,
    hasNotes: true,
  });

  const wantedRatio = ({ size }: PictureSettings): number =>
    size === 'full' ? Math.max(1, 1 / view.view().scale) : Number(size);
  const ratio = (wanted = settings()): number => Math.min(wantedRatio(wanted), largestRatio(view.canvas()));

  const marks = ({ hasPicks }: PictureSettings): DrawPicks | undefined => {
    if (!hasPicks || !view.picksVisible()) return undefined;
    const style: PickStyle = {
      visible: true,
      radius: pickLook.radiusPx(),
      lineWidth,
      threshold: parameters.values.threshold,
      highlighted: undefined,
      look: pickLook.look(),
    };
    return { picks: picks.distinct(), style, marks: { ...pickLook.marks(), isChosen: () => false } };
  };
  const labelOf = (kind: ShownKind): string => {
    if (kind === 'raw') return 'Raw';
    return kind === 'residual' ? 'Residual' : madeLabel(kind, document.made(kind));
  };
  const filaments = (pane: number) =>
    linesOf(
      view,
      pane,
      picks.shownFilaments(),
      pickDiameterPx(parameters.values.diameterAngstrom, parameters.values.pixelSizeAngstrom),
      (filament) => picks.classes.list()[picks.classes.numberOf(filament)]?.colour ?? FIRST_CLASS.colour,
    );
  const overlays = (wanted: PictureSettings): DrawnView => ({
    size: view.canvas(),
    title: document.opened()?.name ?? '',
    panes: view.panes().map(({ clip, kind }, i) => {
      const drawn = wanted.format === 'svg' ? marks(wanted) : undefined;
      return {
        clip,
        mask:
          wanted.hasNotes && mask.isVisible() ? maskOf(view, i, mask.bitmap(), mask.opacity()) : undefined,
        figure: wanted.hasNotes
          ? figureOf(view, i, measuring.figure(), measuring.widthPx(), parameters.values.pixelSizeAngstrom)
          : undefined,
        marks: drawn ? marksOf(view, i, drawn) : [],
        lines: wanted.hasPicks && view.picksVisible() ? filaments(i) : [],
        label: view.panes().length > 1 ? labelOf(kind) : undefined,
      };
    }),
    bar: wanted.hasBar ? scaleBar(view.view().scale, parameters.values.pixelSizeAngstrom) : undefined,
    lineWidth,
  });

  const make = async (wanted: PictureSettings): Promise<Blob | undefined> =>
    await tasks.run('view', 'Drawing the view', async (options) => {
      const size = ratio(wanted);
      // As they are now: the user may go on meanwhile.
      const over = overlays(wanted);
      const isVector = wanted.format === 'svg';
      const canvas = await drawView(dependencies, size, isVector ? undefined : marks(wanted), options);
      const context = canvas.getContext('2d');
      if (!isVector && context) await drawSvg(context, viewSvg(over, undefined, size));
      const png = await blobOf(canvas);
      if (!isVector) return png;
      return new Blob([viewSvg(over, await dataUrl(png))], { type: 'image/svg+xml' });
    });

  const save = async (): Promise<void> => {
    const opened = document.opened();
    if (!opened) return;
    const wanted = settings();
    try {
      const stem = fileStem(opened.name);
      const target = await chooseSaveTarget(`${stem}-view.${wanted.format}`, types[wanted.format]);
      if (!target) return;
      setOpen(false);
      const blob = await make(wanted);
      if (!blob) return;
      await target.write(blob);
      notices.info(`The view was saved to ${target.name}.`);
    } catch (error) {
      notices.failure(error);
    }
  };
  const copy = async (): Promise<void> => {
    if (!document.opened()) return;
    const wanted: PictureSettings = { ...settings(), format: 'png' };
    try {
      const made = make(wanted).then((blob) => blob ?? Promise.reject(new DOMException('', 'AbortError')));
      // The clipboard must be asked while the key is still warm: it waits for the picture itself.
      await navigator.clipboard.write([new ClipboardItem({ 'image/png': made })]);
      notices.info('The view was copied: paste it into a slide or a document.');
    } catch (error) {
      if (isAbort(error)) return;
      notices.error(`The view could not be copied: ${messageOf(error)} Save it as a file instead.`);
    }
  };

  return {
    isOpen,
    setOpen,
    settings,
    set: (change) => setSettings((before) => ({ ...before, ...change })),
    pixels: () => {
      const { width, height } = view.canvas();
      const by = ratio();
      const isCut = by < wantedRatio(settings());
      return { width: Math.round(width * by), height: Math.round(height * by), isCut };
    },
    save,
    copy,
  };
}

async function blobOf(canvas: HTMLCanvasElement): Promise<Blob> {
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/png'));
  if (!blob) throw new Error('The picture is too large for this browser: choose a smaller size.');
  return blob;
}

/** Lays an SVG of the canvas's size over what is on it. */
async function drawSvg(context: CanvasRenderingContext2D, svg: string): Promise<void> {
  const picture = new Image();
  picture.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await picture.decode();
  context.drawImage(picture, 0, 0, context.canvas.width, context.canvas.height);
}

function dataUrl(blob: Blob): Promise<string> {
  return new Promise((done, fail) => {
    const reader = new FileReader();
    reader.onload = () => done(typeof reader.result === 'string' ? reader.result : '');
    reader.onerror = () => fail(reader.error);
    reader.readAsDataURL(blob);
  });
}
