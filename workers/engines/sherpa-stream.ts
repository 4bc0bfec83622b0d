// One stretch of speech through a recogniser that keeps its state: each sample is worked on once. Listen worker.
import type { Recogniser, Result, Stream } from 'sherpa-onnx/sherpa-onnx-asr.js';
import { abortable, createAbortReason } from '../../src/core/abort.ts';
import type {
  FinalTranscript,
  SttStream,
  SttStreamOptions,
} from '../../src/core/contracts/speech-to-text.ts';
import { VoiceAgentError } from '../../src/core/errors.ts';
import { nextMacrotask } from '../../src/core/macrotask.ts';
import { runBlocking } from '../runtimes/blocking-run.ts';

const SAMPLE_RATE_HZ = 16_000;
const SAMPLES_PER_MS = 16;
/** What a model must hear after the last word to be sure of it: longer than its chunk. */
const TAIL_SAMPLES = 0.6 * SAMPLE_RATE_HZ;

export interface SherpaStreamOptions extends Pick<SttStreamOptions, 'onPartial' | 'signal'> {
  /** The stream's memory is given back: the recogniser may go. */
  readonly onRelease: () => void;
}

/**
 * Audio is worked on as it comes, a chunk of the model at a time, with other messages let in between. Greedy search
 * takes nothing back, so all text is stable. At an endpoint the model starts anew and the text stays.
 */
export class SherpaSttStream implements SttStream {
  readonly #recogniser: Recogniser;
  readonly #stream: Stream;
  readonly #options: SherpaStreamOptions;
  /** Before the last endpoint. */
  #committed = '';
  #text = '';
  #pushed = 0;
  /** Speech as far as words were found in it. */
  #span: { start: number; end: number } | null = null;
  #work: Promise<void> = Promise.resolve();
  #waiting: Float32Array[] = [];
  #isFlushed = true;
  #closed: Error | null = null;

  constructor(recogniser: Recogniser, options: SherpaStreamOptions) {
    this.#recogniser = recogniser;
    this.#stream = recogniser.createStream();
    this.#options = options;
    if (options.signal.aborted) this.#handleAbort();
    else options.signal.addEventListener('abort', this.#handleAbort, { once: true });
  }

  push(pcm: Float32Array): void {
    if (this.#closed !== null) return;
    this.#isFlushed = false;
    this.#pushed += pcm.length;
    this.#accept(pcm.slice());
  }

  /** Rejects with `disposed` once the stream is closed. Aborting gives up the wait alone. */
  async transcribe({ signal }: { signal: AbortSignal }): Promise<FinalTranscript> {
    signal.throwIfAborted();
    if (this.#closed !== null) throw this.#closed;
    if (!this.#isFlushed) {
      this.#isFlushed = true;
      this.#accept(new Float32Array(TAIL_SAMPLES));
    }
    await abortable(this.#work, signal);
    this.#throwIfClosed();
    const { start, end } = this.#span ?? { start: 0, end: this.#pushed };
    return {
      text: this.#whole(),
      isFinal: true,
      startMs: start / SAMPLES_PER_MS,
      endMs: end / SAMPLES_PER_MS,
      confidence: null,
      isTimedOut: false,
    };
  }

  close(): void {
    this.#close(
      new VoiceAgentError('disposed', 'This recognition stream is closed; open another one.', {
        details: { what: 'speech recognition stream' },
      }),
    );
  }

  readonly #handleAbort = (): void => {
    const reason: unknown = this.#options.signal.reason;
    this.#close(reason instanceof Error ? reason : createAbortReason(String(reason)));
  };

  /** Also after waiting: closing comes from elsewhere. */
  #throwIfClosed(): void {
    if (this.#closed !== null) throw this.#closed;
  }

  #close(reason: Error): void {
    if (this.#closed !== null) return;
    this.#closed = reason;
    this.#options.signal.removeEventListener('abort', this.#handleAbort);
    this.#waiting = [];
    void this.#work.then(() => {
      this.#stream.free();
      this.#options.onRelease();
    });
  }

  #accept(pcm: Float32Array): void {
    this.#waiting.push(pcm);
    this.#work = this.#work
      .then(() => this.#decode())
      .catch((error: unknown) => {
        this.#close(VoiceAgentError.from(error));
      });
  }

  async #decode(): Promise<void> {
    for (let pcm = this.#waiting.shift(); pcm !== undefined; pcm = this.#waiting.shift()) {
      this.#stream.acceptWaveform(SAMPLE_RATE_HZ, pcm);
    }
    while (this.#closed === null && this.#recogniser.isReady(this.#stream)) {
      runBlocking(() => this.#step());
      await nextMacrotask();
    }
  }

  #step(): void {
    this.#recogniser.decode(this.#stream);
    this.#show(this.#recogniser.getResult(this.#stream));
    if (this.#recogniser.isEndpoint(this.#stream)) this.#commit();
  }

  #show(result: Result): void {
    const text = result.text.trim();
    if (text === this.#text) return;
    this.#text = text;
    const firstMs = 1_000 * ((result.start_time ?? 0) + (result.timestamps?.[0] ?? 0));
    this.#span = { start: this.#span?.start ?? firstMs * SAMPLES_PER_MS, end: this.#pushed };
    const whole = this.#whole();
    const { start, end } = this.#span;
    this.#options.onPartial({
      text: whole,
      stableText: whole,
      isFinal: false,
      startMs: start / SAMPLES_PER_MS,
      endMs: end / SAMPLES_PER_MS,
    });
  }

  #commit(): void {
    this.#committed = this.#whole();
    this.#text = '';
    this.#recogniser.reset(this.#stream);
  }

  #whole(): string {
    return [this.#committed, this.#text].filter((part) => part !== '').join(' ');
  }
}
