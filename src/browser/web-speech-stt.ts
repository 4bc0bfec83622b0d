// The browser's own recogniser (Web Speech). Most browsers send what they hear to their maker. Main thread.
import { delay } from '../core/abort.ts';
import type { Clock } from '../core/clock.ts';
import type { EngineInfo } from '../core/contracts/engine.ts';
import type {
  FinalTranscript,
  SttEngine,
  SttStream,
  SttStreamOptions,
} from '../core/contracts/speech-to-text.ts';
import { VoiceAgentError } from '../core/errors.ts';
import { UNDETERMINED } from '../core/language.ts';
import type { SamplesTrack } from './samples-track.ts';

/** What is used of it (https://webaudio.github.io/web-speech-api/). */
export interface WebSpeech extends EventTarget {
  lang: string;
  continuous: boolean;
  interimResults: boolean;
  /** Browsers that know no tracks take the microphone. */
  start(track: MediaStreamTrack): void;
  abort(): void;
}

export interface WebSpeechSttOptions {
  readonly clock: Clock;
  /** Null where the browser has none. */
  readonly createWebSpeech: (() => WebSpeech) | null;
  readonly createTrack: () => SamplesTrack;
  /** Called with the engine's end: what tracks are made of goes. */
  readonly onDispose: () => void;
}

interface SpeechResults {
  readonly results: ArrayLike<
    ArrayLike<{ readonly transcript: string }> & { readonly isFinal: boolean }
  >;
}

const SAMPLES_PER_MS = 16;
/** Silence after the last word, without which the service waits for more. */
const TAIL_MS = 600;
/** A text that has not changed for so long, and all of it heard, is taken for the whole. */
const SETTLED_MS = 500;
const LOOK_EVERY_MS = 30;
const DEADLINE_MS = 5_000;
/** Errors after which the service simply ended, and may be started again. */
const HARMLESS = new Set(['no-speech', 'aborted']);

/** Throws `unsupported` where the browser has none. */
export function createWebSpeechStt(options: WebSpeechSttOptions): SttEngine {
  const { createWebSpeech } = options;
  if (createWebSpeech === null) {
    throw new VoiceAgentError(
      'unsupported',
      'This browser has no speech recognition of its own. Take another with options.engines.stt.',
      { details: { feature: 'Web Speech recognition' } },
    );
  }
  return new WebSpeechStt({ ...options, createWebSpeech });
}

type Environment = WebSpeechSttOptions & { readonly createWebSpeech: () => WebSpeech };

class WebSpeechStt implements SttEngine {
  /** The service decides. */
  readonly languages: readonly string[] = ['*'];
  readonly info: EngineInfo = {
    ...{ name: 'web-speech', stage: 'stt', modelIds: [], backend: 'remote', threads: 1 },
  };
  readonly #environment: Environment;
  readonly #disposal = new AbortController();

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  /** Throws `unsupported` for `und`: it wants to be told. */
  open(options: SttStreamOptions): SttStream {
    if (options.language === UNDETERMINED) {
      throw new VoiceAgentError(
        'unsupported',
        "The browser's speech recognition tells no languages. Name one with options.language, or take another recogniser with options.engines.stt.",
        { details: { feature: 'language "auto" with Web Speech' } },
      );
    }
    const signal = AbortSignal.any([options.signal, this.#disposal.signal]);
    return new WebSpeechStream({ ...options, signal }, this.#environment);
  }

  async dispose(): Promise<void> {
    if (this.#disposal.signal.aborted) return;
    this.#disposal.abort(createClosedError('speech recogniser'));
    this.#environment.onDispose();
  }
}

/** The service may end a session whenever it wants to; another one goes on from there. */
class WebSpeechStream implements SttStream {
  readonly #options: SttStreamOptions;
  readonly #environment: Environment;
  readonly #closing = new AbortController();
  readonly #signal: AbortSignal;
  readonly #feed: SamplesTrack;
  #session: WebSpeech | null = null;
  #failure: VoiceAgentError | null = null;
  /** Of sessions that ended. */
  #before = '';
  #text = '';
  /** Whether no word of it may change. */
  #isSettled = true;
  #changedMs: number;
  #pushed = 0;
  #hasNew = false;

  constructor(options: SttStreamOptions, environment: Environment) {
    this.#options = options;
    this.#environment = environment;
    this.#changedMs = environment.clock.nowMs();
    this.#feed = environment.createTrack();
    this.#signal = AbortSignal.any([options.signal, this.#closing.signal]);
    if (this.#signal.aborted) this.#end();
    else this.#signal.addEventListener('abort', () => this.#end(), { once: true });
  }

  push(pcm: Float32Array): void {
    if (this.#signal.aborted) return;
    this.#pushed += pcm.length;
    this.#hasNew = true;
    this.#feed.push(pcm);
    this.#session ??= this.#start();
  }

  async transcribe({ signal }: { signal: AbortSignal }): Promise<FinalTranscript> {
    const either = AbortSignal.any([signal, this.#signal]);
    either.throwIfAborted();
    if (this.#hasNew) this.#feed.push(new Float32Array(TAIL_MS * SAMPLES_PER_MS));
    this.#hasNew = false;
    const { clock } = this.#environment;
    const startMs = clock.nowMs();
    let isTimedOut = false;
    while (!this.#isWhole && !isTimedOut) {
      if (this.#failure !== null) throw this.#failure;
      await delay(clock, LOOK_EVERY_MS, either);
      isTimedOut = clock.nowMs() - startMs >= DEADLINE_MS;
    }
    const endMs = this.#pushed / SAMPLES_PER_MS;
    return { text: this.#whole, isFinal: true, startMs: 0, endMs, confidence: null, isTimedOut };
  }

  close(): void {
    this.#closing.abort(createClosedError('speech recognition stream'));
  }

  /** All was heard, and either the service is sure of it or it has nothing to add. */
  get #isWhole(): boolean {
    if (this.#pushed === 0) return true;
    if (this.#feed.waitingMs > 0) return false;
    const quietMs = this.#environment.clock.nowMs() - this.#changedMs;
    return (this.#isSettled && this.#text !== '') || quietMs >= SETTLED_MS;
  }

  get #whole(): string {
    return [this.#before, this.#text].filter((part) => part !== '').join(' ');
  }

  #start(): WebSpeech {
    const session = this.#environment.createWebSpeech();
    session.lang = this.#options.language;
    session.continuous = true;
    session.interimResults = true;
    session.addEventListener('result', (event) => {
      if (session === this.#session) this.#handleResults(event as Event & SpeechResults);
    });
    session.addEventListener('error', (event) => {
      const { error } = event as Event & { error: string };
      if (session === this.#session && !HARMLESS.has(error)) this.#failure = toFailure(error);
    });
    session.addEventListener('end', () => {
      if (session === this.#session) this.#handleEnd();
    });
    session.start(this.#feed.track);
    return session;
  }

  #handleResults({ results }: SpeechResults): void {
    const parts = Array.from(results, (result) => ({
      text: result[0]?.transcript.trim() ?? '',
      isFinal: result.isFinal,
    }));
    const toText = (some: typeof parts): string =>
      some
        .map(({ text }) => text)
        .filter((text) => text !== '')
        .join(' ');
    const open = parts.findIndex(({ isFinal }) => !isFinal);
    this.#isSettled = open < 0;
    const text = toText(parts);
    if (text === this.#text) return;
    this.#text = text;
    this.#changedMs = this.#environment.clock.nowMs();
    const stable = toText(open < 0 ? parts : parts.slice(0, open));
    this.#options.onPartial({
      text: this.#whole,
      stableText: [this.#before, stable].filter((part) => part !== '').join(' '),
      isFinal: false,
      startMs: 0,
      endMs: this.#pushed / SAMPLES_PER_MS,
    });
  }

  /** What it heard stays. The next samples begin another session. */
  #handleEnd(): void {
    this.#before = this.#whole;
    this.#text = '';
    this.#isSettled = true;
    this.#session = null;
  }

  #end(): void {
    const session = this.#session;
    this.#session = null;
    session?.abort();
    this.#feed.close();
  }
}

function toFailure(reason: string): VoiceAgentError {
  const isDenied = reason === 'not-allowed' || reason === 'service-not-allowed';
  const help = isDenied ? 'Allow it' : 'Try again, or take another recogniser';
  return new VoiceAgentError(
    'stt-request-failed',
    `The browser's speech recognition failed: ${reason}. ${help} (options.engines.stt).`,
    { details: { url: 'web-speech', status: null, reason }, retryable: !isDenied },
  );
}

function createClosedError(what: string): VoiceAgentError {
  return new VoiceAgentError('disposed', `The ${what} is closed; open another one.`, {
    details: { what },
  });
}
