// Option groups of a voice agent: types, units, ranges, defaults and their sources. Portable.
import type { EndOfTurnEngine } from '../core/contracts/end-of-turn.ts';
import type { EngineBackend } from '../core/contracts/engine.ts';
import type { LlmEngine } from '../core/contracts/language-model.ts';
import type { SttEngine } from '../core/contracts/speech-to-text.ts';
import type { TtsEngine } from '../core/contracts/text-to-speech.ts';

export type ConversationMode = 'automatic' | 'push-to-talk' | 'wake-phrase' | 'manual';

/** An engine behind an OpenAI-compatible endpoint. */
export interface RemoteEngineOptions {
  readonly kind: 'openai';
  /** Up to and including the version, for example `https://host/v1`. */
  readonly baseUrl: string;
  readonly model: string;
  /**
   * Called before each request, and once more after a 401; null sends no `Authorization`. Keep keys on a server: return a
   * short-lived token.
   */
  readonly getToken?: () => Promise<string | null>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A language model elsewhere. Text leaves the device. */
export type RemoteLlmOptions = RemoteEngineOptions;

/** A recogniser elsewhere. What the person says leaves the device as audio. */
export interface RemoteSttOptions extends RemoteEngineOptions {
  /**
   * New audio after which all of it is sent again for a partial transcript, 200 to 10,000 ms. Null (default): only while
   * someone speaks over the agent, every 700 ms, since words decide who goes on.
   */
  readonly partialEveryMs?: number | null;
}

/** A voice elsewhere. What the agent says leaves the device as text. */
export interface RemoteTtsOptions extends RemoteEngineOptions {
  /** The server's voices that `voice.id` may name, the default first. Default `['alloy']`. */
  readonly voices?: readonly string[];
  /** Default `wav`, which says its own rate; `pcm` is 16-bit mono at 24 kHz. */
  readonly format?: 'wav' | 'pcm';
}

/** A flow on a server of its own kind, which keeps instructions and history itself. Text leaves the device. */
export interface FlowLlmOptions extends Omit<RemoteEngineOptions, 'kind' | 'model'> {
  readonly kind: 'flow';
  readonly flowId: string;
  /** By which the server knows the conversation. */
  readonly sessionId: string;
}

/** The browser's own model, where it has one (Prompt API); which one, and where it runs, is the browser's affair. */
export interface BrowserLlmOptions {
  readonly kind: 'browser';
}

/** No model at all: lines of a script, for demos. Nothing leaves the device. */
export interface PersonaLlmOptions {
  readonly kind: 'persona';
  /**
   * The first whose `when` is among the words that were said last is answered with, whatever their case; without `when` it
   * answers anything. Lines with the same `when` take turns.
   */
  readonly lines: readonly { readonly when?: string; readonly say: string }[];
}

/** A recogniser of the catalogue, run on the device. */
export interface LocalSttOptions {
  readonly kind: 'local';
  readonly modelId: string;
  /** What it runs on, where it can run on WebGPU. Default `auto`. */
  readonly backend?: EngineBackend;
}

/** The browser's own recogniser. Audio leaves the device in most browsers. */
export interface WebSpeechSttOptions {
  readonly kind: 'web-speech';
}

/** A voice of the system, by way of the browser. It plays by itself, so it can be neither lowered nor held: it is cut off. */
export interface WebSpeechTtsOptions {
  readonly kind: 'web-speech';
  /** `device` (default): those that speak without a network. `all`: also those that send what is said elsewhere. */
  readonly voices?: 'device' | 'all';
}

/** A voice of the site's catalogue, run on the device; `voice.id` is one of its speakers. */
export interface LocalTtsOptions {
  readonly kind: 'local';
  readonly modelId: string;
}

/** Voices by name, whose engines and models this package knows. */
export type NamedVoice = 'kokoro' | 'piper' | 'flite';

/** A language model of the catalogue, run on the device. */
export interface LocalLlmOptions {
  readonly kind: 'local';
  readonly modelId: string;
  /** What it runs on, where it can run on WebGPU. Default `auto`. */
  readonly backend?: EngineBackend;
}

/** A keyword spotter of the catalogue, run on the device. */
export interface LocalWakeOptions {
  readonly kind: 'local';
  readonly modelId: string;
}

/** An engine of the page's own, behind the contract of its stage. It runs on the page, or wherever it takes its work. */
export interface CustomEngineOptions<Engine> {
  readonly kind: 'custom';
  /**
   * Called when the agent loads, with a signal that fires when the engine is no longer wanted; the agent disposes of
   * what it makes. Another function takes the place of the one before, the same one never does.
   */
  readonly create: (options: { signal: AbortSignal }) => Engine | Promise<Engine>;
}

export interface EngineOptions {
  /**
   * Voice activity: `silero`; `sherpa-onnx`: the same model run by that library, which tells speech from none and no
   * probability, so that thresholds do nothing; or `energy`: whatever is louder than the background, without a model,
   * which also serves where the model cannot be loaded. Taken at the start. Default `silero`.
   */
  readonly vad?: 'silero' | 'sherpa-onnx' | 'energy';
  /**
   * What finds `wakePhrase` in the mode of that name: `transcript`, the recogniser's words; or a model of the site's
   * catalogue that listens for its keywords alone, and the recogniser rests until it found one. Taken at the start.
   * Default `transcript`.
   */
  readonly wake?: 'transcript' | LocalWakeOptions;
  /** Recogniser: `moonshine`, a model of the site's catalogue such as a Whisper, or one elsewhere. `auto`: one of the catalogue that suits the device. Default `moonshine`. */
  readonly stt?:
    | 'auto'
    | 'moonshine'
    | LocalSttOptions
    | RemoteSttOptions
    | WebSpeechSttOptions
    | CustomEngineOptions<SttEngine>;
  /** What ends a turn: `smart-turn`, a model that hears whether it is over, or `timer`, a fixed silence. Default `smart-turn`. */
  readonly turn?: 'timer' | 'smart-turn' | CustomEngineOptions<EndOfTurnEngine>;
  /** Default `{ kind: 'local', modelId: 'smollm2-135m-instruct' }`. `auto`: the largest of the catalogue that suits the device. */
  readonly llm?:
    | 'auto'
    | LocalLlmOptions
    | RemoteLlmOptions
    | FlowLlmOptions
    | BrowserLlmOptions
    | PersonaLlmOptions
    | CustomEngineOptions<LlmEngine>;
  /** Voice: `kokoro`, `piper`, `flite`, one of the site's catalogue, one elsewhere, one of the system, or `none` for captions only. `auto`: Kokoro where the device keeps up, else Piper; `voice.id` is then one of Kokoro's. Default `kokoro`. */
  readonly tts?:
    | 'auto'
    | NamedVoice
    | 'none'
    | LocalTtsOptions
    | RemoteTtsOptions
    | WebSpeechTtsOptions
    | CustomEngineOptions<TtsEngine>;
}

export interface VoiceOptions {
  /** A voice id of the engine; null takes its default (`af_heart` for Kokoro). */
  readonly id?: string | null;
  /** Pace, 0.5 to 2; default 1. */
  readonly speed?: number;
  /** `auto` (default): a lexicon of English where it is served, else eSpeak NG, a separate GPL-3 file. `espeak`: that in any case. */
  readonly phonemes?: 'auto' | 'espeak';
  /**
   * What Kokoro runs on. `wasm` (default): kernels of our own. `auto`: a graphics processor where WebGPU gives one and it
   * says a test phrase right, which is remembered, else WASM. `webgpu`: the same with software adapters, and tested anew.
   */
  readonly backend?: EngineBackend;
}

/** When the person is done. Silences count from the end of the last window with voice. */
export interface TurnOptions {
  /** Probability at which a window counts as speech, 0 to 1; default 0.5 (Silero's own). */
  readonly enterThreshold?: number;
  /** Probability under which speech pauses, 0 to 1, not above `enterThreshold`; default 0.35 (Silero's own: enter less 0.15). */
  readonly exitThreshold?: number;
  /** Silence that ends a turn by the timer, 100 to 5,000 ms; default 500 (Silero's usual). Holds while the end-of-turn model has not answered. */
  readonly minSilenceMs?: number;
  /** Speech shorter than this is a misfire and no turn, 0 to 2,000 ms; default 250 (Silero's `min_speech_duration_ms`). Not while the agent speaks: there every sound is looked at. */
  readonly minSpeechMs?: number;
  /** Audio kept from before the first speech window, 0 to 2,000 ms; default 500: a first word is never lost. */
  readonly preRollMs?: number;
  /** Silence after which transcript and answer are begun ahead of the decision, 32 to 1,000 ms; default 128: four windows. Earlier where the end-of-turn model calls the turn complete with more than `probableProbability`, some 80 ms. */
  readonly eagerSilenceMs?: number;
  /** A turn is ended by force after this much audio, 5,000 to 600,000 ms; default 60,000. */
  readonly maxTurnMs?: number;
  /** Silence that ends a turn which the model calls complete with more than `completeProbability`, 32 to 2,000 ms; default 128. */
  readonly completeSilenceMs?: number;
  /** 0 to 1; default 0.5. On the 32 clips with inner pauses of the turn suite, replayed, 17 of 38 pauses are cut off (26 by a timer of 500 ms), and the median decision takes 178 ms (558). */
  readonly completeProbability?: number;
  /** Silence that ends a turn which the model calls complete with more than `probableProbability`, 32 to 2,000 ms; default 384: after the second look. */
  readonly probableSilenceMs?: number;
  /** 0 to 1; default 0.35: in doubt, a second look at 300 ms of silence is waited for. Replayed, 36 of 78 pauses are cut off, 38 with 0.4 and 200 ms. */
  readonly probableProbability?: number;
  /** The wait after an unfinished turn is learned from the person's pauses within these bounds, 100 to 5,000 ms; default 300. */
  readonly minPauseMs?: number;
  /** 300 to 10,000 ms; default 2,500. */
  readonly maxPauseMs?: number;
  /** Silence that ends a turn whatever the model says, 500 to 20,000 ms; default 3,000 (Smart Turn's own fallback). */
  readonly maxSilenceMs?: number;
  /** Whether answers are begun ahead of the decision: `auto` (default) with models on the device, not with an endpoint that may be paid by the call. `off` also keeps a model on the device from reading words before the turn is over. */
  readonly speculation?: 'auto' | 'on' | 'off';
  /** Answers begun ahead in the pauses of one turn at most, and as many again while the person speaks, 1 to 20; default 3. */
  readonly maxSpeculations?: number;
  /** Whose voice alone may begin or interrupt a turn. Null (default): everybody's. Refused until the catalogue has a speaker embedding model. */
  readonly speakerGate?: 'enrolled' | null;
  /** No answer is begun ahead of turns longer than this, 1,000 to 60,000 ms; default 10,000. */
  readonly maxSpeculatedSpeechMs?: number;
}

/** What happens when someone speaks while the agent does. */
export interface InterruptionOptions {
  /** Probability at which a window counts as voice over the agent, 0 to 1, at most `turn.enterThreshold`; default 0.1. On the turn suite's interruptions it is reached 82 ms after the onset in 95 of 100, 0.3 after 128 ms. */
  readonly duckThreshold?: number;
  /** Probability of a window that makes the agent fall silent, 0 to 1; default 0.2: of the suite's music half as many passages reach it as reach 0.1. */
  readonly holdThreshold?: number;
  /** Voice over the agent after which its voice is lowered by 15 dB, 32 to 1,000 ms; default 32: one window. */
  readonly duckAfterMs?: number;
  /** Voice after which it falls silent, nothing lost yet, 32 to 2,000 ms; default 64: two windows. */
  readonly holdAfterMs?: number;
  /** Voice after which any word cuts it off, 0 to 5,000 ms; default 300. */
  readonly cutAfterVoiceMs?: number;
  /** Words, backchannels not counted, that cut it off however short, 1 to 20; default 2. */
  readonly cutAfterWords?: number;
  /** A hold in which no word was understood ends after this, 200 to 4,000 ms; default 2,000. */
  readonly resumeAfterMs?: number;
}

export interface SpeakerOptions {
  /** Null follows the system's default. */
  readonly deviceId?: string | null;
  /** Linear, 0 to 1; default 1. */
  readonly volume?: number;
}

export interface ReplyOptions {
  /** Tokens of one reply at most, 1 to 4,096; default 256. */
  readonly maxTokens?: number;
  /** Words of one reply at most; the reply ends at the last whole sentence or clause within. Null (default) sets no limit. */
  readonly maxWords?: number | null;
  /** 0 (default) is greedy, up to 2. */
  readonly temperature?: number;
  /** Default 42. */
  readonly seed?: number;
  /** Silence between two sentences, 0 to 2,000 ms; default 100. */
  readonly sentencePauseMs?: number;
  /** How generated text is cut into pieces for the voice; default `sentence`. */
  readonly chunking?: 'word' | 'phrase' | 'sentence';
  /** The model is told of a failure when a tool takes longer, 100 to 600,000 ms; default 30,000. */
  readonly toolTimeoutMs?: number;
}

/** Keeps the agent from taking its own voice for the person's, with or without the browser's echo cancellation. */
export interface EchoOptions {
  /** Default `on`; `off` relies on the browser alone. */
  readonly guard?: 'off' | 'on';
  /** Loudness of the echo at the microphone against what is played, taken while it is not known yet, -60 to 20 dB; default -6. */
  readonly assumedCouplingDb?: number;
  /** By how much a sound must exceed the predicted echo, 0 to 30 dB; default 6. */
  readonly marginDb?: number;
  /** Longest way from the player to the microphone, 50 to 1,000 ms; default 400 (Bluetooth included). */
  readonly maxDelayMs?: number;
}

/** How the agent keeps from leaving a person in silence. Each is cut off like any other speech. */
export interface SilenceOptions {
  /** Short phrases made ahead and spoken when the answer will be late; `auto` (default) takes those of the language, null speaks none. */
  readonly acknowledgements?: 'auto' | readonly string[] | null;
  /** An answer expected later than this after the decision is acknowledged, 0 to 10,000 ms; default 1,200. */
  readonly acknowledgeAfterMs?: number;
  /** Share of turns that are acknowledged at most, 0 to 1; default 0.3. */
  readonly maxAcknowledgedShare?: number;
  /** A reply of which nothing sounds so long after the decision is announced by two soft notes, 200 to 10,000 ms; default 1,800: nobody waits 2 s in silence. Null never. */
  readonly earconAfterMs?: number | null;
  /** Prompts an idle person after this long, 1,000 to 3,600,000 ms; null (default) never. 15,000 is gentle. */
  readonly idlePromptMs?: number | null;
  /** What the idle person is asked; null (default) takes that of the language. */
  readonly idlePrompt?: string | null;
  /** Tools that take longer are spoken of, once in a reply, 0 to 60,000 ms; default 1,500. Null never. */
  readonly progressAfterMs?: number | null;
}

/** A function of the page that the language model may call. It runs on the main thread. */
export interface VoiceAgentTool {
  /** 1 to 64 letters, digits, `_` or `-`; no two tools share one. */
  readonly name: string;
  /** For the model: what it does and when to call it. */
  readonly description: string;
  /** JSON Schema (2020-12) of the arguments, an object. It is called only with arguments that fit. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /**
   * Whether it may be given up when the person interrupts or it takes too long. Default false: it runs to its
   * end, as befits a tool that changes something, and its result stays in the conversation.
   */
  readonly isAbortable?: boolean;
  /**
   * What it resolves to goes to the model as JSON, a rejection as an error. `signal` fires when the agent is
   * disposed of, and earlier only for an abortable tool.
   */
  readonly execute: (argumentsValue: unknown, options: { signal: AbortSignal }) => Promise<unknown>;
}

/** A tool without its function, which stays on the page. */
export interface ToolDescription extends Omit<VoiceAgentTool, 'execute' | 'isAbortable'> {
  readonly isAbortable: boolean;
}

export interface AssetOptions {
  /** Where model folders lie, ending in `/`. Default `models/` beside the page. */
  readonly modelsUrl?: string;
  /** The catalogue of the models, where it is not `catalog.json` in their folder. */
  readonly catalogUrl?: string;
  /** Further places of the same model folders, tried in turn when one fails; each ending in `/`. Another origin must allow CORS. */
  readonly mirrors?: readonly string[];
  /** Whether models stay on the device between visits, where the browser allows it; default true. */
  readonly keepModels?: boolean;
}

/** Functions do not cross threads: the turn worker asks the page. */
type WithoutToken<Options extends Pick<RemoteEngineOptions, 'getToken'>> = Omit<
  Options,
  'getToken'
>;

/** A number for each function that creates one. */
export interface ResolvedCustomEngine {
  readonly kind: 'custom';
  readonly id: number;
}

/** Options with every default filled in and without functions: what crosses into the turn worker. */
export interface ResolvedOptions {
  readonly instructions: string;
  readonly greeting: string | null;
  readonly language: string;
  readonly voice: Required<VoiceOptions>;
  readonly mode: ConversationMode;
  readonly engines: {
    readonly vad: 'silero' | 'sherpa-onnx' | 'energy';
    readonly wake: 'transcript' | LocalWakeOptions;
    readonly stt:
      | 'moonshine'
      | LocalSttOptions
      | WithoutToken<Required<RemoteSttOptions>>
      | WebSpeechSttOptions
      | ResolvedCustomEngine;
    readonly turn: 'timer' | 'smart-turn' | ResolvedCustomEngine;
    readonly llm:
      | LocalLlmOptions
      | WithoutToken<Required<RemoteLlmOptions>>
      | WithoutToken<Required<FlowLlmOptions>>
      | BrowserLlmOptions
      | PersonaLlmOptions
      | ResolvedCustomEngine;
    readonly tts:
      | NamedVoice
      | 'none'
      | LocalTtsOptions
      | WithoutToken<Required<RemoteTtsOptions>>
      | Required<WebSpeechTtsOptions>
      | ResolvedCustomEngine;
  };
  readonly turn: Required<TurnOptions>;
  readonly interruption: Required<InterruptionOptions>;
  readonly echo: Required<EchoOptions>;
  readonly silence: Required<SilenceOptions>;
  readonly wakePhrase: string | null;
  readonly wakeWindowMs: number;
  readonly reply: Required<ReplyOptions>;
  readonly tools: readonly ToolDescription[];
  readonly modelsUrl: string;
  readonly catalogUrl: string;
  readonly modelMirrors: readonly string[];
  readonly keepsModels: boolean;
  readonly threads: number | null;
}

export const DEFAULT_INSTRUCTIONS =
  'You are a helpful voice assistant. Answer in one or two short spoken sentences, without lists or markup.';

/** A voice that OpenAI's own endpoint has had from the start, and that others take for an alias. */
export const DEFAULT_REMOTE_VOICES: readonly string[] = ['alloy'];

export const DEFAULT_TURN: Required<TurnOptions> = {
  enterThreshold: 0.5,
  exitThreshold: 0.35,
  minSilenceMs: 500,
  minSpeechMs: 250,
  preRollMs: 500,
  eagerSilenceMs: 128,
  maxTurnMs: 60_000,
  completeSilenceMs: 128,
  completeProbability: 0.5,
  probableSilenceMs: 384,
  probableProbability: 0.35,
  minPauseMs: 300,
  maxPauseMs: 2_500,
  maxSilenceMs: 3_000,
  speculation: 'auto',
  maxSpeculations: 3,
  speakerGate: null,
  maxSpeculatedSpeechMs: 10_000,
};

export const DEFAULT_INTERRUPTION: Required<InterruptionOptions> = {
  duckThreshold: 0.1,
  holdThreshold: 0.2,
  duckAfterMs: 32,
  holdAfterMs: 64,
  cutAfterVoiceMs: 300,
  cutAfterWords: 2,
  resumeAfterMs: 2_000,
};

export const DEFAULT_ECHO: Required<EchoOptions> = {
  guard: 'on',
  assumedCouplingDb: -6,
  marginDb: 6,
  maxDelayMs: 400,
};

export const DEFAULT_SILENCE: Required<SilenceOptions> = {
  acknowledgements: 'auto',
  acknowledgeAfterMs: 1_200,
  maxAcknowledgedShare: 0.3,
  earconAfterMs: 1_800,
  idlePromptMs: null,
  idlePrompt: null,
  progressAfterMs: 1_500,
};

/** Long enough to answer a question without calling the agent again. */
export const DEFAULT_WAKE_WINDOW_MS = 8_000;

export const DEFAULT_REPLY: Required<ReplyOptions> = {
  maxTokens: 256,
  maxWords: null,
  temperature: 0,
  seed: 42,
  sentencePauseMs: 100,
  chunking: 'sentence',
  toolTimeoutMs: 30_000,
};
