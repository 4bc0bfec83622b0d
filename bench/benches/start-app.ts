// Getting ready in the app as it is installed: from any static host, by way of its service worker. Node and Chromium.
import { ensureBuild } from '../../scripts/lib/build.mjs';
import { DIST_DIR } from '../../scripts/lib/paths.mjs';
import { NeverReady } from '../../talk/never-ready.ts';
import { openSite } from '../../talk/site.ts';
import type { Page } from 'playwright-core';
import { FULL_ROUNDS, QUICK_ROUNDS } from '../measure/bench.ts';
import type { BenchCase, CaseSession, Quantity } from '../measure/bench.ts';
import { Visitor } from '../measure/visits.ts';

const READY_APP = 'the app, by way of its service worker, to listening';
const FIRST = 'first visit';
const SECOND = 'second visit';
/** What is loaded by itself is kept by then, and the button can be pressed. */
const STAY_MS = 20_000;
const LIMIT_MS = 180_000;
/** Chromium's own microphone beeps. */
const READY_WORDS = ['Listening', 'Hearing you'];

export const APP_CASE: BenchCase = {
  ...{ id: READY_APP, arms: [FIRST, SECOND] },
  ...{ rounds: { full: FULL_ROUNDS, quick: QUICK_ROUNDS }, open: openVisits },
};

export const APP_QUANTITY: Quantity = {
  ...{ quantity: 'navigation to ready', unit: 'ms', case: READY_APP, figure: 'readyMs' },
  ...{ ours: SECOND, theirs: FIRST, target: { of: 'ours', atMost: 5_000 } },
};

/** A host that sends no headers: what isolates the second visit is the service worker. */
async function openVisits(): Promise<CaseSession> {
  await ensureBuild();
  const site = await openSite({ isIsolated: false, folder: DIST_DIR });
  const url = `${site.origin}/`;
  let visitor: Visitor | null = null;
  const visitFirst = async (): Promise<number> => {
    await visitor?.leave();
    visitor = await Visitor.create();
    return visitor.visit(url, (page) => start(page, { isKept: false }), { stayMs: STAY_MS });
  };
  return {
    async measure(arm) {
      if (arm === FIRST) return { readyMs: await visitFirst() };
      if (visitor === null) await visitFirst();
      return {
        readyMs: await visitor!.visit(url, (page) => start(page, { isKept: true }), { stayMs: 0 }),
      };
    },
    async close() {
      await visitor?.leave();
      await site.close();
    },
  };
}

/** Presses the button as soon as it is there; resolves with the time since the navigation began. */
async function start(page: Page, { isKept }: { isKept: boolean }): Promise<number> {
  await page.getByRole('button', { name: 'Start' }).click();
  const ready = await page.waitForFunction(
    (words) => {
      const isReady = words.includes(document.querySelector('.status-words')?.textContent ?? '');
      return isReady ? performance.now() : null;
    },
    READY_WORDS,
    { timeout: LIMIT_MS },
  );
  const isByWorker = await page.evaluate(
    () => crossOriginIsolated && navigator.serviceWorker.controller !== null,
  );
  if (isKept && !isByWorker) {
    throw new NeverReady('the second visit did not come from the service worker');
  }
  return (await ready.jsonValue()) ?? 0;
}
