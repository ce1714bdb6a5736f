import { createSignal, type JSX, onCleanup } from 'solid-js';
import { Button } from './Button.tsx';

/** "Copied" is said this long, ms. */
const saidFor = 4000;

/** Copies a text, and says so for a while. */
export function CopyButton(props: {
  readonly text: () => string;
  readonly label?: string;
  readonly hint: string;
  readonly compact?: boolean;
  readonly variant?: 'quiet' | 'plain';
  readonly testid: string;
  /** The browser has refused. */
  readonly onFailure: (error: unknown) => void;
}): JSX.Element {
  const [isCopied, setCopied] = createSignal(false);
  let timer: ReturnType<typeof setTimeout> | undefined;
  onCleanup(() => clearTimeout(timer));
  const copy = async (): Promise<void> => {
    try {
      // At once: browsers let a click copy, not what comes long after it.
      await navigator.clipboard.writeText(props.text());
      setCopied(true);
      clearTimeout(timer);
      timer = setTimeout(() => setCopied(false), saidFor);
    } catch (error) {
      props.onFailure(error);
    }
  };
  return (
    <Button
      label={isCopied() ? 'Copied' : (props.label ?? 'Copy')}
      icon={isCopied() ? 'check' : 'copy'}
      compact={props.compact === true}
      variant={props.variant ?? 'plain'}
      hint={props.hint}
      testid={props.testid}
      onClick={() => void copy()}
    />
  );
}
