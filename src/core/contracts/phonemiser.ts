// Pronunciation: text in, IPA out, for voices that are driven by phonemes. Types only.

export interface PhonemiseOptions {
  /** BCP 47, any case, for example `en-US`. */
  readonly language: string;
  /** Aborting rejects with the signal's reason. */
  readonly signal: AbortSignal;
}

/**
 * Kept apart from the voices so that one written under other terms, or for other languages, can take
 * its place.
 */
export interface Phonemiser {
  /**
   * The IPA of one stretch of text: words separated by one space, stress marks (ˈ ˌ) before the
   * stressed vowel, length marks (ː) kept, no punctuation. Empty when there is nothing to say.
   * Rejects with `unsupported` for a language it does not know.
   */
  phonemise(text: string, options: PhonemiseOptions): Promise<string>;
}
