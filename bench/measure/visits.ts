// Visits to the rig's page with a profile that stays between them, as a person's browser has. Node.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { chromium } from 'playwright-core';
import { findChromium } from '../../scripts/lib/chromium.mjs';
import { chromiumFlags } from '../../talk/browser.ts';
import { NeverReady } from '../../talk/never-ready.ts';
import type { TalkRig } from '../../talk/page/main.ts';
import type { TalkPlan } from '../../talk/page/plan.ts';

declare const talkRig: TalkRig;

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
   * Opens the page, loads every engine, stays, and closes the browser; ms from the navigation to being ready. A browser
   * stores compiled code some time after the page has run it.
   */
  async visit(url: string, plan: TalkPlan, { stayMs }: { stayMs: number }): Promise<number> {
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
      const prepared = await page.evaluate((each) => talkRig.prepare(each), plan);
      if (!prepared.isReady) throw new NeverReady(prepared.failure.message);
      await delay(stayMs);
      return prepared.ready.readyMs;
    } finally {
      await context.close();
    }
  }

  async leave(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }
}
