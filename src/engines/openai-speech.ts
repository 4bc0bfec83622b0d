// Asks an OpenAI-compatible endpoint for speech and hands out its samples as they arrive. Portable.
import { createLinkedAbort, withDeadline } from '../core/abort.ts';
import { messageOf, VoiceAgentError } from '../core/errors.ts';
import { createRequestError } from './remote-errors.ts';
import { createRemoteServer, request } from './remote-request.ts';
import type { RemoteOptions, RemoteServer } from './remote-request.ts';
import { toTyped, withRetries } from './remote-retry.ts';
import { SpeechAnswer } from './speech-answer.ts';

export interface OpenAiSpeechOptions extends RemoteOptions {
  /** `wav` (default) says its own rate; `pcm` is 16-bit mono at 24 kHz, as OpenAI defines it. */
  readonly format?: 'wav' | 'pcm';
  /** From the call to the first sample, all retries included. Default 10 s. */
  readonly firstAudioDeadlineMs?: number;
  /** Between two pieces of audio. Default 5 s. */
  readonly audioDeadlineMs?: number;
}

export interface SpeechRequest {
  readonly text: string;
  readonly voice: string;
  /** 1 is the voice's own pace. */
  readonly speed: number;
  readonly signal: AbortSignal;
}

export class OpenAiSpeech {
  readonly #server: RemoteServer;
  readonly #format: 'wav' | 'pcm';
  readonly #firstAudioDeadlineMs: number;
  readonly #audioDeadlineMs: number;

  /** Throws a `TypeError` for options that cannot work. Makes no request. */
  constructor(options: OpenAiSpeechOptions) {
    this.#server = createRemoteServer(options, 'tts');
    this.#format = options.format ?? 'wav';
    this.#firstAudioDeadlineMs = options.firstAudioDeadlineMs ?? 10_000;
    this.#audioDeadlineMs = options.audioDeadlineMs ?? 5_000;
  }

  /**
   * Mono samples at {@link SPEECH_RATE_HZ}, in pieces as they arrive, read no faster than asked for. Before the first one the
   * request is made again after what may pass by itself, as long as the deadline allows; afterwards never. Rejects with
   * `tts-request-failed`, or with the signal's reason; leaving the loop ends the request too.
   */
  async *speak(wanted: SpeechRequest): AsyncGenerator<Float32Array, void, undefined> {
    wanted.signal.throwIfAborted();
    const { controller, release } = createLinkedAbort(wanted.signal);
    try {
      const answer = await this.#open(wanted, controller.signal);
      for (;;) {
        const pcm = await this.#wait(answer.next(), this.#audioDeadlineMs, controller.signal);
        if (pcm === null) return;
        yield pcm;
      }
    } catch (error) {
      wanted.signal.throwIfAborted();
      throw VoiceAgentError.is(error) ? error : this.#createError(messageOf(error));
    } finally {
      release();
      controller.abort();
    }
  }

  #open(wanted: SpeechRequest, signal: AbortSignal): Promise<SpeechAnswer> {
    const limitMs = this.#firstAudioDeadlineMs;
    const untilMs = this.#server.clock.nowMs() + limitMs;
    const opened = withRetries(this.#server, () => this.#ask(wanted, signal), { untilMs, signal });
    return this.#wait(opened, limitMs, signal);
  }

  /** Resolves once the first samples are there. */
  async #ask({ text, voice, speed }: SpeechRequest, signal: AbortSignal): Promise<SpeechAnswer> {
    const { endpoint, model } = this.#server;
    const content = JSON.stringify({
      model,
      input: text,
      voice,
      response_format: this.#format,
      ...(speed === 1 ? {} : { speed }),
    });
    const response = await request(this.#server, { content, type: 'application/json' }, signal);
    const answer = new SpeechAnswer(endpoint, response, this.#format);
    try {
      await answer.begin();
      return answer;
    } catch (error) {
      signal.throwIfAborted();
      const typed = toTyped(error);
      throw VoiceAgentError.is(typed) ? error : this.#createError(messageOf(error));
    }
  }

  #wait<T>(promise: Promise<T>, limitMs: number, signal: AbortSignal): Promise<T> {
    return withDeadline(promise, {
      clock: this.#server.clock,
      limitMs,
      toTimeoutError: () => this.#createError(`it sent nothing for ${limitMs} ms`),
      signal,
    });
  }

  #createError(reason: string): VoiceAgentError {
    return createRequestError(this.#server.endpoint, { status: null, reason });
  }
}
