// A recogniser behind an OpenAI-compatible endpoint. Audio leaves the device. Portable: any thread with `fetch`.
import { createLinkedAbort } from '../core/abort.ts';
import type { EngineInfo } from '../core/contracts/engine.ts';
import type {
  FinalTranscript,
  SttEngine,
  SttStream,
  SttStreamOptions,
} from '../core/contracts/speech-to-text.ts';
import { VoiceAgentError } from '../core/errors.ts';
import { concatenate, toRms } from '../core/pcm.ts';
import { TranscriptAgreement } from '../text/transcript-agreement.ts';
import { OpenAiTranscription } from './openai-transcription.ts';
import type { OpenAiTranscriptionOptions } from './openai-transcription.ts';

export interface OpenAiSttOptions extends OpenAiTranscriptionOptions {
  /** BCP 47, what the model understands. */
  readonly languages: readonly string[];
  /**
   * All of the audio is sent again for a partial transcript whenever it has grown by this much. Null (default) asks for none,
   * but every {@link OVERLAP_PARTIAL_MS} of a stream with hints: someone speaks over the agent, and words decide who goes on.
   */
  readonly partialEveryMs?: number | null;
}

/** Several looks within the two seconds after which a hold without words ends. */
export const OVERLAP_PARTIAL_MS = 700;

const SAMPLES_PER_MS = 16;
/** Audio kept: the longest turn allowed. The oldest is forgotten beyond it. */
const MAX_SAMPLES = 600_000 * SAMPLES_PER_MS;
/** -60 dBFS: recognisers make words up out of silence, so it is not sent. */
const SILENT_RMS = 0.001;

/** Makes no request until there is something to transcribe. Throws a `TypeError` for options that cannot work. */
export function createOpenAiStt(options: OpenAiSttOptions): SttEngine {
  return new OpenAiStt(options);
}

class OpenAiStt implements SttEngine {
  readonly info: EngineInfo;
  readonly languages: readonly string[];
  readonly #transcription: OpenAiTranscription;
  readonly #partialEveryMs: number | null;
  readonly #disposal = new AbortController();

  constructor(options: OpenAiSttOptions) {
    this.#transcription = new OpenAiTranscription(options);
    this.languages = options.languages;
    this.#partialEveryMs = options.partialEveryMs ?? null;
    this.info = {
      name: 'openai',
      stage: 'stt',
      modelIds: [],
      modelName: options.model,
      backend: 'remote',
      threads: 1,
    };
  }

  open(options: SttStreamOptions): SttStream {
    const isOverlap = (options.hints ?? []).length > 0;
    return new OpenAiSttStream({
      ...options,
      transcription: this.#transcription,
      partialEveryMs: this.#partialEveryMs ?? (isOverlap ? OVERLAP_PARTIAL_MS : null),
      signal: AbortSignal.any([options.signal, this.#disposal.signal]),
    });
  }

  async dispose(): Promise<void> {
    this.#disposal.abort(disposed('The recogniser was disposed of.'));
  }
}

interface StreamOptions extends SttStreamOptions {
  readonly transcription: OpenAiTranscription;
  readonly partialEveryMs: number | null;
}

/** One request at a time: a final transcript ends the one for a partial. */
class OpenAiSttStream implements SttStream {
  readonly #options: StreamOptions;
  readonly #closing: AbortController;
  readonly #release: () => void;
  readonly #agreement = new TranscriptAgreement();
  #parts: Float32Array[] = [];
  #samples = 0;
  /** Samples forgotten since the start of the stream. */
  #forgottenSamples = 0;
  #partial: AbortController | null = null;
  #partialSamples = 0;
  #shownText = '';
  #latest: { readonly samples: number; readonly transcript: FinalTranscript } | null = null;

  constructor(options: StreamOptions) {
    this.#options = options;
    const { controller, release } = createLinkedAbort(options.signal);
    this.#closing = controller;
    this.#release = release;
  }

  push(pcm: Float32Array): void {
    if (this.#closing.signal.aborted) return;
    this.#parts.push(pcm.slice());
    this.#samples += pcm.length;
    while (this.#samples > MAX_SAMPLES) {
      const oldest = this.#parts.shift()?.length ?? 0;
      this.#samples -= oldest;
      this.#forgottenSamples += oldest;
    }
    if (this.#isPartialDue()) void this.#lookAhead();
  }

  async transcribe({ signal }: { signal: AbortSignal }): Promise<FinalTranscript> {
    const either = AbortSignal.any([signal, this.#closing.signal]);
    either.throwIfAborted();
    this.#partial?.abort();
    const samples = this.#forgottenSamples + this.#samples;
    if (this.#latest?.samples === samples) return this.#latest.transcript;
    const transcript = await this.#transcribe(either);
    if (!transcript.isTimedOut) this.#latest = { samples, transcript };
    return transcript;
  }

  close(): void {
    this.#release();
    this.#closing.abort(disposed('The recognition stream was closed.'));
    this.#parts = [];
    this.#samples = 0;
  }

  async #transcribe(signal: AbortSignal): Promise<FinalTranscript> {
    const startMs = this.#forgottenSamples / SAMPLES_PER_MS;
    const endMs = startMs + this.#samples / SAMPLES_PER_MS;
    const whole = { isFinal: true, startMs, endMs, confidence: null, isTimedOut: false } as const;
    const pcm = concatenate(this.#parts);
    if (toRms(pcm) < SILENT_RMS) return { ...whole, text: '' };
    const { transcription, language } = this.#options;
    try {
      const heard = await transcription.transcribe(pcm, { language, signal });
      const { text, spanMs, confidence } = heard;
      const told = text === '' ? null : heard.language;
      return {
        ...whole,
        text,
        confidence,
        language: told,
        startMs: startMs + (spanMs?.start ?? 0),
        endMs: Math.min(endMs, startMs + (spanMs?.end ?? Infinity)),
      };
    } catch (error) {
      signal.throwIfAborted();
      if (!VoiceAgentError.is(error) || error.code !== 'stt-timeout') throw error;
      return { ...whole, text: this.#shownText, isTimedOut: true };
    }
  }

  #isPartialDue(): boolean {
    const { partialEveryMs } = this.#options;
    if (partialEveryMs === null || this.#partial !== null) return false;
    const grown = this.#forgottenSamples + this.#samples - this.#partialSamples;
    return grown >= partialEveryMs * SAMPLES_PER_MS;
  }

  async #lookAhead(): Promise<void> {
    const looking = new AbortController();
    this.#partial = looking;
    this.#partialSamples = this.#forgottenSamples + this.#samples;
    try {
      const signal = AbortSignal.any([looking.signal, this.#closing.signal]);
      const { text, startMs, endMs, isTimedOut } = await this.#transcribe(signal);
      if (isTimedOut || text === '' || signal.aborted) return;
      const shown = this.#agreement.update(text);
      this.#shownText = shown.text;
      this.#options.onPartial({ ...shown, isFinal: false, startMs, endMs });
    } catch {
      // One that fails, or is in the way, is left out: the final transcript tells.
    } finally {
      this.#partial = null;
    }
  }
}

function disposed(message: string): VoiceAgentError<'disposed'> {
  return new VoiceAgentError('disposed', message, { details: { what: 'openai-stt' } });
}
