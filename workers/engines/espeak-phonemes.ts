// Pronunciation by eSpeak NG, in the speak worker: a separate GPL-3 file, loaded when first needed.
import phonemizerUrl from 'phonemizer?url';
import { abortable } from '../../src/core/abort.ts';
import type { Phonemiser, PhonemiseOptions } from '../../src/core/contracts/phonemiser.ts';
import { messageOf, VoiceAgentError } from '../../src/core/errors.ts';
import { toKokoroPhonemes } from './kokoro-phonemes.ts';

/** What is used of the `phonemizer` package; it carries eSpeak's English voices alone. */
export interface EspeakModule {
  /** IPA, one entry per clause; `voice` is an eSpeak voice identifier. */
  phonemize(text: string, voice: string): Promise<string[]>;
}

/** By identifier: once another voice is set, this eSpeak build ignores plain names such as `en-gb`. */
const ESPEAK_VOICES: ReadonlyMap<string, string> = new Map([
  ['en', 'gmw/en-US'],
  ['en-us', 'gmw/en-US'],
  ['en-gb', 'gmw/en'],
  ['en-gb-x-rp', 'gmw/en-GB-x-rp'],
  ['en-gb-scotland', 'gmw/en-GB-scotland'],
]);

/**
 * A {@link Phonemiser} for English. The 1.3 MB file is fetched on the first call, and again on the next
 * one if that failed (`worker-load-failed`, retryable). It is never part of a bundle, so that a page
 * can leave it out or put another file in its place.
 */
export function createEspeakPhonemiser(
  load: () => Promise<EspeakModule> = loadPhonemizer,
): Phonemiser {
  return new EspeakPhonemiser(load);
}

class EspeakPhonemiser implements Phonemiser {
  readonly #load: () => Promise<EspeakModule>;
  #module: Promise<EspeakModule> | undefined;

  constructor(load: () => Promise<EspeakModule>) {
    this.#load = load;
  }

  knows(language: string): boolean {
    return ESPEAK_VOICES.has(language.toLowerCase());
  }

  async phonemise(text: string, { language, alphabet, signal }: PhonemiseOptions): Promise<string> {
    const voice = ESPEAK_VOICES.get(language.toLowerCase());
    if (voice === undefined) throw unknownLanguage(language);
    const espeak = await abortable(this.#loaded(), signal);
    const clauses = await abortable(espeak.phonemize(text, voice), signal);
    const ipa = clauses.join(' ').replaceAll(/\s+/gu, ' ').trim();
    return alphabet === 'kokoro' ? toKokoroPhonemes(ipa, language) : ipa;
  }

  #loaded(): Promise<EspeakModule> {
    this.#module ??= this.#load().catch((error: unknown) => {
      this.#module = undefined;
      throw new VoiceAgentError(
        'worker-load-failed',
        `The pronunciation file could not be loaded from ${phonemizerUrl}: ${messageOf(error)}. Check that it is served next to the worker.`,
        { details: { worker: 'phonemizer', url: phonemizerUrl }, retryable: true, cause: error },
      );
    });
    return this.#module;
  }
}

function loadPhonemizer(): Promise<EspeakModule> {
  return import(/* @vite-ignore */ phonemizerUrl) as Promise<EspeakModule>;
}

function unknownLanguage(language: string): VoiceAgentError {
  const known = [...ESPEAK_VOICES.keys()].join(', ');
  return new VoiceAgentError(
    'unsupported',
    `No pronunciation for language "${language}". Known: ${known}. Give the voice another phonemiser.`,
    { details: { feature: `phonemes: ${language}` } },
  );
}
