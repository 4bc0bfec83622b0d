// Has the agent's recorded voice transcribed by the product's own recogniser, in a browser. Node.
import type { Page } from 'playwright-core';
import { toS16Base64 } from './audio-files.ts';
import { TalkBrowser } from './browser.ts';
import type { TalkListener } from './listen/main.ts';
import { ensurePage } from './page-build.ts';
import { openSite } from './site.ts';

declare const talkListener: TalkListener;

/** The text of one mono stretch of audio at the rig's rate. */
export type ListenBack = (pcm: Float32Array) => Promise<string>;

/**
 * Silence around the speech, in samples. A small recogniser sometimes hears nothing at all for one
 * amount of silence and everything for another: this asks what the voice says, so it may try again.
 */
const PADS_SAMPLES = [9_600, 0, 19_200];

/** Opens a browser for as long as `work` runs. */
export async function withListenBack<Result>(
  work: (listen: ListenBack) => Promise<Result>,
): Promise<Result> {
  await ensurePage();
  const site = await openSite({ isIsolated: true });
  const browser = await TalkBrowser.launch({ captureFile: null, allowedHosts: [] });
  try {
    const page = await browser.open(`${site.origin}/listen/index.html`);
    return await work((pcm) => transcribe(page, pcm));
  } finally {
    await browser.close();
    await site.close();
  }
}

async function transcribe(page: Page, pcm: Float32Array): Promise<string> {
  for (const pad of PADS_SAMPLES) {
    const padded = new Float32Array(pcm.length + 2 * pad);
    padded.set(pcm, pad);
    const text = await page.evaluate((each) => talkListener.transcribe(each), toS16Base64(padded));
    if (text !== '') return text;
  }
  return '';
}
