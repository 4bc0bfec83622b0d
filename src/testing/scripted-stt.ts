// A recogniser that hears what a test tells it to, after the latency it is given. Portable.
import { delay } from '../core/abort.ts';
import { systemClock } from '../core/clock.ts';
import type { Clock } from '../core/clock.ts';
import type { EngineInfo } from '../core/contracts/engine.ts';
import type {
  FinalTranscript,
  SttEngine,
  SttStream,
  SttStreamOptions,
} from '../core/contracts/speech-to-text.ts';
import { VoiceAgentError } from '../core/errors.ts';

export interface ScriptedSttOptions {
  /** Transcript by {@link hashAudio} of the audio. Goes before `lines`. */
  readonly transcripts?: Readonly<Record<string, string>>;
  /**
   * What is heard in audio without a transcript: the n-th opened stream hears the n-th line, later
   * ones the last. Default: nothing.
   */
  readonly lines?: readonly string[];
  /** The language that the n-th opened stream tells; later ones the last. Default: none is told. */
  readonly told?: readonly (string | null)[];
  /** From `transcribe` to its answer. Default 0: at once. */
  readonly latencyMs?: number;
  /** An answer later than this comes then, marked `isTimedOut`, with the last partial. Default none. */
  readonly deadlineMs?: number;
  /** Audio per word of a partial transcript. Default 300. */
  readonly wordMs?: number;
  readonly clock?: Clock;
}

const SAMPLES_PER_MS = 16;
/** Enough of a clip to tell it from another: 200 ms. */
const HEAD_SAMPLES = 3_200;
/** -60 dBFS. */
const AUDIBLE = 1e-3;

/** The same audio always gives the same text, silence gives none, and nothing depends on real time. */
export class ScriptedStt implements SttEngine {
  readonly languages: readonly string[] = ['en'];
  readonly info: EngineInfo = {
    name: 'scripted',
    stage: 'stt',
    modelIds: [],
    backend: 'js',
    threads: 1,
  };

  /** The language that each stream was opened with. */
  readonly expected: string[] = [];
  readonly #options: ScriptedSttOptions;
  readonly #disposal = new AbortController();
  #opened = 0;

  constructor(options: ScriptedSttOptions = {}) {
    this.#options = options;
  }

  /** Streams opened so far. */
  get streamCount(): number {
    return this.#opened;
  }

  open(options: SttStreamOptions): SttStream {
    const { lines = [], told = [] } = this.#options;
    const line = lines[this.#opened] ?? lines.at(-1) ?? '';
    const language = told[this.#opened] ?? told.at(-1) ?? null;
    this.expected.push(options.language);
    this.#opened += 1;
    const signal = AbortSignal.any([options.signal, this.#disposal.signal]);
    return new ScriptedStream({ ...options, signal }, { ...this.#options, line, language });
  }

  async dispose(): Promise<void> {
    this.#disposal.abort(createDisposedError('scripted recogniser'));
  }
}

interface Script extends ScriptedSttOptions {
  readonly line: string;
  readonly language: string | null;
}

class ScriptedStream implements SttStream {
  readonly #stream: SttStreamOptions;
  readonly #script: Script;
  readonly #closing = new AbortController();
  readonly #signal: AbortSignal;
  /** The audio from its first audible sample on, as far as it is needed to know it again. */
  readonly #head = new Float32Array(HEAD_SAMPLES);
  #headLength = 0;
  #samples = 0;
  #shown = '';

  constructor(stream: SttStreamOptions, script: Script) {
    this.#stream = stream;
    this.#script = script;
    this.#signal = AbortSignal.any([stream.signal, this.#closing.signal]);
  }

  push(pcm: Float32Array): void {
    if (this.#signal.aborted) return;
    this.#samples += pcm.length;
    this.#keepHead(pcm);
    if (this.#headLength < HEAD_SAMPLES) return;
    const words = this.#text().split(' ');
    const wordSamples = (this.#script.wordMs ?? 300) * SAMPLES_PER_MS;
    const count = Math.min(words.length, Math.floor(this.#samples / wordSamples));
    const text = words.slice(0, count).join(' ');
    if (text === this.#shown) return;
    this.#shown = text;
    const stableText = words.slice(0, Math.max(0, count - 1)).join(' ');
    this.#stream.onPartial({ text, stableText, isFinal: false, ...this.#span() });
  }

  async transcribe({ signal }: { signal: AbortSignal }): Promise<FinalTranscript> {
    const { clock = systemClock, latencyMs = 0, deadlineMs = Infinity } = this.#script;
    const either = AbortSignal.any([signal, this.#signal]);
    either.throwIfAborted();
    const text = this.#text();
    const span = this.#span();
    const waitMs = Math.min(latencyMs, deadlineMs);
    if (waitMs > 0) await delay(clock, waitMs, either);
    const isTimedOut = latencyMs > deadlineMs;
    const heard = isTimedOut ? this.#shown : text;
    const { language } = this.#script;
    return { text: heard, isFinal: true, ...span, confidence: null, isTimedOut, language };
  }

  close(): void {
    this.#closing.abort(createDisposedError('scripted recognition stream'));
  }

  #keepHead(pcm: Float32Array): void {
    const start = this.#headLength > 0 ? 0 : pcm.findIndex(isAudible);
    if (start < 0) return;
    const part = pcm.subarray(start, start + HEAD_SAMPLES - this.#headLength);
    this.#head.set(part, this.#headLength);
    this.#headLength += part.length;
  }

  #text(): string {
    if (this.#headLength === 0) return '';
    const hash = hashAudio(this.#head.subarray(0, this.#headLength));
    return this.#script.transcripts?.[hash] ?? this.#script.line;
  }

  #span(): { startMs: number; endMs: number } {
    return { startMs: 0, endMs: this.#samples / SAMPLES_PER_MS };
  }
}

/**
 * FNV-1a, 32 bit, as eight hexadecimal digits, over 200 ms from the first audible sample on, taken as
 * 16-bit integers: silence around a clip and the size of its pieces do not matter.
 */
export function hashAudio(pcm: Float32Array): string {
  const start = Math.max(0, pcm.findIndex(isAudible));
  let hash = 0x811c9dc5;
  for (const sample of pcm.subarray(start, start + HEAD_SAMPLES)) {
    const value = Math.round(Math.min(1, Math.max(-1, sample)) * 32_767);
    hash = Math.imul(hash ^ (value & 0xff), 0x01000193);
    hash = Math.imul(hash ^ ((value >> 8) & 0xff), 0x01000193);
  }
  return (hash >>> 0).toString(16).padStart(8, '0');
}

function isAudible(sample: number): boolean {
  return Math.abs(sample) > AUDIBLE;
}

function createDisposedError(what: string): VoiceAgentError<'disposed'> {
  return new VoiceAgentError('disposed', `The ${what} is closed; open another one.`, {
    details: { what },
  });
}
