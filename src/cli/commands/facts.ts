import type { FileFact } from '../../formats/image.ts';
import type { CommandContext } from '../command.ts';

const MARKS = { good: '✓', doubtful: '?', wrong: '✗' } as const;
/** Characters; a longer value pushes its meaning to the right. */
const WIDEST_VALUE = 24;

/** What a file says of itself as a table with verdicts, and a line that sums up. */
export function printFacts(context: CommandContext, facts: readonly FileFact[]): void {
  const nameWidth = Math.max(...facts.map(({ name }) => name.length));
  const valueWidth = Math.min(WIDEST_VALUE, Math.max(...facts.map(({ value }) => value.length)));
  for (const { name, value, meaning, verdict } of facts) {
    const row = `  ${MARKS[verdict]} ${name.padEnd(nameWidth)}  ${value.padEnd(valueWidth)}  ${meaning}`;
    context.print(row.trimEnd());
  }
  context.print(`  ${summary(facts)}`);
}

function summary(facts: readonly FileFact[]): string {
  const named = (verdict: FileFact['verdict']) => [
    ...new Set(facts.filter((fact) => fact.verdict === verdict).map(({ name }) => name)),
  ];
  const wrong = named('wrong');
  const doubtful = named('doubtful');
  const parts = [
    ...(wrong.length > 0 ? [`${wrong.length} wrong (${wrong.join('; ')})`] : []),
    ...(doubtful.length > 0 ? [`${doubtful.length} doubtful (${doubtful.join('; ')})`] : []),
  ];
  return parts.length === 0 ? 'All is in order.' : `${parts.join(', ')}.`;
}
