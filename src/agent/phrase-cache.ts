// Short phrases synthesised ahead of time, used by exact text. Runs in the turn worker; portable.
import type { TtsEngine } from '../core/contracts/text-to-speech.ts';
import { concatenate } from '../core/pcm.ts';
import { toRate } from '../core/tts-rate.ts';

/** Said a little quicker than an answer: it should not keep anyone waiting. */
const SPEED = 1.1;
/** Phrases kept at most; the one used longest ago makes room. About 15 MB at 48 kHz. */
const CAPACITY = 64;

export interface CachedPhrase {
  readonly text: string;
  /** Mono at the output's rate. */
  readonly pcm: Float32Array;
}

/** What phrases are spoken with; a change of any of it empties the cache. */
export interface PhraseVoice {
  readonly tts: TtsEngine;
  readonly voiceId: string | null;
  /** BCP 47. */
  readonly language: string;
  readonly sampleRateHz: number;
}

export class PhraseCache {
  readonly #phrases = new Map<string, CachedPhrase>();
  #voice: PhraseVoice | null = null;

  /** The phrase as it was made for this voice, or null. */
  get(text: string, voice: PhraseVoice): CachedPhrase | null {
    if (!isSame(this.#voice, voice)) return null;
    const phrase = this.#phrases.get(text) ?? null;
    if (phrase !== null) this.#keep(phrase);
    return phrase;
  }

  /** Makes what is missing, one after the other. Ends early on abort; a voice that fails is left alone. */
  async prepare(texts: readonly string[], voice: PhraseVoice, signal: AbortSignal): Promise<void> {
    try {
      for (const text of texts) {
        if (signal.aborted) return;
        await this.make(text, voice, signal);
      }
    } catch {
      // Nobody waits for a phrase: an answer that fails for the same reason will be told.
    }
  }

  /** The phrase, made now when it is not there. Rejects as the voice does, and on abort. */
  async make(text: string, voice: PhraseVoice, signal: AbortSignal): Promise<CachedPhrase> {
    const known = this.get(text, voice);
    if (known !== null) return known;
    if (!isSame(this.#voice, voice)) this.#phrases.clear();
    this.#voice = voice;
    const phrase = { text, pcm: await synthesize(text, voice, signal) };
    if (isSame(this.#voice, voice)) this.#keep(phrase);
    return phrase;
  }

  #keep(phrase: CachedPhrase): void {
    this.#phrases.delete(phrase.text);
    this.#phrases.set(phrase.text, phrase);
    const [oldest] = this.#phrases.keys();
    if (this.#phrases.size > CAPACITY && oldest !== undefined) this.#phrases.delete(oldest);
  }
}

function isSame(left: PhraseVoice | null, right: PhraseVoice): boolean {
  return (
    left?.tts === right.tts &&
    left.voiceId === right.voiceId &&
    left.language === right.language &&
    left.sampleRateHz === right.sampleRateHz
  );
}

async function synthesize(
  text: string,
  { tts, voiceId, language, sampleRateHz }: PhraseVoice,
  signal: AbortSignal,
): Promise<Float32Array> {
  const parts: Float32Array[] = [];
  const chunks = tts.synthesize({ text, voice: voiceId, language, speed: SPEED, signal });
  for await (const { pcm } of toRate(chunks, sampleRateHz)) parts.push(pcm);
  return concatenate(parts);
}
