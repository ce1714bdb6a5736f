import { type JSX, Show } from 'solid-js';
import type { QualityReport } from '../../rpc/contract.ts';
import { useApp } from '../state/app.ts';

/** From these scores on a micrograph is worth picking without a doubt, or at all. */
const [good, doubtful] = [0.7, 0.4];

/** The score of a micrograph; its reason is the tooltip. */
export function QualityBadge(props: { readonly quality: QualityReport }): JSX.Element {
  return (
    <span
      class="quality-score"
      classList={{
        doubtful: props.quality.score < good && props.quality.score >= doubtful,
        poor: props.quality.score < doubtful,
      }}
      title={`Quality ${props.quality.score.toFixed(2)} of 1. ${props.quality.reason}`}
      data-testid="quality-score"
      data-mark={props.quality.mark}
    >
      {props.quality.score.toFixed(2)}
    </span>
  );
}

/** Score and reason of the micrograph on the screen; empty until it was judged, so that nothing jumps. */
export function QualityLine(): JSX.Element {
  const { document, library } = useApp();
  const quality = (): QualityReport | undefined => library.find(document.key())?.quality;
  return (
    <p class="quality" data-testid="quality" title="Quality of the micrograph, 0 to 1, and what weighs most">
      <Show when={quality()} fallback={<span class="muted">Not judged yet</span>}>
        {(found) => (
          <>
            <QualityBadge quality={found()} />
            <span>{found().reason}</span>
          </>
        )}
      </Show>
    </p>
  );
}
