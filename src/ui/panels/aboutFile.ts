import type { Acquisition, FileFact } from '../../formats/image.ts';
import type { OpenedMicrograph } from '../../rpc/contract.ts';

export type Verdict = FileFact['verdict'];

/** The facts in one sentence, and the worst verdict among them. */
export function summaryOf(facts: readonly FileFact[]): { readonly verdict: Verdict; readonly text: string } {
  const count = (verdict: Verdict): number => facts.filter((fact) => fact.verdict === verdict).length;
  const wrong = count('wrong');
  const doubtful = count('doubtful');
  const things = (number: number, word: string): string =>
    `${number} ${word} thing${number === 1 ? '' : 's'}`;
  if (wrong > 0) {
    const more = doubtful > 0 ? ` and ${things(doubtful, 'doubtful')}` : '';
    return { verdict: 'wrong', text: `${things(wrong, 'wrong')}${more} in the header` };
  }
  if (doubtful > 0) return { verdict: 'doubtful', text: `${things(doubtful, 'doubtful')} in the header` };
  return { verdict: 'good', text: 'Everything in the header makes sense' };
}

/** What the file says of its recording, with units. */
export function acquisitionRows(
  acquisition: Acquisition,
): readonly (readonly [name: string, value: string])[] {
  const rows: (readonly [string, number | undefined, string, number])[] = [
    ['Voltage', acquisition.voltageKilovolt, 'kV', 1],
    ['Dose of the whole exposure', acquisition.doseElectronsPerSquareAngstrom, 'e/Å²', 1],
    ['Underfocus', acquisition.defocusAngstrom, 'µm', 1e-4],
    ['Tilt', acquisition.tiltDegrees, '°', 1],
    ['Magnification', acquisition.magnification, '×', 1],
    ['Exposure time', acquisition.exposureSeconds, 's', 1],
  ];
  return rows.flatMap(([name, value, unit, scale]) =>
    value === undefined
      ? []
      : [[name, `${Number((value * scale).toPrecision(5))}${unit === '°' ? '' : '\u00a0'}${unit}`] as const],
  );
}

/** All of it as text with tabs, for a mail or a table. */
export function factsText(opened: OpenedMicrograph): string {
  const { name, description, facts, warnings, acquisition } = opened;
  return [
    name,
    description,
    summaryOf(facts).text,
    ...warnings,
    ...acquisitionRows(acquisition).map((row) => row.join('\t')),
    ...facts.map((fact) => [fact.name, fact.value, fact.meaning, fact.verdict].join('\t')),
    '',
  ].join('\n');
}
