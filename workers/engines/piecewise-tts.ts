// Drives a voice model run by run: pieces, pauses, abort between runs. In the speak worker.
import type { EngineInfo } from '../../src/core/contracts/engine.ts';
import type {
  TtsChunk,
  TtsEngine,
  TtsRequest,
  TtsVoice,
} from '../../src/core/contracts/text-to-speech.ts';
import { VoiceAgentError } from '../../src/core/errors.ts';
import { nextMacrotask } from '../../src/core/macrotask.ts';
import { RequestLane } from '../../src/core/request-lane.ts';
import { pauseAfterMs } from '../../src/text/utterance-splitter.ts';
import type { ClauseMark, RunLimits } from '../../src/text/utterance-splitter.ts';
import { toSpeechAudio } from './speech-audio.ts';
import { toUtterances } from './utterances.ts';
import type { Utterance } from './utterances.ts';
import { toWordTimes } from './word-spans.ts';

/** What a model makes of one utterance. */
export interface SpokenRun {
  /** Mono, as the model gives it. */
  readonly pcm: Float32Array;
  /** Where in `pcm` each symbol ends, preceded by where the first begins; null where it is not known. */
  readonly symbolEnds: readonly number[] | null;
}

/** What one voice model does; the policy around it is {@link PiecewiseTts}. */
export interface VoiceModel {
  readonly info: EngineInfo;
  readonly voices: readonly TtsVoice[];
  readonly defaultVoice: TtsVoice;
  readonly sampleRateHz: number;
  /** In symbols of this model. */
  readonly limits: RunLimits;
  /** The words and their mark in the model's symbols; what it lacks is left out. */
  toSymbols(
    clause: { readonly words: string; readonly mark: ClauseMark },
    options: { readonly voice: TtsVoice; readonly signal: AbortSignal },
  ): Promise<string>;
  /** One run of at most `limits.maximum` symbols, one at a time. An abort may be seen only at its end. */
  speak(
    symbols: string,
    options: { readonly voice: TtsVoice; readonly speed: number; readonly signal: AbortSignal },
  ): Promise<SpokenRun>;
  dispose(): Promise<void>;
}

/** Requests that may wait for the model; the agent has three at most. */
const WAITING_RUNS = 16;

/** Speeds outside this range are refused: models garble them. */
const SPEED_RANGE = { least: 0.5, most: 2 } as const;

/**
 * One chunk per run of the model. A chunk after the first opens with the rest that the punctuation
 * before it asks for. Before each run the event loop turns once, so that an abort which waits is seen.
 */
export class PiecewiseTts implements TtsEngine {
  readonly #model: VoiceModel;
  readonly #lane = new RequestLane({ name: 'voice runs', capacity: WAITING_RUNS });
  #disposed: Promise<void> | undefined;

  constructor(model: VoiceModel) {
    this.#model = model;
  }

  get info(): EngineInfo {
    return this.#model.info;
  }

  get voices(): readonly TtsVoice[] {
    return this.#model.voices;
  }

  /** @throws TypeError for a voice or speed that does not exist; rejects with `disposed` afterwards. */
  synthesize(request: TtsRequest): AsyncIterable<TtsChunk> {
    const voice = findVoice(this.#model, request.voice);
    const { least, most } = SPEED_RANGE;
    if (!(request.speed >= least && request.speed <= most)) {
      throw new TypeError(`request.speed: ${request.speed} is not between ${least} and ${most}`);
    }
    return this.#speakAll(request, voice);
  }

  dispose(): Promise<void> {
    this.#disposed ??= this.#model.dispose();
    return this.#disposed;
  }

  async *#speakAll(request: TtsRequest, voice: TtsVoice): AsyncGenerator<TtsChunk> {
    const { signal, speed } = request;
    const model = this.#model;
    signal.throwIfAborted();
    const utterances = toUtterances(request.text, {
      limits: model.limits,
      toSymbols: (words, mark) => model.toSymbols({ words, mark }, { voice, signal }),
    });
    let pauseMs = 0;
    for await (const utterance of utterances) {
      yield await this.#speakOne(utterance, { voice, speed, signal, pauseMs });
      pauseMs = pauseAfterMs(utterance.mark) / speed;
    }
  }

  async #speakOne(
    utterance: Utterance,
    options: { voice: TtsVoice; speed: number; signal: AbortSignal; pauseMs: number },
  ): Promise<TtsChunk> {
    await nextMacrotask();
    options.signal.throwIfAborted();
    if (this.#disposed !== undefined) throw disposedError(this.info.name);
    const run = await this.#runModel(utterance.symbols, options);
    options.signal.throwIfAborted();
    const { sampleRateHz } = this.#model;
    const { pcm, offsetSamples } = toSpeechAudio(run.pcm, {
      sampleRateHz,
      pauseMs: options.pauseMs,
      voice: options.voice.id,
    });
    const words =
      run.symbolEnds === null
        ? null
        : toWordTimes(utterance.words, {
            ends: run.symbolEnds,
            ...{ offsetSamples, chunkSamples: pcm.length },
          });
    return { pcm, sampleRateHz, span: utterance.span, words };
  }

  async #runModel(
    symbols: string,
    options: { voice: TtsVoice; speed: number; signal: AbortSignal },
  ): Promise<SpokenRun> {
    const leave = await this.#lane.enter(options.signal);
    try {
      return await this.#model.speak(symbols, options);
    } finally {
      leave();
    }
  }
}

/**
 * Said at load, the second after the first: code is compiled better once it has run, memory grows to what a sentence
 * needs, and a file that gives silence is found at once. As long as the first clauses that people wait for.
 */
const WARM_UP_TEXTS = ['Hello.', 'I can tell you about the weather in Paris.'] as const;

/** Says a few words and throws the audio away: first runs are slower. A failure disposes the engine. */
export async function warmUp(engine: TtsEngine, signal: AbortSignal): Promise<TtsEngine> {
  try {
    for (const text of WARM_UP_TEXTS) {
      const request = { text, voice: null, speed: 1, signal };
      const chunks = engine.synthesize(request)[Symbol.asyncIterator]();
      while ((await chunks.next()).done !== true);
    }
    return engine;
  } catch (error) {
    await engine.dispose();
    throw error;
  }
}

function findVoice(model: VoiceModel, id: string | null): TtsVoice {
  if (id === null) return model.defaultVoice;
  const voice = model.voices.find((candidate) => candidate.id === id);
  if (voice !== undefined) return voice;
  const known = model.voices.map((candidate) => candidate.id).join(', ');
  throw new TypeError(`request.voice: no voice "${id}"; known: ${known}`);
}

function disposedError(name: string): VoiceAgentError {
  return new VoiceAgentError('disposed', `The voice "${name}" was disposed. Create a new one.`, {
    details: { what: name },
  });
}
