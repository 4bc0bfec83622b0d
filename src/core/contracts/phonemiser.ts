// Pronunciation: text in, phonemes out, for voices that are driven by phonemes. Types only.

export type PhonemeAlphabet = 'ipa' | 'kokoro';

export interface PhonemiseOptions {
  /** BCP 47, any case, for example `en-US`. */
  readonly language: string;
  /** The symbols that the voice was trained on: IPA as eSpeak writes it, or Kokoro's own. */
  readonly alphabet: PhonemeAlphabet;
  /** Aborting rejects with the signal's reason. */
  readonly signal: AbortSignal;
}

/**
 * Kept apart from the voices so that one written under other terms, or for other languages, can take
 * its place.
 */
export interface Phonemiser {
  /** Whether it knows a language: a voice of another one is refused before its weights are fetched. */
  knows(language: string): boolean;
  /**
   * The phonemes of one stretch of text up to a pause: words separated by one space, stress marks (ˈ ˌ)
   * before the stressed vowel, no punctuation; in IPA, length marks (ː) are kept. Empty when there is nothing to say.
   * Rejects with `unsupported` for a language it does not know.
   */
  phonemise(text: string, options: PhonemiseOptions): Promise<string>;
}
