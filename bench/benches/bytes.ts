// Bytes a visitor downloads before anything can be clicked, gzipped. Node and Chromium.
import { gzipSync } from 'node:zlib';
import { ensureBuild } from '../../scripts/lib/build.mjs';
import { DIST_DIR } from '../../scripts/lib/paths.mjs';
import { measureSdk, SDK_LIMIT_BYTES } from '../../scripts/lib/sdk-size.mjs';
import { TalkBrowser } from '../../talk/browser.ts';
import { openSite } from '../../talk/site.ts';
import type { Bench, BenchCase, CaseSession, Quantity } from '../measure/bench.ts';

const SDK = 'SDK core';
const APP = 'app, before the first click';
const OURS = 'ours';

/** Published or measured once, gzipped; not measured here. */
const PUBLISHED_BYTES: Readonly<Record<string, number>> = {
  'ElevenLabs embed (constant)': 191_000,
  'livekit-client (constant)': 154_000,
  'Pipecat client (constant)': 27_000,
};
/** What loads by itself has loaded by then. */
const SETTLE_MS = 1_500;

export function createBytesBench(): Bench {
  return {
    name: 'bytes',
    cases: [toCase(SDK, measureSdkBytes), toCase(APP, measureAppBytes)],
    quantities: [
      ...Object.keys(PUBLISHED_BYTES).map((theirs) => toQuantity(SDK, theirs)),
      toQuantity(APP, null),
    ],
    notes: ['The sizes of other SDKs are constants: they are not measured in the run.'],
  };
}

function toQuantity(of: string, theirs: string | null): Quantity {
  const target = of === SDK ? ({ of: 'ours', atMost: SDK_LIMIT_BYTES } as const) : null;
  const named = { quantity: 'gzipped size', unit: 'bytes', case: of, figure: 'bytes' } as const;
  return { ...named, ours: OURS, theirs, target, isExact: true };
}

function toCase(id: string, measureOurs: () => Promise<number>): BenchCase {
  const session: CaseSession = {
    measure: async (arm) => ({
      bytes: arm === OURS ? await measureOurs() : (PUBLISHED_BYTES[arm] ?? null),
    }),
    close: async () => undefined,
  };
  const arms = id === SDK ? [OURS, ...Object.keys(PUBLISHED_BYTES)] : [OURS];
  return { id, arms, rounds: { full: 1, quick: 1 }, open: async () => session };
}

async function measureSdkBytes(): Promise<number> {
  return (await measureSdk()).gzipBytes;
}

/** Everything the built app asks for by itself, whatever it is. */
async function measureAppBytes(): Promise<number> {
  await ensureBuild();
  const site = await openSite({ isIsolated: true, folder: DIST_DIR });
  const browser = await TalkBrowser.launch({ captureFile: null, allowedHosts: [] });
  try {
    const page = await browser.open('about:blank');
    const bodies: Promise<Buffer>[] = [];
    page.on('response', (response) => bodies.push(response.body()));
    await page.goto(`${site.origin}/index.html`, { waitUntil: 'networkidle' });
    await page.waitForTimeout(SETTLE_MS);
    return (await Promise.all(bodies)).reduce((sum, body) => sum + gzipSync(body).length, 0);
  } finally {
    await browser.close();
    await site.close();
  }
}
