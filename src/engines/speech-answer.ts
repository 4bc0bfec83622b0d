// The body of a speech answer: bytes in, samples at one rate out. Portable.
import { messageOf, VoiceAgentError } from '../core/errors.ts';
import { Resampler } from '../core/resampler.ts';
import { WavStream } from '../core/wav-stream.ts';
import type { Endpoint } from './remote-endpoint.ts';
import { createWrongAnswerError } from './remote-errors.ts';

/** What most servers speak at; audio at another rate is brought to it. */
export const SPEECH_RATE_HZ = 24_000;
/** Some servers name no type, or that of any bytes. */
const AUDIO_TYPES =
  /^(?:audio\/(?:x-)?(?:wav|wave|vnd\.wave|pcm|l16)|application\/octet-stream|binary\/octet-stream|$)/iu;

export class SpeechAnswer {
  readonly #endpoint: Endpoint;
  readonly #status: number;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  readonly #stream: WavStream;
  readonly #type: string;
  #resampler: Resampler | null = null;
  #first: Float32Array | null = null;
  #hasEnded = false;

  constructor(endpoint: Endpoint, response: Response, format: 'wav' | 'pcm') {
    this.#endpoint = endpoint;
    this.#status = response.status;
    this.#type = response.headers.get('content-type') ?? '';
    this.#reader = response.body?.getReader();
    this.#stream = new WavStream(format === 'pcm' ? SPEECH_RATE_HZ : null);
  }

  /** Reads up to the first samples. Rejects for an answer of another kind, and for one without any. */
  async begin(): Promise<void> {
    if (!AUDIO_TYPES.test(this.#type)) {
      void this.#reader?.cancel().catch(() => undefined);
      throw this.#createWrongAnswerError(this.#type.split(';')[0] ?? '');
    }
    this.#first = await this.#read();
    if (this.#first === null) throw new Error('the answer holds no audio');
  }

  /** The next samples, owned by the caller; null at the end. Rejects when the body breaks off. */
  async next(): Promise<Float32Array | null> {
    const first = this.#first;
    this.#first = null;
    return first ?? this.#read();
  }

  async #read(): Promise<Float32Array | null> {
    while (!this.#hasEnded && this.#reader !== undefined) {
      const { done, value } = await this.#reader.read();
      const pcm = done ? this.#finish() : this.#toRate(this.#decode(value));
      if (pcm.length > 0) return pcm;
    }
    return null;
  }

  #finish(): Float32Array {
    this.#hasEnded = true;
    if (this.#stream.isCut) throw new Error('the audio broke off');
    const resampler = this.#resampler;
    if (resampler === null) return new Float32Array(0);
    const output = new Float32Array(resampler.maxFlushSamples);
    return output.slice(0, resampler.flush(output));
  }

  #decode(bytes: Uint8Array): Float32Array {
    try {
      return this.#stream.add(bytes);
    } catch (error) {
      if (!VoiceAgentError.is(error)) throw error;
      void this.#reader?.cancel().catch(() => undefined);
      const { reason } = error.details as { reason?: string };
      throw this.#createWrongAnswerError(`what is no WAV file (${reason ?? messageOf(error)})`);
    }
  }

  #toRate(pcm: Float32Array): Float32Array {
    const { sampleRateHz } = this.#stream;
    if (sampleRateHz === null || sampleRateHz === SPEECH_RATE_HZ) return pcm;
    this.#resampler ??= new Resampler({ fromHz: sampleRateHz, toHz: SPEECH_RATE_HZ });
    const output = new Float32Array(this.#resampler.maxOutputSamples(pcm.length));
    return output.slice(0, this.#resampler.process(pcm, output));
  }

  #createWrongAnswerError(got: string): VoiceAgentError {
    return createWrongAnswerError(this.#endpoint, { status: this.#status, got });
  }
}
