// Pronunciation of American and British English by lexicon and rules of our own. In the speak worker.
import type { ModelFiles } from '../../../src/core/contracts/model-files.ts';
import type { Phonemiser, PhonemiseOptions } from '../../../src/core/contracts/phonemiser.ts';
import { abortable } from '../../../src/core/abort.ts';
import { VoiceAgentError } from '../../../src/core/errors.ts';
import { createInvalidModelError } from '../../runtimes/invalid-model.ts';
import type { Variety } from './alphabet.ts';
import { toEspeakIpa } from './espeak-alphabet.ts';
import { LetterTree } from './letter-to-sound.ts';
import { Lexicon } from './lexicon.ts';
import { toPhonemes } from './sentence.ts';
import { Words } from './words.ts';

export const ENGLISH_PHONEMES_MODEL_ID = 'english-phonemes';

const VARIETIES: ReadonlyMap<string, Variety> = new Map([
  ['en', 'en-US'],
  ['en-us', 'en-US'],
  ['en-gb', 'en-GB'],
  ['en-gb-x-rp', 'en-GB'],
]);

/**
 * A {@link Phonemiser} for American and British English. The lexicon of a variety (2 MB) is read when first asked for, and again after a
 * failure. Rejects as `files.read`, with `model-invalid` for a file that is no lexicon, and with `unsupported` for other languages.
 */
export function createEnglishPhonemiser({ files }: { readonly files: ModelFiles }): Phonemiser {
  return new EnglishPhonemiser(files);
}

class EnglishPhonemiser implements Phonemiser {
  readonly #files: ModelFiles;
  readonly #loaded = new Map<Variety, Promise<Words>>();

  constructor(files: ModelFiles) {
    this.#files = files;
  }

  knows(language: string): boolean {
    return VARIETIES.has(language.toLowerCase());
  }

  async phonemise(text: string, options: PhonemiseOptions): Promise<string> {
    const { language, alphabet, signal } = options;
    const variety = VARIETIES.get(language.toLowerCase());
    if (variety === undefined) throw unknownLanguage(language);
    signal.throwIfAborted();
    const words = await abortable(this.#wordsOf(variety), signal);
    const phonemes = toPhonemes(text, { words, variety });
    return alphabet === 'kokoro' ? phonemes : toEspeakIpa(phonemes, variety);
  }

  /** Shared by all requests, and so not aborted with one of them. */
  #wordsOf(variety: Variety): Promise<Words> {
    let words = this.#loaded.get(variety);
    if (words === undefined) {
      words = this.#load(variety).catch((error: unknown) => {
        this.#loaded.delete(variety);
        throw error;
      });
      this.#loaded.set(variety, words);
    }
    return words;
  }

  async #load(variety: Variety): Promise<Words> {
    const { signal } = new AbortController();
    const fileName = `${variety.toLowerCase()}.bin`;
    const file = await this.#files.read(ENGLISH_PHONEMES_MODEL_ID, fileName, { signal });
    try {
      const lexicon = new Lexicon(file);
      return new Words({ lexicon, letters: new LetterTree(lexicon.tree), variety });
    } catch (error) {
      throw createInvalidModelError(ENGLISH_PHONEMES_MODEL_ID, error);
    }
  }
}

function unknownLanguage(language: string): VoiceAgentError {
  const known = [...VARIETIES.keys()].join(', ');
  return new VoiceAgentError(
    'unsupported',
    `No pronunciation for language "${language}". Known: ${known}. Give the voice another phonemiser.`,
    { details: { feature: `phonemes: ${language}` } },
  );
}
