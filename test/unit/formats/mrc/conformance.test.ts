/** Every file of the shared conformance set, good and bad, field by field. */
import { basename } from 'node:path';
import { expect, it } from 'vitest';
import { COMPARED, compare, NOT_OF_FILES } from '../../../support/conformance.ts';
import { type Expected, findAll } from '../../../support/conformanceFinding.ts';
import { describeWithShared, hasShared, sharedSource, sharedText } from '../sharedData.ts';

const list = 'data/conformance/expected.json';

describeWithShared(list, 'MRC conformance', () => {
  // Tests are declared also where they are skipped, for want of the list.
  const { files } = JSON.parse(hasShared(list) ? sharedText(list) : '{"files":[]}') as { files: Expected[] };

  it('compares every field of every file we think it has', () => {
    expect(files.length).toBe(96);
    expect(files.filter(({ ok }) => ok).length).toBe(66);
    const fields = new Set(files.flatMap((entry) => Object.keys(entry)));
    const missed = [...fields].filter((field) => !COMPARED.includes(field) && !NOT_OF_FILES.includes(field));
    expect(missed).toEqual([]);
  });

  it.each(files)('$file', async (entry) => {
    compare(entry, basename(entry.file), await findAll(sharedSource(`data/conformance/${entry.file}`)));
  });
});
