// Asks an OpenAI-compatible endpoint for the transcript of one piece of audio. Portable.
import { createLinkedAbort, withDeadline } from '../core/abort.ts';
import { createAudioChunk } from '../core/audio-chunk.ts';
import { messageOf, VoiceAgentError } from '../core/errors.ts';
import { toPrimary, UNDETERMINED } from '../core/language.ts';
import { toInt16 } from '../core/pcm.ts';
import { encodeWav } from '../core/wav.ts';
import { readTranscript } from './openai-transcript.ts';
import type { RemoteTranscript } from './openai-transcript.ts';
import { createRequestError, createWrongAnswerError } from './remote-errors.ts';
import { createRemoteServer, refusedName, request, RequestFailure } from './remote-request.ts';
import type { RemoteOptions, RemoteServer } from './remote-request.ts';
import { withRetries } from './remote-retry.ts';

export interface OpenAiTranscriptionOptions extends RemoteOptions {
  /** From the call to the transcript, all retries included. Default 10 s. */
  readonly deadlineMs?: number;
}

/** Fields that some servers and models turn down; one that was refused is left out from then on. */
const OPTIONAL_FIELDS = ['timestamp_granularities', 'response_format'] as const;
type OptionalField = (typeof OPTIONAL_FIELDS)[number];

export class OpenAiTranscription {
  readonly #server: RemoteServer;
  readonly #deadlineMs: number;
  readonly #refused = new Set<OptionalField>();

  /** Throws a `TypeError` for options that cannot work. Makes no request. */
  constructor(options: OpenAiTranscriptionOptions) {
    this.#server = createRemoteServer(options, 'stt');
    this.#deadlineMs = options.deadlineMs ?? 10_000;
  }

  /**
   * The words in mono 16 kHz samples. Asked for again after what may pass by itself. Rejects with `stt-request-failed`, with
   * `stt-timeout` at the deadline, or with the signal's reason; either ends the request.
   */
  async transcribe(
    pcm: Float32Array,
    { language, signal }: { language: string; signal: AbortSignal },
  ): Promise<RemoteTranscript> {
    signal.throwIfAborted();
    const { clock } = this.#server;
    const limitMs = this.#deadlineMs;
    const { controller, release } = createLinkedAbort(signal);
    const call = { untilMs: clock.nowMs() + limitMs, signal: controller.signal };
    try {
      const asked = withRetries(
        this.#server,
        () => this.#ask(pcm, language, controller.signal),
        call,
      );
      const toTimeoutError = (): Error => createTimeoutError(limitMs);
      return await withDeadline(asked, { clock, limitMs, toTimeoutError, signal });
    } finally {
      release();
      controller.abort();
    }
  }

  async #ask(pcm: Float32Array, language: string, signal: AbortSignal): Promise<RemoteTranscript> {
    const response = await this.#post(pcm, language, signal);
    const type = response.headers.get('content-type') ?? '';
    const { endpoint } = this.#server;
    const body = await response.text().catch((error: unknown) => {
      signal.throwIfAborted();
      const reason = `the answer broke off: ${messageOf(error)}`;
      throw new RequestFailure(createRequestError(endpoint, { status: null, reason }));
    });
    try {
      return readTranscript(body, type);
    } catch (error) {
      const got = `what is no transcript (${messageOf(error)})`;
      throw createWrongAnswerError(endpoint, { status: response.status, got });
    }
  }

  async #post(pcm: Float32Array, language: string, signal: AbortSignal): Promise<Response> {
    for (;;) {
      try {
        const content = this.#toForm(pcm, language);
        return await request(this.#server, { content }, signal);
      } catch (error) {
        const sent = OPTIONAL_FIELDS.filter((field) => !this.#refused.has(field));
        const field = refusedName(error, sent);
        if (field === null) throw error;
        this.#refused.add(field);
      }
    }
  }

  /** Word times are given with `verbose_json` alone. */
  #toForm(pcm: Float32Array, language: string): FormData {
    const chunk = createAudioChunk({ pcm: toInt16(pcm), sampleRateHz: 16_000, isFinal: true });
    const form = new FormData();
    form.append('file', new Blob([encodeWav(chunk)], { type: 'audio/wav' }), 'speech.wav');
    form.append('model', this.#server.model);
    // ISO 639-1, as Whisper has it: the regions of BCP 47 are refused. Without one the server tells it from what it hears.
    if (language !== UNDETERMINED) form.append('language', toPrimary(language));
    if (this.#refused.has('response_format')) return form;
    form.append('response_format', 'verbose_json');
    if (!this.#refused.has('timestamp_granularities')) {
      form.append('timestamp_granularities[]', 'word');
      form.append('timestamp_granularities[]', 'segment');
    }
    return form;
  }
}

function createTimeoutError(waitedMs: number): VoiceAgentError<'stt-timeout'> {
  return new VoiceAgentError(
    'stt-timeout',
    `The recogniser gave no transcript within ${waitedMs} ms. Say it again, or type it.`,
    { details: { waitedMs }, retryable: true },
  );
}
