// Which pronunciation a voice gets: our own English where its lexicon is served, eSpeak for other English, and for other
// languages what the site serves of eSpeak. In the speak worker.
import type { ModelFiles } from '../../src/core/contracts/model-files.ts';
import type { Phonemiser } from '../../src/core/contracts/phonemiser.ts';
import { VoiceAgentError } from '../../src/core/errors.ts';
import { silentLogger } from '../../src/core/logger.ts';
import type { Logger } from '../../src/core/logger.ts';
import { createEnglishPhonemiser } from './english-phonemes/english-phonemiser.ts';
import { createEspeakLanguages } from './espeak-languages.ts';
import { createEspeakPhonemiser } from './espeak-phonemes.ts';

export interface PhonemiserOptions {
  readonly files: ModelFiles;
  /** Other than English, that eSpeak's data is served of. Default none. */
  readonly languages?: readonly string[];
  /** `espeak` in any case, or `auto`: our own where it can. Default `auto`. */
  readonly prefer?: 'auto' | 'espeak';
  /** Told when eSpeak stands in. */
  readonly logger?: Logger;
}

/** Not served, not in the catalogue, or another language: the next one may do it. Anything else is a fault to be told. */
const LEFT_TO_ESPEAK: ReadonlySet<string> = new Set([
  'model-download-failed',
  'model-invalid',
  'unsupported',
]);

/** Nothing is loaded before words are asked for. */
export function createPhonemiser(options: PhonemiserOptions): Phonemiser {
  const { files, languages = [] } = options;
  return byLanguage(createEnglish(options), createEspeakLanguages({ files, languages }));
}

function createEnglish({ files, prefer, logger }: PhonemiserOptions): Phonemiser {
  const espeak = createEspeakPhonemiser();
  if (prefer === 'espeak') return espeak;
  const english = createEnglishPhonemiser({ files });
  return firstThatCan({ english, espeak, logger: logger ?? silentLogger });
}

function byLanguage(first: Phonemiser, second: Phonemiser): Phonemiser {
  return {
    knows: (language) => first.knows(language) || second.knows(language),
    phonemise: (text, options) =>
      (first.knows(options.language) ? first : second).phonemise(text, options),
  };
}

/** Asks `english` first and `espeak` for what that cannot do; once per language, for the answer stays. */
export function firstThatCan({
  english,
  espeak,
  logger,
}: {
  readonly english: Phonemiser;
  readonly espeak: Phonemiser;
  readonly logger: Logger;
}): Phonemiser {
  const leftToEspeak = new Set<string>();
  return {
    knows: (language) => english.knows(language) || espeak.knows(language),
    async phonemise(text, options) {
      const { language } = options;
      if (leftToEspeak.has(language)) return espeak.phonemise(text, options);
      try {
        return await english.phonemise(text, options);
      } catch (error) {
        if (!VoiceAgentError.is(error) || !LEFT_TO_ESPEAK.has(error.code)) throw error;
        logger.log('warn', 'phonemes from eSpeak', { language, reason: error.message });
        leftToEspeak.add(language);
        return espeak.phonemise(text, options);
      }
    },
  };
}
