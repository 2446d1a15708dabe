/** A real Chromium for tests of the pages that people look at. */
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** What a page did that it should not have done. */
export interface Complaints {
  readonly console: string[];
  /** Requests to another host than the page's own. */
  readonly foreign: string[];
}

export class TestBrowser {
  readonly complaints: Complaints = { console: [], foreign: [] };

  private constructor(private readonly browser: Browser) {}

  static async start(): Promise<TestBrowser> {
    return new TestBrowser(await chromium.launch({ executablePath: '/usr/bin/chromium', args: QUIET }));
  }

  /** @param expected complaints of the console that are part of the test */
  async open(url: string, options: BrowserContextOptions = {}, expected = /^$/): Promise<Page> {
    const context = await this.browser.newContext(options);
    const page = await context.newPage();
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type()) && !expected.test(message.text()))
        this.complaints.console.push(message.text());
    });
    page.on('pageerror', ({ message }) => this.complaints.console.push(message));
    page.on('dialog', (dialog) => {
      this.complaints.console.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on('request', (request) => {
      if (new URL(request.url()).host !== new URL(url).host) this.complaints.foreign.push(request.url());
    });
    await page.goto(url);
    return page;
  }

  stop(): Promise<void> {
    return this.browser.close();
  }
}
