// Option groups of a voice agent: types, units, ranges, defaults and their sources. Portable.
export type ConversationMode = 'automatic' | 'push-to-talk' | 'wake-phrase' | 'manual';

/** A language model behind an OpenAI-compatible endpoint. Text leaves the device. */
export interface RemoteLlmOptions {
  readonly kind: 'openai';
  /** Up to and including the version, for example `https://host/v1`. */
  readonly baseUrl: string;
  readonly model: string;
  /** Called before each request; null sends no `Authorization`. Keep keys on a server: return a short-lived token. */
  readonly getToken?: () => Promise<string | null>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A language model of the catalogue, run on the device. */
export interface LocalLlmOptions {
  readonly kind: 'local';
  readonly modelId: string;
}

export interface EngineOptions {
  /** Voice activity: `silero`. Default `silero`. */
  readonly vad?: 'silero';
  /** Recogniser: `moonshine`. Default `moonshine`. */
  readonly stt?: 'moonshine';
  /** What ends a turn: `smart-turn`, a model that hears whether it is over, or `timer`, a fixed silence. Default `smart-turn`. */
  readonly turn?: 'timer' | 'smart-turn';
  /** Default `{ kind: 'local', modelId: 'smollm2-135m-instruct' }`. */
  readonly llm?: LocalLlmOptions | RemoteLlmOptions;
  /** Voice: `kokoro`, `piper`, or `none` for captions only. Default `kokoro`. */
  readonly tts?: 'kokoro' | 'piper' | 'none';
}

export interface VoiceOptions {
  /** A voice id of the engine; null takes its default (`af_heart` for Kokoro). */
  readonly id?: string | null;
  /** Pace, 0.5 to 2; default 1. */
  readonly speed?: number;
}

export interface TurnOptions {
  /** Probability at which a window counts as speech, 0 to 1; default 0.5 (Silero's own). */
  readonly enterThreshold?: number;
  /** Probability under which speech pauses, 0 to 1, below `enterThreshold`; default 0.35. */
  readonly exitThreshold?: number;
  /** Silence that ends a turn, 100 to 5,000 ms; default 500. */
  readonly minSilenceMs?: number;
  /** Speech shorter than this is a misfire and no turn, 0 to 2,000 ms; default 250. */
  readonly minSpeechMs?: number;
  /** Audio kept from before the first speech window, 0 to 2,000 ms; default 500. */
  readonly preRollMs?: number;
  /** Silence after which the final transcript is started ahead of the decision, 32 to 1,000 ms; default 128. */
  readonly eagerSilenceMs?: number;
  /** A turn is ended by force after this much audio, 5,000 to 600,000 ms; default 60,000. */
  readonly maxTurnMs?: number;
  /** Voice that cuts the agent off, 50 to 2,000 ms; default 250. */
  readonly interruptAfterMs?: number;
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
}

export interface EchoOptions {
  /** `off`: rely on the browser's echo cancellation. Default `off`. */
  readonly guard?: 'off' | 'on';
}

export interface SilenceOptions {
  /** Spoken when the answer takes longer than predicted; null (default) speaks nothing. */
  readonly acknowledgements?: readonly string[] | null;
  /** Prompts an idle person after this long; null (default) never. */
  readonly idlePromptMs?: number | null;
}

export interface VoiceAgentTool {
  readonly name: string;
  readonly description: string;
  /** JSON Schema of the arguments. */
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly execute: (argumentsValue: unknown, options: { signal: AbortSignal }) => Promise<unknown>;
}

export interface AssetOptions {
  /** Where model folders lie, ending in `/`. Default `models/` beside the page. */
  readonly modelsUrl?: string;
}

/** Options with every default filled in and without functions: what crosses into the turn worker. */
export interface ResolvedOptions {
  readonly instructions: string;
  readonly greeting: string | null;
  readonly language: string;
  readonly voice: Required<VoiceOptions>;
  readonly mode: ConversationMode;
  readonly engines: {
    readonly vad: 'silero';
    readonly stt: 'moonshine';
    readonly turn: 'timer' | 'smart-turn';
    readonly llm: LocalLlmOptions | Omit<RemoteLlmOptions, 'getToken'>;
    readonly tts: 'kokoro' | 'piper' | 'none';
  };
  readonly turn: Required<TurnOptions>;
  readonly reply: Required<ReplyOptions>;
  readonly modelsUrl: string;
  readonly threads: number | null;
}

export const DEFAULT_INSTRUCTIONS =
  'You are a friendly voice assistant. Answer in one or two short spoken sentences, without lists or markup.';

/** Fixed-timer turn taking: the seeds' and Silero's own values. */
export const DEFAULT_TURN: Required<TurnOptions> = {
  enterThreshold: 0.5,
  exitThreshold: 0.35,
  minSilenceMs: 500,
  minSpeechMs: 250,
  preRollMs: 500,
  eagerSilenceMs: 128,
  maxTurnMs: 60_000,
  interruptAfterMs: 250,
};

export const DEFAULT_REPLY: Required<ReplyOptions> = {
  maxTokens: 256,
  maxWords: null,
  temperature: 0,
  seed: 42,
  sentencePauseMs: 100,
  chunking: 'sentence',
};
