import { describe, expect, it } from 'vitest';
import { goByOneName } from '../../../src/ui/state/exchange.ts';

describe('files dropped together', () => {
  it('go by one name but for what programs put behind it', () => {
    expect(goByOneName('a.star', 'a.mrc')).toBe(true);
    expect(goByOneName('a_autopick.star', 'a.mrc')).toBe(true);
    expect(goByOneName('a.csv', 'a_avg.mrc')).toBe(true);
    expect(goByOneName('a_DW_manualpick.star', 'a.mrc')).toBe(true);
    expect(goByOneName('a_1.star', 'a_10.mrc')).toBe(false);
    expect(goByOneName('b.star', 'a.mrc')).toBe(false);
  });
});
