/** The page in a real browser, on metrics that no real machine has all at once: many traders, hostile names, trouble. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { describeWith } from '../../support/programs';
import { ROOT } from '../../support/source-files';
import { TestBrowser } from './chromium';
import { contrastOf } from './contrast';
import { type MetricsServer, type PretendedTrader, pretendedPage, serveMetrics } from './pretended-metrics';
import { type ServedPage, servePage } from './served-page';

const REPORTS = join(ROOT, 'reports/status');
const HOSTILE = [
  '<img src=x onerror=alert(1)>',
  '"><script>alert(1)</script>',
  '</span><style>*{display:none}</style>',
  'javascript:alert(1)',
  '\u202egnp.exe',
  '__proto__',
  'constructor',
];
const LONG = `long ${'x'.repeat(10_000)}`;

const traders: readonly PretendedTrader[] = [
  ...HOSTILE.map((name, index) => ({
    id: `hostile-${index}`,
    name,
    newMatches: 1,
    continuing: 1,
    signals: 3,
  })),
  { id: 'long', name: LONG, continuing: 2, signals: 40 },
  { id: 'broken', name: 'Momentum Break', errorType: 'bad_return' },
  ...Array.from({ length: 92 }, (_, index) => ({
    id: `t${index}`,
    name: `Trader ${String(index).padStart(2, '0')}`,
    continuing: index % 3,
    signals: index % 7,
  })),
];

let screenings = 10;
let refusing = false;
let more: readonly PretendedTrader[] = [];
let metrics: MetricsServer;
let served: ServedPage;
let browser: TestBrowser;
let page: Page;

async function open(): Promise<Page> {
  const opened = await browser.open(served.url);
  await opened.waitForSelector('main:not([hidden])', { timeout: 30_000 });
  return opened;
}

describeWith('chromium')('the status page of a machine with 101 traders, some of them hostile', () => {
  beforeAll(async () => {
    metrics = await serveMetrics(() =>
      refusing
        ? { status: 500, text: '' }
        : { status: 200, text: pretendedPage({ traders: [...traders, ...more], screenings }) },
    );
    [served, browser] = await Promise.all([servePage(() => metrics.url), TestBrowser.start()]);
    mkdirSync(REPORTS, { recursive: true });
    page = await open();
  }, 60_000);

  afterAll(async () => {
    await browser?.stop();
    await served?.close();
    metrics?.close();
  });

  it('shows every name as text, however hostile or long', async () => {
    const names = await page.locator('#traders tbody .name').allTextContents();
    expect(names).toHaveLength(traders.length);
    expect(new Set(names)).toEqual(new Set(traders.map(({ name }) => name)));
    expect(await page.locator('img, main script, main style').count()).toBe(0);
    const tallest = await page.evaluate<number>(
      'Math.max(...[...document.querySelectorAll("#traders tr")].map((row) => row.offsetHeight))',
    );
    expect(tallest).toBeLessThan(400);
  });

  it('puts what is wrong first, with evidence and a runbook', async () => {
    screenings = 20;
    await page.waitForSelector('#findings [data-severity="warning"], #findings [data-severity="critical"]');
    expect(await page.locator('#headline').textContent()).toContain('Momentum Break');
    expect(await page.locator('#findings a').first().getAttribute('href')).toMatch(/^\/runbooks\/\w+\.md$/);
    const first = page.locator('#traders tbody tr').first();
    expect(await first.locator('.name').textContent()).toBe('Momentum Break');
    expect(await first.locator('[data-closed="here"]').count()).toBe(1);
    expect(await first.locator('.skipped').textContent()).toBe('skipped: 3 error');
  });

  it('finds a trader among many by a word', async () => {
    await page.locator('#filter').fill('trader 17');
    expect(await page.locator('#traders tbody .name').allTextContents()).toEqual(['Trader 17']);
    expect(await page.locator('#traders-count').textContent()).toBe(`1 of ${traders.length} traders`);
    await page.locator('#filter').fill('no such trader');
    expect(await page.locator('#traders-none').textContent()).toMatch(/No trader/);
    await page.locator('#filter').fill('');
  });

  it.each([
    ['light', 1280],
    ['dark', 1280],
    ['light', 360],
    ['dark', 360],
  ] as const)(
    '%s at %i px: every text has the contrast of WCAG AA, nothing scrolls sideways',
    async (scheme, width) => {
      await page.emulateMedia({ colorScheme: scheme });
      await page.setViewportSize({ width, height: 740 });
      await page.evaluate('for (const one of document.querySelectorAll("details")) one.open = true');
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
      const { weak, texts } = await contrastOf(page);
      expect(texts).toBeGreaterThan(500);
      expect(weak).toEqual([]);
      await page.evaluate('for (const one of document.querySelectorAll("details")) one.open = false');
      const path = join(REPORTS, `many-traders-${scheme}-${width}.png`);
      await page.screenshot({ path, fullPage: true, clip: { x: 0, y: 0, width, height: 1900 } });
    },
  );

  it('is reached by the keyboard alone: every control has its turn and shows it', async () => {
    const page = await open();
    const reached: string[] = [];
    for (let press = 0; press < 12; press++) {
      await page.keyboard.press('Tab');
      reached.push(
        await page.evaluate<string>(`(() => {
          const at = document.activeElement;
          if (at === document.body) return 'end';
          const visible = getComputedStyle(at).outlineStyle !== 'none' || at.classList.contains('skip');
          return (visible ? '' : 'unseen ') + (at.id || at.className || at.textContent);
        })()`),
      );
    }
    expect(reached[0]).toBe('skip');
    expect(reached).toEqual(expect.arrayContaining(['runbook', 'Evidence', 'As a table', 'filter']));
    expect(reached.filter((one) => one.startsWith('unseen'))).toEqual([]);
    await page.close();
  });

  it('skips to the traders, and opens a table by the keyboard', async () => {
    const page = await open();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await expect(page.evaluate('document.activeElement.id')).resolves.toBe('traders-title');
    await page.locator('#matches summary').focus();
    await page.keyboard.press('Enter');
    await page.locator('#matches tbody tr').first().waitFor();
    expect(await page.locator('#matches thead th').allTextContents()).toEqual(['When', 'new', 'continuing']);
    expect(await page.locator('#matches tbody tr').first().textContent()).toMatch(/^now7/);
    await page.close();
  });

  it('speaks once of what is wrong, not of every figure that moved', async () => {
    expect(await page.locator('#announcement').textContent()).toContain('Momentum Break');
    await page.evaluate(`
      globalThis.spoken = 0;
      new MutationObserver((changes) => { spoken += changes.length; })
        .observe(document.getElementById('announcement'), { childList: true, characterData: true, subtree: true })`);
    const before = (await page.locator('#headline').textContent()) ?? '';
    // The headline counts more trouble, and is about the same trader as before.
    more = ['V', 'W', 'X', 'Y', 'Z'].map((name) => ({ id: name, name, errorType: 'bad_return' }));
    while ((await page.locator('#headline').textContent()) === before) await page.waitForTimeout(50);
    expect(await page.locator('#headline').textContent()).toMatch(/^Momentum Break.*more\)$/);
    more = [];
    expect(await page.evaluate('globalThis.spoken')).toBe(0);
  });

  it('says how old it is, and why, when the metrics cannot be read', async () => {
    refusing = true;
    const banner = page.locator('#banner');
    await banner.waitFor({ state: 'visible' });
    expect(await banner.textContent()).toMatch(/answered 500: .* What you see is \d+ s old\./);
    expect(await page.locator('#traders tbody tr').count()).toBeGreaterThanOrEqual(traders.length);
    refusing = false;
    await banner.waitFor({ state: 'hidden' });
  });

  it('says so where there are no metrics at all', async () => {
    const bare = await servePage(() => undefined);
    const page = await browser.open(bare.url);
    const banner = page.locator('#banner');
    await banner.waitFor({ state: 'visible' });
    expect(await banner.textContent()).toMatch(/^No metrics are served/);
    expect(await page.locator('main').isVisible()).toBe(false);
    await page.close();
    await bare.close();
  });

  it('made no complaint in the console and asked no other host', () => {
    expect(browser.complaints).toEqual({ console: [], foreign: [] });
  });
});
