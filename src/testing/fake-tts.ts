// A voice without a model, portable: a tone as long as the text, at once or on a clock's time.
import { delay } from '../core/abort.ts';
import type { Clock } from '../core/clock.ts';
import type { EngineInfo } from '../core/contracts/engine.ts';
import type {
  TtsChunk,
  TtsEngine,
  TtsRequest,
  TtsVoice,
  WordTime,
} from '../core/contracts/text-to-speech.ts';
import { VoiceAgentError } from '../core/errors.ts';
import { nextMacrotask } from '../core/macrotask.ts';
import { pauseAfterMs, splitClauses } from '../text/utterance-splitter.ts';
import type { Clause } from '../text/utterance-splitter.ts';

export interface FakeTtsOptions {
  /** Default 16000. */
  readonly sampleRateHz?: number;
  /** Length of the tone per character of the text at speed 1. Default 60. */
  readonly msPerCharacter?: number;
  /** Compute time per chunk on `clock`. Without it chunks come at once. */
  readonly latency?: { readonly clock: Clock; readonly perChunkMs: number };
  /** Texts to fail on with `synthesis-failed`. Default none. */
  readonly failsOn?: (text: string) => boolean;
  /** Of its voices. Default `en-US`. */
  readonly language?: string;
}

const VOICES = [
  { id: 'fake-low', name: 'Low' },
  { id: 'fake-high', name: 'High' },
] as const;
/** Pitch of each voice, so that a recording tells which one spoke. */
const TONE_HZ: Readonly<Record<string, number>> = { 'fake-low': 220, 'fake-high': 440 };
const AMPLITUDE = 0.3;

/** One chunk per clause, each with word times. Keeps every request, for tests to look at. */
export class FakeTts implements TtsEngine {
  readonly info: EngineInfo = {
    name: 'fake',
    stage: 'tts',
    modelIds: [],
    backend: 'js',
    threads: 1,
  };
  readonly voices: readonly TtsVoice[];
  /** Every request in the order made. */
  readonly requests: TtsRequest[] = [];
  readonly #options: FakeTtsOptions;
  #isDisposed = false;

  constructor(options: FakeTtsOptions = {}) {
    this.#options = options;
    const { language = 'en-US' } = options;
    this.voices = VOICES.map((voice) => ({ ...voice, language }));
  }

  synthesize(request: TtsRequest): AsyncIterable<TtsChunk> {
    const voice = request.voice ?? 'fake-low';
    if (TONE_HZ[voice] === undefined) throw new TypeError(`request.voice: no voice "${voice}"`);
    if (!(request.speed >= 0.5 && request.speed <= 2)) {
      throw new TypeError(`request.speed: ${request.speed} is not between 0.5 and 2`);
    }
    this.requests.push(request);
    return this.#speak(request, voice);
  }

  async dispose(): Promise<void> {
    this.#isDisposed = true;
  }

  async *#speak(request: TtsRequest, voice: string): AsyncGenerator<TtsChunk> {
    request.signal.throwIfAborted();
    let pauseMs = 0;
    for (const clause of splitClauses(request.text)) {
      await this.#compute(request.signal);
      if (this.#options.failsOn?.(clause.words) === true) throw failure(voice);
      yield this.#toChunk(clause, { voice, speed: request.speed, pauseMs });
      pauseMs = pauseAfterMs(clause.mark) / request.speed;
    }
  }

  async #compute(signal: AbortSignal): Promise<void> {
    const { latency } = this.#options;
    if (latency === undefined) await nextMacrotask();
    else await delay(latency.clock, latency.perChunkMs, signal);
    signal.throwIfAborted();
    if (this.#isDisposed) throw disposed();
  }

  #toChunk(
    clause: Clause,
    { voice, speed, pauseMs }: { voice: string; speed: number; pauseMs: number },
  ): TtsChunk {
    const sampleRateHz = this.#options.sampleRateHz ?? 16_000;
    const msPerCharacter = (this.#options.msPerCharacter ?? 60) / speed;
    const toSamples = (ms: number): number => Math.round((ms * sampleRateHz) / 1000);
    const pauseSamples = toSamples(pauseMs);
    const pcm = new Float32Array(pauseSamples + toSamples(clause.words.length * msPerCharacter));
    const step = (2 * Math.PI * (TONE_HZ[voice] ?? 0)) / sampleRateHz;
    for (let i = pauseSamples; i < pcm.length; i += 1) pcm[i] = AMPLITUDE * Math.sin(step * i);
    const words: WordTime[] = [...clause.words.matchAll(/\S+/gu)].map((match) => ({
      start: clause.wordsStart + match.index,
      end: clause.wordsStart + match.index + match[0].length,
      startSample: pauseSamples + toSamples(match.index * msPerCharacter),
      endSample: pauseSamples + toSamples((match.index + match[0].length) * msPerCharacter),
    }));
    return { pcm, sampleRateHz, span: { start: clause.start, end: clause.end }, words };
  }
}

function failure(voice: string): VoiceAgentError {
  return new VoiceAgentError('synthesis-failed', 'The fake voice was told to fail.', {
    details: { voice, reason: 'scripted' },
  });
}

function disposed(): VoiceAgentError {
  return new VoiceAgentError('disposed', 'The fake voice was disposed. Create a new one.', {
    details: { what: 'fake' },
  });
}
