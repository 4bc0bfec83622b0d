// All options of a voice agent, as a page passes them in. Main thread, types only.
import type { Logger } from '../core/logger.ts';
import type {
  ConversationMode,
  EngineOptions,
  VoiceOptions,
  TurnOptions,
  InterruptionOptions,
  SpeakerOptions,
  ReplyOptions,
  EchoOptions,
  SilenceOptions,
  VoiceAgentTool,
  AssetOptions,
} from './options.ts';

export interface MicrophoneOptions {
  /** `browser` asks for echo cancellation, noise suppression and gain control; `none` for the raw signal. Default `browser`. */
  readonly processing?: 'browser' | 'none';
  /** Null follows the system's default. */
  readonly deviceId?: string | null;
  /** Audio to listen to instead of a microphone. The caller owns it and stops it. */
  readonly source?: MediaStream | null;
}

export interface AudioOptions {
  /** The page's own context, to share one clock with its own nodes. The caller closes it. */
  readonly context?: AudioContext | null;
  /** `auto` (default) takes shared memory on an isolated page and message ports elsewhere. */
  readonly transport?: 'auto' | 'shared' | 'ports';
}

export interface VoiceAgentOptions {
  /** The system prompt. */
  readonly instructions?: string;
  /** Spoken when the agent starts; null (default) says nothing. */
  readonly greeting?: string | null;
  /**
   * BCP 47; default `en`. `auto`: that of each turn, as the recogniser tells it; one that cannot tell is refused. An answer
   * in a language that the voice lacks is shown, and not spoken.
   */
  readonly language?: string;
  readonly voice?: VoiceOptions;
  /** Default `automatic`. */
  readonly mode?: ConversationMode;
  readonly engines?: EngineOptions;
  /** Words that call the agent in the mode `wake-phrase`, such as "hey parley"; that mode needs it. */
  readonly wakePhrase?: string | null;
  /** After a reply, or the bare wake phrase, none is needed for this long, 0 to 120,000 ms; default 8,000. */
  readonly wakeWindowMs?: number;
  readonly turn?: TurnOptions;
  readonly interruption?: InterruptionOptions;
  readonly microphone?: MicrophoneOptions;
  readonly speaker?: SpeakerOptions;
  readonly reply?: ReplyOptions;
  readonly echo?: EchoOptions;
  readonly silence?: SilenceOptions;
  /** Where the conversation is kept: `none` (default) forgets it with the page. */
  readonly storage?: 'none' | 'device';
  /** Functions of the page that the language model may call; it must be one that calls tools. */
  readonly tools?: readonly VoiceAgentTool[];
  readonly audio?: AudioOptions;
  readonly assets?: AssetOptions;
  /** Threads per model runtime, 1 to 16; null (default) takes the cores of the device, 4 at most. 1 on a page without isolation. */
  readonly threads?: number | null;
  readonly logger?: Logger;
}
