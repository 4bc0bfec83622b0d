// Pronunciation of languages other than English by eSpeak NG: a program and data under GPL-3 apart from everything else,
// fetched when a voice of such a language is loaded. In the speak worker.
import espeakUrl from '@echogarden/espeak-ng-emscripten?url';
import { abortable } from '../../src/core/abort.ts';
import type { ModelFiles } from '../../src/core/contracts/model-files.ts';
import type { Phonemiser, PhonemiseOptions } from '../../src/core/contracts/phonemiser.ts';
import { messageOf, VoiceAgentError } from '../../src/core/errors.ts';
import { toPrimary } from '../../src/core/language.ts';
import { createInvalidModelError } from '../runtimes/invalid-model.ts';
import { unpackEspeak } from './espeak-pack.ts';

/** A file for each language, called as eSpeak calls its dictionary. */
export const ESPEAK_MODEL_ID = 'espeak-phonemes';

/** Dictionaries that are not called as the language's tag. */
const DICTIONARIES: Readonly<Record<string, string>> = { nb: 'no' };

/** What is used of the package. */
interface Espeak {
  /** 0 where there is a voice of that name. */
  set_voice(name: string): number;
  /** Where the text lies in memory, with a zero behind it. Sounds are parted by `_`, clauses by `|`. */
  convert_to_phonemes(text: string, isIpa: boolean): { readonly ptr: number };
}
interface EspeakMemory {
  readonly HEAPU8: Uint8Array;
  readonly eSpeakNGWorker: new () => Espeak;
}
export type StartEspeak = (options: {
  readonly getPreloadedPackage: () => ArrayBuffer;
}) => Promise<EspeakMemory>;

export interface EspeakLanguagesOptions {
  readonly files: ModelFiles;
  /** Those that the site serves: BCP 47 tags. */
  readonly languages: readonly string[];
  /** Default the package's file beside the worker. */
  readonly load?: () => Promise<StartEspeak>;
}

interface Started {
  readonly espeak: Espeak;
  readonly memory: EspeakMemory;
}

/**
 * A {@link Phonemiser} for voices that read eSpeak's IPA. Program and data of a language (0.8 and, of most, 1 MB) are fetched
 * at its first call, and again after a failure. Rejects as `files.read`, with `worker-load-failed` without the program, with
 * `model-invalid` for data that it cannot read, and with `unsupported` for a language that is not served.
 */
export function createEspeakLanguages(options: EspeakLanguagesOptions): Phonemiser {
  return new EspeakLanguages(options);
}

class EspeakLanguages implements Phonemiser {
  readonly #options: EspeakLanguagesOptions;
  readonly #started = new Map<string, Promise<Started>>();

  constructor(options: EspeakLanguagesOptions) {
    this.#options = options;
  }

  knows(language: string): boolean {
    return this.#options.languages.some((known) => toPrimary(known) === toPrimary(language));
  }

  async phonemise(text: string, { language, alphabet, signal }: PhonemiseOptions): Promise<string> {
    if (!this.knows(language) || alphabet !== 'ipa') throw unknownLanguage(language);
    signal.throwIfAborted();
    const { espeak, memory } = await abortable(this.#startedFor(language), signal);
    // A variety that it does not have is said as the language is.
    const names = [language.toLowerCase(), toPrimary(language)];
    if (!names.some((name) => espeak.set_voice(name) === 0)) throw unknownLanguage(language);
    return toIpa(readText(memory, espeak.convert_to_phonemes(text, true).ptr));
  }

  /** Shared by all requests, and so not aborted with one of them. */
  #startedFor(language: string): Promise<Started> {
    const primary = toPrimary(language);
    const fileName = `${DICTIONARIES[primary] ?? primary}.bin`;
    let started = this.#started.get(fileName);
    if (started === undefined) {
      started = this.#start(fileName).catch((error: unknown) => {
        this.#started.delete(fileName);
        throw error;
      });
      this.#started.set(fileName, started);
    }
    return started;
  }

  async #start(fileName: string): Promise<Started> {
    const { files, load = loadEspeak } = this.#options;
    const { signal } = new AbortController();
    const file = await files.read(ESPEAK_MODEL_ID, fileName, { signal });
    const start = await load();
    try {
      const data = unpackEspeak(file);
      const memory = await start({ getPreloadedPackage: () => data });
      return { espeak: new memory.eSpeakNGWorker(), memory };
    } catch (error) {
      throw createInvalidModelError(ESPEAK_MODEL_ID, error);
    }
  }
}

async function loadEspeak(): Promise<StartEspeak> {
  try {
    const module = (await import(/* @vite-ignore */ espeakUrl)) as { default: StartEspeak };
    return module.default;
  } catch (error) {
    throw new VoiceAgentError(
      'worker-load-failed',
      `eSpeak NG could not be loaded from ${espeakUrl}: ${messageOf(error)}. Check that it is served next to the worker.`,
      { details: { worker: 'espeak-ng', url: espeakUrl }, retryable: true, cause: error },
    );
  }
}

/** Of the memory as it is now: it may have grown. */
function readText({ HEAPU8 }: EspeakMemory, start: number): string {
  return new TextDecoder().decode(HEAPU8.slice(start, HEAPU8.indexOf(0, start)));
}

/** Without what stands between sounds and clauses, and without marks of the language of a foreign word: `(en)`. */
function toIpa(written: string): string {
  return written
    .replaceAll(/\([\w-]+\)/gu, '')
    .replaceAll('_', '')
    .replaceAll(/[|\s]+/gu, ' ')
    .trim();
}

function unknownLanguage(language: string): VoiceAgentError {
  return new VoiceAgentError(
    'unsupported',
    `No pronunciation for language "${language}". Serve the model ${ESPEAK_MODEL_ID} with it, or give the voice another phonemiser.`,
    { details: { feature: `phonemes: ${language}` } },
  );
}
