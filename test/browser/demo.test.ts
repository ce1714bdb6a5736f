/** The first click of a newcomer, with no file at hand: the demo, picked and judged against its own truth. */
import { expect, test } from 'vitest';
import { describeBrowser } from '../support/browser.ts';

describeBrowser('the demo', (browser) => {
  test('is simulated, shown, picked, and agrees with its truth', async () => {
    const page = await browser().open();
    const at = (testid: string) => page.getByTestId(testid);
    await at('demo').click();
    await at('pixel-size').waitFor({ timeout: 60_000 });
    await browser().drawn();
    expect(await at('diameter').inputValue()).toBe('150');
    await at('pick').click();
    await at('demo-truth').waitFor({ timeout: 150_000 });
    const [precision = 0, recall = 0] =
      ((await at('demo-truth').textContent()) ?? '').match(/\d+/g)?.map(Number) ?? [];
    expect(precision).toBeGreaterThan(70);
    expect(recall).toBeGreaterThan(70);
    await browser().screenshot('15-demo');
  });
});
