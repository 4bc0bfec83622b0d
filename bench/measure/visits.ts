// Visits to a page with a profile that stays between them, as a person's browser has. Node.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { chromium } from 'playwright-core';
import type { Page } from 'playwright-core';
import { findChromium } from '../../scripts/lib/chromium.mjs';
import { chromiumFlags } from '../../talk/browser.ts';
import { NeverReady } from '../../talk/never-ready.ts';

/** One person's browser: what the first visit stored is there at the second. */
export class Visitor {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async create(): Promise<Visitor> {
    return new Visitor(await mkdtemp(path.join(tmpdir(), 'parley-visitor-')));
  }

  /**
   * Opens the page, waits until `getReady` tells how long it took, stays, and closes the browser. A browser stores
   * compiled code some time after the page has run it.
   */
  async visit(
    url: string,
    getReady: (page: Page) => Promise<number>,
    { stayMs }: { stayMs: number },
  ): Promise<number> {
    const executablePath = await findChromium();
    if (executablePath === null) throw new NeverReady('no Chromium');
    const options = { captureFile: null, allowedHosts: [] };
    const context = await chromium.launchPersistentContext(path.join(this.#folder, 'profile'), {
      executablePath,
      args: chromiumFlags(options, this.#folder),
    });
    try {
      const page = await context.newPage();
      await page.goto(url);
      const readyMs = await getReady(page);
      await delay(stayMs);
      return readyMs;
    } finally {
      await context.close();
    }
  }

  async leave(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }
}
