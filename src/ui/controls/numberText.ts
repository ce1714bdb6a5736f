export interface NumberRules {
  readonly min?: number;
  readonly max?: number;
  /** Empty means "off" or "not known". */
  readonly optional?: boolean;
  readonly integer?: boolean;
}

export type ParsedNumber =
  | { readonly ok: true; readonly value: number | undefined }
  | { readonly ok: false; readonly problem: string };

/** Reads what a person typed: a comma is as good as a point. */
export function parseNumberText(text: string, rules: NumberRules): ParsedNumber {
  const trimmed = text.trim().replace(',', '.');
  if (trimmed === '') {
    return rules.optional ? { ok: true, value: undefined } : { ok: false, problem: 'Enter a number.' };
  }
  const value = Number(trimmed);
  if (!Number.isFinite(value)) return { ok: false, problem: `“${text.trim()}” is not a number.` };
  if (rules.integer && !Number.isInteger(value)) return { ok: false, problem: 'Enter a whole number.' };
  if (rules.min !== undefined && value < rules.min) return { ok: false, problem: `At least ${rules.min}.` };
  if (rules.max !== undefined && value > rules.max) return { ok: false, problem: `At most ${rules.max}.` };
  return { ok: true, value };
}

/** As many digits as a person would write. */
export function numberText(value: number | undefined, digits = 4): string {
  return value === undefined ? '' : String(Number(value.toPrecision(digits)));
}
