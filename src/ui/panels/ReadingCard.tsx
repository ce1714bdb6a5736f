import { createEffect, type JSX, Show } from 'solid-js';
import { type JudgedReading, meaning, zText } from '../state/importReadings.ts';
import { type Backdrop, drawReading } from './readingPicture.ts';

/** One way to read a file of picks: what it looks like, what it says, and how well it fits. */
export function ReadingCard(props: {
  readonly judged: JudgedReading;
  readonly group: string;
  /** Undefined while it is being read. */
  readonly backdrop: Backdrop | undefined;
  readonly diameterPx: number;
  /** Canvas pixels a CSS pixel. */
  readonly ratio: number;
  readonly isChosen: boolean;
  readonly badge: string | undefined;
  readonly testid: string;
  readonly onChoose: () => void;
}): JSX.Element {
  const words = (): string => sentence(meaning(props.judged.reading));
  const draw = (canvas: HTMLCanvasElement): void => {
    createEffect(() => {
      const { backdrop, judged, diameterPx, ratio } = props;
      if (backdrop) drawReading(canvas, backdrop, judged.places, diameterPx, ratio);
    });
  };
  return (
    <label
      class="reading"
      classList={{ chosen: props.isChosen }}
      data-testid={props.testid}
      data-reading={props.judged.reading.id}
    >
      <span class="reading-picture">
        <canvas ref={draw} data-drawn={String(props.backdrop !== undefined)} />
        <Show when={props.badge}>{(text) => <span class="orientation-badge">{text()}</span>}</Show>
      </span>
      <span class="reading-name">
        <input type="radio" name={props.group} checked={props.isChosen} onChange={() => props.onChoose()} />
        <span>{words()}</span>
      </span>
      <span class="muted small" data-testid="reading-score">
        {props.judged.score.label}, {zText(props.judged.score)}
      </span>
    </label>
  );
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
