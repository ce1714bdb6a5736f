import type { Setting } from '../state/paletteEntries.ts';

/** Fields, sliders and choices of the panels as they are now, under the names that a screen reader gives them. */
export function settingsInSight(): readonly Setting[] {
  const inputs = document.querySelectorAll<HTMLElement>('.panel input, .panel select, .viewbar input');
  return [...inputs].flatMap((input) => {
    const label = nameOf(input);
    // Of choices side by side the one that holds stands for all.
    if (input.matches('[type="radio"]:not(:checked)')) return [];
    if (!label || input.closest('[hidden]') || input.matches(':disabled, [type="file"]')) return [];
    const focus = (): void => {
      input.scrollIntoView({ block: 'center' });
      input.focus();
      if (input instanceof HTMLInputElement && input.type === 'text') input.select();
    };
    return [{ label, focus }];
  });
}

function nameOf(input: HTMLElement): string {
  const group = input.matches('[type="radio"]') && input.closest('fieldset')?.getAttribute('aria-label');
  if (group) return group;
  const own = input.getAttribute('aria-label');
  if (own) return own;
  const labels =
    input instanceof HTMLInputElement || input instanceof HTMLSelectElement ? input.labels : null;
  const label = labels?.[0]?.textContent?.trim() ?? '';
  const unit = input.parentElement?.querySelector('.unit')?.textContent;
  return unit ? `${label}, ${unit}` : label;
}
