// The voices of the system, by way of the browser (Web Speech). They play by themselves: their samples are silence. Main thread.
import { abortable, createAbortReason, delay } from '../core/abort.ts';
import type { Clock } from '../core/clock.ts';
import type { EngineInfo } from '../core/contracts/engine.ts';
import type {
  TtsChunk,
  TtsEngine,
  TtsRequest,
  TtsVoice,
} from '../core/contracts/text-to-speech.ts';
import { VoiceAgentError } from '../core/errors.ts';
import { toPrimary, UNDETERMINED } from '../core/language.ts';

/** What is used of it (https://webaudio.github.io/web-speech-api/#tts-section). */
export interface SystemVoice {
  readonly voiceURI: string;
  readonly name: string;
  /** BCP 47; with an underscore on some systems. */
  readonly lang: string;
  /** False: what is said leaves the device. */
  readonly localService: boolean;
  readonly default: boolean;
}

export interface SystemUtterance extends EventTarget {
  readonly text: string;
  voice: SystemVoice | null;
  lang: string;
  rate: number;
}

export interface SpeechSystem extends EventTarget {
  getVoices(): readonly SystemVoice[];
  speak(utterance: SystemUtterance): void;
  cancel(): void;
}

export interface WebSpeechTtsOptions {
  readonly clock: Clock;
  /** Null where the browser has none. */
  readonly system: SpeechSystem | null;
  readonly createUtterance: (text: string) => SystemUtterance;
  /** `all`: also voices that send what is said elsewhere. */
  readonly voices: 'device' | 'all';
  /** BCP 47; chooses the voice where a request names none. `und`: the system's own choice. */
  readonly language: string;
  readonly signal: AbortSignal;
}

const RATE_HZ = 48_000;
/** Silence that is played ahead of the speech: more than playback gathers at most before it begins. */
const AHEAD_MS = 250;
const STEP_MS = 50;
/** Browsers name their voices a while after they were asked first. */
const VOICES_LIMIT_MS = 2_000;
/** Without a gesture on the page some browsers neither begin nor say why. */
const START_LIMIT_MS = 5_000;
/** Where the voice does not tell how far it is. */
const MS_PER_CHARACTER = 65;
/** Longer than that a sentence does not take, at half the pace; some browsers lose its end. */
const LONGEST_MS_PER_CHARACTER = 400;

/** Rejects with `unsupported` where the browser has no voice for the language, and with the signal's reason. */
export async function createWebSpeechTts(options: WebSpeechTtsOptions): Promise<TtsEngine> {
  const { system, language } = options;
  if (system === null) {
    throw createUnsupported('This browser has no voices of its own. Take another');
  }
  const known = await readVoices(system, options);
  const usable = known.filter((voice) => options.voices === 'all' || voice.localService);
  const usual = chooseVoice(usable, language);
  if (usual !== null) return new WebSpeechTts({ ...options, system, usable, usual });
  const elsewhere =
    known.length > usable.length ? ", allow those elsewhere with voices: 'all'" : '';
  throw createUnsupported(
    `This device has no voice for "${language}". Install one in the system's settings${elsewhere}, or take another`,
  );
}

/** They may come a while after the first question. */
async function readVoices(
  system: SpeechSystem,
  { clock, signal }: WebSpeechTtsOptions,
): Promise<readonly SystemVoice[]> {
  const came = new Promise<void>((resolve) => {
    system.addEventListener('voiceschanged', () => resolve(), { once: true });
  });
  if (system.getVoices().length === 0) {
    await Promise.race([abortable(came, signal), delay(clock, VOICES_LIMIT_MS, signal)]);
  }
  return system.getVoices();
}

/** Of the region before others, of those the system's own choice; null without one that speaks the language. */
function chooseVoice(voices: readonly SystemVoice[], language: string): SystemVoice | null {
  const choose = (toKey: (tag: string) => string): SystemVoice | undefined => {
    const some = voices.filter(({ lang }) => toKey(lang) === toKey(language));
    return some.find((voice) => voice.default) ?? some[0];
  };
  if (language === UNDETERMINED) return choose(() => '') ?? null;
  return choose(toTag) ?? choose(toPrimary) ?? null;
}

type Environment = WebSpeechTtsOptions & {
  readonly system: SpeechSystem;
  readonly usable: readonly SystemVoice[];
  readonly usual: SystemVoice;
};

class WebSpeechTts implements TtsEngine {
  readonly playsItself = true;
  readonly info: EngineInfo;
  readonly voices: readonly TtsVoice[];
  readonly #environment: Environment;
  readonly #disposal = new AbortController();

  constructor(environment: Environment) {
    this.#environment = environment;
    const isLocal = environment.usable.every(({ localService }) => localService);
    this.info = {
      ...{ name: 'web-speech', stage: 'tts', modelIds: [], threads: 1 },
      backend: isLocal ? 'js' : 'remote',
    };
    this.voices = environment.usable.map(({ voiceURI, name, lang }) => ({
      ...{ id: voiceURI, name, language: lang.replaceAll('_', '-') },
    }));
  }

  synthesize(request: TtsRequest): AsyncIterable<TtsChunk> {
    const { usable, usual } = this.#environment;
    const { voice, speed, played } = request;
    const named = voice === null ? usual : usable.find(({ voiceURI }) => voiceURI === voice);
    if (named === undefined) throw new TypeError(`request.voice: no voice "${voice}"`);
    const { language = named.lang } = request;
    const hasIt = toPrimary(named.lang) === toPrimary(language);
    const chosen = hasIt ? named : chooseVoice(usable, language);
    if (chosen === null) throw createUnsupported(`No voice here has "${language}". Take another`);
    if (!(speed >= 0.5 && speed <= 2)) {
      throw new TypeError(`request.speed: ${speed} is not between 0.5 and 2`);
    }
    if (played === undefined) {
      throw new TypeError('request.played: a voice that plays by itself needs to know its turn');
    }
    return this.#speak(request, chosen, played);
  }

  async dispose(): Promise<void> {
    this.#disposal.abort(createAbortReason('The voice was disposed.'));
  }

  async *#speak(
    { text, speed, signal }: TtsRequest,
    voice: SystemVoice,
    played: Promise<void>,
  ): AsyncGenerator<TtsChunk, void, undefined> {
    const { clock } = this.#environment;
    const either = AbortSignal.any([signal, this.#disposal.signal]);
    either.throwIfAborted();
    yield silence(AHEAD_MS, { start: 0, end: 0 });
    await abortable(played, either);
    const utterance = new Utterance(text, { voice, speed, environment: this.#environment });
    let said = 0;
    try {
      while (!utterance.isOver) {
        await delay(clock, STEP_MS, either);
        utterance.throwIfFailed();
        const end = Math.max(said, utterance.said);
        yield silence(STEP_MS, { start: said, end });
        said = end;
      }
    } finally {
      utterance.stop();
    }
    yield silence(STEP_MS, { start: said, end: text.length });
  }
}

/** What is being said, from its making on. */
class Utterance {
  readonly #text: string;
  readonly #speed: number;
  readonly #voice: SystemVoice;
  readonly #environment: Environment;
  readonly #askedMs: number;
  #begunMs: number | null = null;
  /** Where the word begins that is being said; null where the voice does not tell. */
  #wordStart: number | null = null;
  #isOver = false;
  #failure: VoiceAgentError | null = null;

  constructor(
    text: string,
    options: { voice: SystemVoice; speed: number; environment: Environment },
  ) {
    const { voice, speed, environment } = options;
    this.#text = text;
    this.#speed = speed;
    this.#voice = voice;
    this.#environment = environment;
    this.#askedMs = environment.clock.nowMs();
    const utterance = environment.createUtterance(text);
    Object.assign(utterance, { voice, lang: voice.lang, rate: speed });
    utterance.addEventListener('start', () => (this.#begunMs ??= environment.clock.nowMs()));
    utterance.addEventListener('end', () => (this.#isOver = true));
    utterance.addEventListener('boundary', (event) => {
      const { charIndex, name } = event as Event & { charIndex: number; name: string };
      if (name !== 'sentence') this.#wordStart = charIndex;
    });
    utterance.addEventListener('error', (event) => {
      this.#failure ??= this.#toFailure((event as Event & { error: string }).error);
    });
    environment.system.speak(utterance);
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Throws `synthesis-failed` when the voice failed, or did not begin or end in time. */
  throwIfFailed(): void {
    if (this.#isOver) return;
    if (this.#failure !== null) throw this.#failure;
    const lengthMs = this.#environment.clock.nowMs() - this.#askedMs;
    if (this.#begunMs === null && lengthMs > START_LIMIT_MS) {
      throw this.#toFailure('it does not begin; some browsers want a click before');
    }
    const longestMs = START_LIMIT_MS + this.#text.length * LONGEST_MS_PER_CHARACTER;
    if (lengthMs > longestMs) throw this.#toFailure('it does not end');
  }

  /** Characters up to the last word that was said to its end, as far as that is known. */
  get said(): number {
    if (this.#isOver) return this.#text.length;
    if (this.#wordStart !== null) return this.#wordStart;
    if (this.#begunMs === null) return 0;
    const lengthMs = this.#environment.clock.nowMs() - this.#begunMs;
    const characters = Math.floor((lengthMs * this.#speed) / MS_PER_CHARACTER);
    return Math.max(0, this.#text.lastIndexOf(' ', characters));
  }

  /** Nothing more of it is heard. */
  stop(): void {
    if (!this.#isOver) this.#environment.system.cancel();
    this.#isOver = true;
  }

  #toFailure(reason: string): VoiceAgentError {
    return new VoiceAgentError(
      'synthesis-failed',
      `The system's voice failed: ${reason}. Try again, or take another voice (options.engines.tts).`,
      { details: { voice: this.#voice.name, reason }, retryable: true },
    );
  }
}

function silence(lengthMs: number, span: TtsChunk['span']): TtsChunk {
  const pcm = new Float32Array((RATE_HZ * lengthMs) / 1_000);
  return { pcm, sampleRateHz: RATE_HZ, span, words: null };
}

function toTag(language: string): string {
  return language.replaceAll('_', '-').toLowerCase();
}

function createUnsupported(what: string): VoiceAgentError {
  return new VoiceAgentError('unsupported', `${what} with options.engines.tts.`, {
    details: { feature: 'Web Speech voices' },
  });
}
