// Speaks lines with espeak-ng here, or with Kokoro in a browser, each line once: cached. Node.
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { quoteOutput, runCommand } from '../../../scripts/lib/command.mjs';
import { createAudioChunk } from '../../../src/core/audio-chunk.ts';
import { encodeWav, parseWavMono } from '../../../src/core/wav.ts';
import { TalkBrowser } from '../../../talk/browser.ts';
import { ensurePage } from '../../../talk/page-build.ts';
import { openSite } from '../../../talk/site.ts';
import type { Site } from '../../../talk/site.ts';
import type { TalkSpeaker } from '../../../talk/speak/main.ts';
import type { Sound } from './clip.ts';
import { TURNS_CACHE_DIR } from './packages.ts';
import type { Signal } from './shape.ts';

declare const talkSpeaker: TalkSpeaker;

export type SpokenSound = Extract<Sound, { from: 'kokoro' | 'espeak' }>;

type EspeakSound = Extract<Sound, { from: 'espeak' }>;

const ESPEAK_LIMIT_MS = 60_000;

/** Opens a browser with Kokoro when the first uncached line needs it. */
export class Voices {
  #site: Site | null = null;
  #browser: TalkBrowser | null = null;
  #page: Page | null = null;

  /** Rejects saying which voice could not speak. */
  async speak(sound: SpokenSound): Promise<Signal> {
    const name = createHash('sha256').update(JSON.stringify(sound)).digest('hex').slice(0, 20);
    const file = path.join(TURNS_CACHE_DIR, 'voices', `${name}.wav`);
    const cached = await readFile(file).catch(() => null);
    if (cached !== null) return parseWavMono(cached);
    await mkdir(path.dirname(file), { recursive: true });
    if (sound.from === 'espeak') await speakWithEspeak(sound, file);
    else await writeFile(file, await this.#speakWithKokoro(sound));
    return parseWavMono(await readFile(file));
  }

  async close(): Promise<void> {
    await this.#browser?.close();
    await this.#site?.close();
  }

  async #speakWithKokoro({ voice, text }: SpokenSound): Promise<Uint8Array> {
    const page = (this.#page ??= await this.#open());
    const line = { voice, text, speed: 1 };
    const spoken = await page.evaluate((each) => talkSpeaker.speak(each), line);
    const bytes = Buffer.from(spoken.pcmBase64, 'base64');
    const pcm = Int16Array.from({ length: bytes.length / 2 }, (_, at) => bytes.readInt16LE(2 * at));
    return encodeWav(createAudioChunk({ pcm, sampleRateHz: spoken.sampleRateHz }));
  }

  async #open(): Promise<Page> {
    await ensurePage();
    this.#site = await openSite({ isIsolated: true });
    this.#browser = await TalkBrowser.launch({ captureFile: null, allowedHosts: [] });
    return this.#browser.open(`${this.#site.origin}/speak/index.html`);
  }
}

async function speakWithEspeak(sound: EspeakSound, file: string): Promise<void> {
  const { voice, text, wordsPerMinute } = sound;
  const args = ['-v', voice, '-s', String(wordsPerMinute), '-w', file, text];
  const result = await runCommand('espeak-ng', args, { limitMs: ESPEAK_LIMIT_MS });
  if (result.code !== 0) throw new Error(`espeak-ng -v ${voice}: ${quoteOutput(result)}`);
}
