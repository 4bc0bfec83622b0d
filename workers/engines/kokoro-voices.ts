// The voices of Kokoro 82M and their style vectors, loaded when first used; in the speak worker.
import type { ModelFiles } from '../../src/core/contracts/model-files.ts';
import type { TtsVoice } from '../../src/core/contracts/text-to-speech.ts';
import type { ModelCatalog } from '../../src/models/catalog.ts';
import { createInvalidModelError } from '../runtimes/invalid-model.ts';

export const KOKORO_VOICES_MODEL_ID = 'kokoro-voices-en';

/** First letter: a American, b British; second: f or m. */
const VOICE_IDS = [
  ...['af_alloy', 'af_aoede', 'af_bella', 'af_heart', 'af_jessica', 'af_kore', 'af_nicole'],
  ...['af_nova', 'af_river', 'af_sarah', 'af_sky', 'am_adam', 'am_echo', 'am_eric', 'am_fenrir'],
  ...['am_liam', 'am_michael', 'am_onyx', 'am_puck', 'am_santa', 'bf_alice', 'bf_emma'],
  ...['bf_isabella', 'bf_lily', 'bm_daniel', 'bm_fable', 'bm_george', 'bm_lewis'],
] as const;

/** What the project's own catalogue has. */
export const KOKORO_VOICES: readonly TtsVoice[] = VOICE_IDS.map(toVoice);

/** What a site serves of `kokoro-voices-en`: files named as Kokoro names its English voices. Others need phonemes that are not there. */
export function kokoroVoicesOf({ models }: ModelCatalog): readonly TtsVoice[] {
  const files = models.find(({ id }) => id === KOKORO_VOICES_MODEL_ID)?.files ?? [];
  return files.flatMap(({ name }) => {
    const id = /^([ab][fm]_.+)\.bin$/u.exec(name)?.[1];
    return id === undefined ? [] : [toVoice(id)];
  });
}

/** The voice of a language for those who ask for none: British where English is written so, if it is served. */
export function kokoroVoiceFor(
  language: string,
  voices: readonly TtsVoice[] = KOKORO_VOICES,
): string {
  const isBritish = /^en[-_](?:GB|IE|AU|NZ|ZA|IN)\b/iu.test(language);
  const usual = isBritish ? 'bf_emma' : 'af_heart';
  if (voices.some(({ id }) => id === usual)) return usual;
  const alike = voices.find((voice) => voice.language === (isBritish ? 'en-GB' : 'en-US'));
  return (alike ?? voices[0])?.id ?? usual;
}

function toVoice(id: string): TtsVoice {
  const name = `${id.charAt(3).toUpperCase()}${id.slice(4)}`;
  return { id, name, language: id.startsWith('b') ? 'en-GB' : 'en-US' };
}

/** Width of a style vector; a file is 510 of them, one for each length in tokens. */
const STYLE_WIDTH = 256;
/** Half a megabyte each. */
const CACHED_VOICES = 4;

/** Style vectors by voice and length. The four voices used last are kept. */
export class KokoroStyles {
  readonly #files: ModelFiles;
  readonly #cache = new Map<string, Float32Array>();

  constructor(files: ModelFiles) {
    this.#files = files;
  }

  /**
   * The 256 values for an utterance of `tokenCount` tokens, the padding not counted; a view, not to be
   * written to. Rejects as {@link ModelFiles.read}, or with `model-invalid` for a file of the wrong size.
   */
  async read(
    voiceId: string,
    tokenCount: number,
    options: { signal: AbortSignal },
  ): Promise<Float32Array> {
    const styles = this.#cache.get(voiceId) ?? (await this.#load(voiceId, options.signal));
    this.#cache.delete(voiceId);
    this.#cache.set(voiceId, styles);
    const [oldest] = this.#cache.keys();
    if (this.#cache.size > CACHED_VOICES && oldest !== undefined) this.#cache.delete(oldest);
    const rows = styles.length / STYLE_WIDTH;
    const row = Math.min(Math.max(tokenCount - 1, 0), rows - 1);
    return styles.subarray(row * STYLE_WIDTH, (row + 1) * STYLE_WIDTH);
  }

  async #load(voiceId: string, signal: AbortSignal): Promise<Float32Array> {
    const bytes = await this.#files.read(KOKORO_VOICES_MODEL_ID, `${voiceId}.bin`, { signal });
    if (bytes.byteLength === 0 || bytes.byteLength % (STYLE_WIDTH * 4) !== 0) {
      const reason = `${voiceId}.bin has ${bytes.byteLength} bytes, no multiple of ${STYLE_WIDTH * 4}`;
      throw createInvalidModelError(KOKORO_VOICES_MODEL_ID, reason);
    }
    return new Float32Array(bytes);
  }
}
