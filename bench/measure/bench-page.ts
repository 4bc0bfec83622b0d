// A page of the benchmarks in a Chromium of its own, with weights, peers and recordings served to it. Node.
import path from 'node:path';
import type { Page } from 'playwright-core';
import { BUILD_STATE_DIR, RECORDINGS_DIR } from '../../scripts/lib/paths.mjs';
import { TalkBrowser } from '../../talk/browser.ts';
import { ensurePages, PRODUCT_SOURCES } from '../../talk/page-build.ts';
import type { PageBuild } from '../../talk/page-build.ts';
import { openSite } from '../../talk/site.ts';
import type { SiteOptions } from '../../talk/site.ts';
import { ensurePeers, PEER_MOUNTS } from './peers.ts';

const BENCH: PageBuild = {
  name: 'bench',
  configFile: 'bench/vite.config.ts',
  sources: [
    ...PRODUCT_SOURCES,
    ...['talk/page', 'bench/pages', 'bench/workers', 'bench/worklets', 'bench/vite.config.ts'],
    'bench/peers/package-lock.json',
  ],
};

export const BENCH_PAGES_DIR: string = path.join(BUILD_STATE_DIR, BENCH.name);

export interface OpenPage {
  readonly page: Page;
  readonly browser: TalkBrowser;
  readonly origin: string;
  readonly close: () => Promise<void>;
}

/** Installs the peers and builds the pages, where that was not done. */
export async function ensureBenchPages(): Promise<void> {
  await ensurePeers();
  await ensurePages(BENCH);
}

/** @param name of the page's folder in `bench/pages`. The pages must have been built. */
export async function openBenchPage(
  name: string,
  options: Pick<SiteOptions, 'isIsolated' | 'mounts'>,
): Promise<OpenPage> {
  const recordings = { prefix: '/recordings/', folder: RECORDINGS_DIR };
  const site = await openSite({
    isIsolated: options.isIsolated,
    folder: BENCH_PAGES_DIR,
    mounts: [recordings, ...PEER_MOUNTS, ...(options.mounts ?? [])],
  });
  try {
    const browser = await TalkBrowser.launch({ captureFile: null, allowedHosts: [] });
    const page = await browser.open(`${site.origin}/pages/${name}/index.html`);
    const close = async (): Promise<void> => {
      await browser.close();
      await site.close();
    };
    return { page, browser, origin: site.origin, close };
  } catch (error) {
    await site.close();
    throw error;
  }
}
