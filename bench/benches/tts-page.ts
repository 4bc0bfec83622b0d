// The page on which voices are measured, with threads and without. Node and Chromium.
import { openBenchPage } from '../measure/bench-page.ts';
import type { OpenPage } from '../measure/bench-page.ts';
import type { VoiceBench } from '../pages/voice/main.ts';
import { HUB_MOUNT } from './kokoro-hub.ts';

declare const voiceBench: VoiceBench;

export interface VoicePage {
  readonly name: string;
  readonly isIsolated: boolean;
  readonly threads: number;
}

export const VOICE_PAGES: readonly VoicePage[] = [
  { name: 'isolated page, 2 threads', isIsolated: true, threads: 2 },
  { name: 'plain page, 1 thread', isIsolated: false, threads: 1 },
];

/** With the voices loaded. @param texts what peers will be asked to say; without any, they are left out. */
export async function openVoices(
  { isIsolated, threads }: VoicePage,
  texts: readonly string[],
): Promise<OpenPage> {
  const opened = await openBenchPage('voice', { isIsolated, mounts: [HUB_MOUNT] });
  try {
    await opened.page.evaluate((options) => voiceBench.load(options), { threads, texts });
  } catch (error) {
    await opened.close();
    throw error;
  }
  return opened;
}
