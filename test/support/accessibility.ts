/** What axe-core holds against the page as it is: the serious and the critical, in dark and in light. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Violation {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

/** One line for each fault, at most three of a kind. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  await putIn(page);
  // Colours that fade into one another are judged at their end, which a busy page reaches late.
  await page.evaluate(async () => {
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    const fading = document.getAnimations().filter((one) => one instanceof CSSTransition);
    await Promise.allSettled(fading.map(({ finished }) => finished));
  });
  const violations = await page.evaluate(async () => {
    const judge: unknown = Reflect.get(window, 'axe');
    const { run } = judge as { run: (options: object) => Promise<{ violations: unknown[] }> };
    const { violations } = await run({ resultTypes: ['violations'] });
    return violations as unknown as Violation[];
  });
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes
        .slice(0, 3)
        .map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} ${failureSummary ?? ''}`),
    );
}

/**
 * Fails softly where the page has a serious fault, in dark or in light; the page must follow the system's choice, which is put
 * back as it was.
 * @param state what is shown, for the message
 */
export async function expectAccessible(page: Page, state: string): Promise<void> {
  const before = await page.evaluate(() =>
    matchMedia('(prefers-color-scheme: light)').matches ? 'light' : 'dark',
  );
  for (const colorScheme of [before, before === 'light' ? 'dark' : 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.locator(`html[data-theme="${colorScheme}"]`).waitFor();
    expect.soft(await accessibilityFaults(page), `${state}, ${colorScheme}`).toEqual([]);
  }
  await page.emulateMedia({ colorScheme: before });
  await page.locator(`html[data-theme="${before}"]`).waitFor();
}

/** Over the debugger's own wire: the page's policy lets no script in but its own. */
async function putIn(page: Page): Promise<void> {
  if (await page.evaluate(() => 'axe' in window)) return;
  const session = await page.context().newCDPSession(page);
  await session.send('Runtime.evaluate', { expression: axeSource });
  await session.detach();
}
