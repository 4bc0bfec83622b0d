// Drives a voice model run by run: pieces, pauses, abort between runs. In the speak worker.
import type { EngineInfo } from '../../src/core/contracts/engine.ts';
import type {
  TtsChunk,
  TtsEngine,
  TtsRequest,
  TtsVoice,
  WordTime,
} from '../../src/core/contracts/text-to-speech.ts';
import { createAbortReason } from '../../src/core/abort.ts';
import { VoiceAgentError } from '../../src/core/errors.ts';
import { knows, UNDETERMINED } from '../../src/core/language.ts';
import { nextMacrotask } from '../../src/core/macrotask.ts';
import { RequestLane } from '../../src/core/request-lane.ts';
import { toSpokenForm } from '../../src/text/speech-normaliser.ts';
import type { SpokenForm } from '../../src/text/spoken-form.ts';
import { pauseAfterMs } from '../../src/text/utterance-splitter.ts';
import type { ClauseMark, RunLimits } from '../../src/text/utterance-splitter.ts';
import { SpeechAudio } from './speech-audio.ts';
import type { SpeechPart } from './speech-audio.ts';
import { symbolsOf } from './symbol-table.ts';
import { toUtterances } from './utterances.ts';
import type { Utterance } from './utterances.ts';
import { toWordTimes } from './word-spans.ts';
import type { WordSpan } from './word-spans.ts';

/** What a model makes of one utterance, or the next part of it. */
export interface SpokenRun {
  /** Mono, as the model gives it. */
  readonly pcm: Float32Array;
  /**
   * Where each symbol ends, in samples from the start of `pcm`, preceded by where the first begins; null where it is not
   * known. Of symbols in other parts it lies before `pcm`, or behind it.
   */
  readonly symbolEnds: readonly number[] | null;
  /** How much of the utterance is made with this, up to 1; the last part has 1. */
  readonly share: number;
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
  /**
   * One run of at most `limits.maximum` symbols, one at a time, in one part or several. An abort may be seen only at
   * the end of a part.
   */
  speak(
    symbols: string,
    options: { readonly voice: TtsVoice; readonly speed: number; readonly signal: AbortSignal },
  ): AsyncIterable<SpokenRun>;
  dispose(): Promise<void>;
}

/** Requests that may wait for the model; the agent has three at most. */
const WAITING_RUNS = 16;

/** Speeds outside this range are refused: models garble them. */
const SPEED_RANGE = { least: 0.5, most: 2 } as const;

/**
 * One chunk per run of the model, or part of it. The first of a run after the first opens with the rest that the
 * punctuation before it asks for. Before each the event loop turns once, so that an abort which waits is seen.
 */
export class PiecewiseTts implements TtsEngine {
  readonly #model: VoiceModel;
  readonly #lane = new RequestLane({ name: 'voice runs', capacity: WAITING_RUNS });
  /** Ends the words that nobody asked for. */
  readonly #idleRun = new AbortController();
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

  /** @throws TypeError for a voice or speed that does not exist, `unsupported` for a language; rejects with `disposed` afterwards. */
  synthesize(request: TtsRequest): AsyncIterable<TtsChunk> {
    const voice = findVoice(this.#model, request);
    const { least, most } = SPEED_RANGE;
    if (!(request.speed >= least && request.speed <= most)) {
      throw new TypeError(`request.speed: ${request.speed} is not between ${least} and ${most}`);
    }
    this.#idleRun.abort(createAbortReason('The voice is asked for.'));
    return this.#speakAll(request, voice);
  }

  /**
   * Speaks to nobody: the first words before it resolves, the others until the first request. What fails then fails
   * for that request too, which tells it.
   */
  async warmUp(words: { first: string; idle: string }, signal: AbortSignal): Promise<void> {
    await this.#speakToNobody(words.first, signal);
    void this.#speakToNobody(words.idle, this.#idleRun.signal).catch(() => undefined);
  }

  dispose(): Promise<void> {
    this.#idleRun.abort(createAbortReason('The voice is disposed of.'));
    this.#disposed ??= this.#model.dispose();
    return this.#disposed;
  }

  async #speakToNobody(text: string, signal: AbortSignal): Promise<void> {
    const request = { text, voice: null, speed: 1, signal };
    const chunks = this.#speakAll(request, this.#model.defaultVoice);
    while ((await chunks.next()).done !== true);
  }

  async *#speakAll(request: TtsRequest, voice: TtsVoice): AsyncGenerator<TtsChunk> {
    const { signal, speed, language = UNDETERMINED } = request;
    const model = this.#model;
    signal.throwIfAborted();
    const spoken = voice.language === UNDETERMINED ? language : voice.language;
    const form = toSpokenForm(request.text, spoken);
    const utterances = toUtterances(form.text, {
      limits: model.limits,
      toSymbols: (words, mark) => model.toSymbols({ words, mark }, { voice, signal }),
    });
    let pauseMs = 0;
    for await (const utterance of utterances) {
      yield* this.#speakOne(utterance, { form, voice, speed, signal, pauseMs });
      pauseMs = pauseAfterMs(utterance.mark) / speed;
    }
  }

  async *#speakOne(
    utterance: Utterance,
    options: {
      form: SpokenForm;
      voice: TtsVoice;
      speed: number;
      signal: AbortSignal;
      pauseMs: number;
    },
  ): AsyncGenerator<TtsChunk> {
    await nextMacrotask();
    const { form, signal, pauseMs } = options;
    signal.throwIfAborted();
    if (this.#disposed !== undefined) throw disposedError(this.info.name);
    const { sampleRateHz } = this.#model;
    const audio = new SpeechAudio({ sampleRateHz, pauseMs, voice: options.voice.id });
    let start = form.toWrittenEnd(utterance.span.start);
    let words = toWrittenWords(utterance.words, form);
    for await (const run of this.#runModel(utterance.symbols, options)) {
      signal.throwIfAborted();
      const isContinued = run.share < 1;
      const part = audio.add(run.pcm, !isContinued);
      if (part === null) continue;
      const said = isContinued ? words.slice(0, countSaid(words, utterance, run)) : words;
      words = words.slice(said.length);
      const end = isContinued ? (said.at(-1)?.end ?? start) : form.toWrittenEnd(utterance.span.end);
      const span = { start, end };
      start = end;
      const times = wordTimesOf(said, run, part);
      yield { pcm: part.pcm, sampleRateHz, span, words: times, isContinued };
      // The next part may be made before the model itself lets messages in: an abort that waits is seen ahead of it.
      if (isContinued) await nextMacrotask();
    }
  }

  async *#runModel(
    symbols: string,
    options: { voice: TtsVoice; speed: number; signal: AbortSignal },
  ): AsyncGenerator<SpokenRun> {
    const leave = await this.#lane.enter(options.signal);
    try {
      yield* this.#model.speak(symbols, options);
    } finally {
      leave();
    }
  }
}

/** Of the words that are left, those that end with this part. */
function countSaid(
  words: readonly WordSpan[],
  { symbols }: Utterance,
  { symbolEnds, share, pcm }: SpokenRun,
): number {
  const said =
    symbolEnds === null
      ? symbolsOf(symbols).length * share
      : symbolEnds.findLastIndex((end) => end <= pcm.length);
  return words.findLastIndex(({ endSymbol }) => endSymbol <= said) + 1;
}

function wordTimesOf(
  words: readonly WordSpan[],
  { symbolEnds }: SpokenRun,
  { pcm, offsetSamples }: SpeechPart,
): WordTime[] | null {
  if (symbolEnds === null) return null;
  return toWordTimes(words, { ends: symbolEnds, offsetSamples, chunkSamples: pcm.length });
}

/** Words of one reworded place are one word of what was written. */
function toWrittenWords(words: readonly WordSpan[], form: SpokenForm): WordSpan[] {
  const written: WordSpan[] = [];
  for (const word of words) {
    const start = form.toWrittenStart(word.start);
    const end = form.toWrittenEnd(word.end);
    const last = written.at(-1);
    if (last?.start !== start) written.push({ ...word, start, end });
    else written[written.length - 1] = { ...last, end, endSymbol: word.endSymbol };
  }
  return written;
}

/** Said at load: a file that gives silence is found at once, and code is compiled. */
const FIRST_WORDS = 'Hello.';
/**
 * Said after that, while nobody asks for anything: code is compiled better the more it has run, and memory grows to
 * what a sentence needs. As long as the first clauses that people wait for.
 */
const IDLE_WORDS = 'I can tell you about the weather in Paris.';

/**
 * Says a few words and throws the audio away: first runs are slower. A failure disposes the engine. What comes back
 * goes on warming up until it is first asked for something.
 */
export async function warmUp(engine: PiecewiseTts, signal: AbortSignal): Promise<TtsEngine> {
  try {
    await engine.warmUp({ first: FIRST_WORDS, idle: IDLE_WORDS }, signal);
    return engine;
  } catch (error) {
    await engine.dispose();
    throw error;
  }
}

function findVoice(model: VoiceModel, { voice: id, language }: TtsRequest): TtsVoice {
  const named = id === null ? model.defaultVoice : findNamed(model, id);
  if (language === undefined) return named;
  const voice = [named, ...model.voices].find((candidate) => speaks(candidate, language));
  if (voice !== undefined) return voice;
  throw new VoiceAgentError(
    'unsupported',
    `The voice "${model.info.name}" has no "${language}". Choose one that has it with options.engines.tts, or set options.language.`,
    { details: { feature: `a voice for language "${language}"` } },
  );
}

function speaks({ language: known }: TtsVoice, language: string): boolean {
  return known === UNDETERMINED || knows([known], language);
}

function findNamed(model: VoiceModel, id: string): TtsVoice {
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
