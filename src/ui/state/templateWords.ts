import type { TemplateResult } from '../../rpc/contract.ts';

/** "12 clicks → 148 candidates, 0.08 s", and what other micrographs gave to it. */
export function templateWords(
  clicks: number,
  candidates: number,
  { examples, seconds }: Pick<TemplateResult, 'examples' | 'seconds'>,
): string {
  const others = examples.particles - clicks;
  const elsewhere = examples.micrographs - (clicks > 0 ? 1 : 0);
  const known = [
    ...(clicks > 0 || others === 0 ? [counted(clicks, 'click')] : []),
    ...(others > 0 ? [`${counted(others, 'click')} on ${counted(elsewhere, 'other micrograph')}`] : []),
  ].join(' and ');
  return `${known} → ${counted(candidates, 'candidate')}, ${secondsText(seconds)}`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function secondsText(seconds: number): string {
  return `${seconds < 0.1 ? seconds.toFixed(2) : seconds.toFixed(1)}\u00a0s`;
}
