// Whisper speech recognition, streaming by re-decoding. Runs in the listen worker.
import { systemClock } from '../../src/core/clock.ts';
import type { Clock } from '../../src/core/clock.ts';
import type { EngineInfo } from '../../src/core/contracts/engine.ts';
import type {
  SttEngine,
  SttStream,
  SttStreamOptions,
} from '../../src/core/contracts/speech-to-text.ts';
import { VoiceAgentError } from '../../src/core/errors.ts';
import type { HubRequest } from '../runtimes/transformers/open-hub.ts';
import type { Decode } from './decoding.ts';
import { DEFAULT_STREAMING_POLICY } from './streaming-policy.ts';
import { StreamingRecogniser } from './streaming-recogniser.ts';
import { loadWhisper } from './whisper-model.ts';
import type { WhisperModel } from './whisper-model.ts';

export interface WhisperSttOptions extends HubRequest {
  /** How long `transcribe` may take before it answers with what is known. Default 8,000. */
  readonly deadlineMs?: number;
  readonly clock?: Clock;
}

const DEFAULT_DEADLINE_MS = 8_000;
const SAMPLE_RATE_HZ = 16_000;
/** BCP 47 for a language that nobody named: it is heard. */
const UNDETERMINED = 'und';
/** Speech from which a language is told for good. */
const LANGUAGE_SAMPLES = 2 * SAMPLE_RATE_HZ;

/**
 * Loads any Whisper of the catalogue, on WebGPU where the device has it and the entry lists it, and warms it up.
 * Rejects as `loadWhisper` does.
 */
export async function createWhisperStt(options: WhisperSttOptions): Promise<SttEngine> {
  const whisper = await loadWhisper(options);
  try {
    const { signal } = options;
    const language = whisper.languages.length > 1 ? 'en' : null;
    await whisper.decode(new Float32Array(SAMPLE_RATE_HZ), { draft: [], signal, language });
  } catch (error) {
    await whisper.dispose();
    throw whisper.hub.toError(error);
  }
  return new WhisperStt(whisper, options);
}

class WhisperStt implements SttEngine {
  readonly languages: readonly string[];
  readonly info: EngineInfo;
  readonly #whisper: WhisperModel;
  readonly #options: WhisperSttOptions;
  /** Closes every stream with the engine. */
  readonly #disposal = new AbortController();

  constructor(whisper: WhisperModel, options: WhisperSttOptions) {
    const { options: hubOptions, threads } = whisper.hub;
    this.#whisper = whisper;
    this.#options = options;
    this.languages = whisper.languages;
    this.info = {
      name: 'whisper',
      stage: 'stt',
      modelIds: [options.model.id],
      backend: hubOptions.device,
      threads,
    };
  }

  /** `und` has the language detected. Throws `unsupported` for one that the model does not know. */
  open({ language, onPartial, signal }: SttStreamOptions): SttStream {
    return new StreamingRecogniser({
      decode: this.#createDecode(language.toLowerCase().split('-')[0] ?? ''),
      onPartial,
      signal: AbortSignal.any([signal, this.#disposal.signal]),
      policy: DEFAULT_STREAMING_POLICY,
      clock: this.#options.clock ?? systemClock,
      deadlineMs: this.#options.deadlineMs ?? DEFAULT_DEADLINE_MS,
    });
  }

  async dispose(): Promise<void> {
    this.#disposal.abort(
      new VoiceAgentError('disposed', 'The speech recogniser is disposed; create another one.', {
        details: { what: 'whisper' },
      }),
    );
    await this.#whisper.dispose();
  }

  #createDecode(language: string): Decode {
    const isKnown = this.languages.includes(language);
    if (!isKnown && language !== UNDETERMINED) throw createUnsupported(language, this.languages);
    const isMultilingual = this.languages.length > 1;
    let told = isKnown ? language : null;
    return async (pcm, options) => {
      if (!isMultilingual) return this.#whisper.decode(pcm, { ...options, language: null });
      const heard = told ?? (await this.#whisper.detectLanguage(pcm, options));
      if (pcm.length >= LANGUAGE_SAMPLES) told = heard;
      return this.#whisper.decode(pcm, { ...options, language: heard });
    };
  }
}

function createUnsupported(language: string, known: readonly string[]): VoiceAgentError {
  return new VoiceAgentError(
    'unsupported',
    `This Whisper does not know "${language}", but ${known.join(', ')}. Set language to one of them, or to "und" to have it detected.`,
    { details: { feature: `speech recognition in ${language}` } },
  );
}
