// Every event of a voice agent, as one union. Events are for watching: audio and tokens move elsewhere.
// Portable, types only.
import type { ErrorRecord } from '../core/errors.ts';
import type { EngineInfo } from '../core/contracts/engine.ts';
import type { StorageFallbackReason } from '../core/contracts/model-files.ts';
import type { EngineChoice } from './engine-choice.ts';
import type { VoiceAgentState } from './state.ts';
import type { TurnMetrics } from './metrics.ts';
import type { ConversationMessage } from './conversation.ts';

/** What a stretch of the agent's audio is. Only `answer` answers the person. */
export type ReplyKind = 'answer' | 'acknowledgement' | 'progress' | 'prompt' | 'earcon';

interface Stamp {
  /** `performance.timeOrigin + performance.now()` where it happened: monotonic, comparable across threads. */
  readonly atMs: number;
  /** Null for what belongs to no turn. */
  readonly turnId: string | null;
}

interface ReplyStamp extends Stamp {
  readonly generation: number;
  readonly kind: ReplyKind;
}

interface PlaybackChange<Type> extends ReplyStamp {
  readonly type: Type;
  readonly contextMs: number;
  /** The play cursor: a held reply goes on at the sample where it stopped. */
  readonly playedSamples: number;
}

export type VoiceAgentEvent =
  | (Stamp & { readonly type: 'state-change'; readonly state: VoiceAgentState })
  | (Stamp & { readonly type: 'user-speech-start'; readonly contextMs: number })
  | (Stamp & {
      readonly type: 'user-speech-end';
      readonly contextMs: number;
      readonly isMisfire: boolean;
    })
  | (Stamp & {
      readonly type: 'transcript-partial';
      readonly text: string;
      readonly stableText: string;
    })
  | (Stamp & {
      readonly type: 'transcript-final';
      readonly text: string;
      readonly isTimedOut: boolean;
      /** As the recogniser told it: a primary BCP 47 tag; null where it told none. */
      readonly language: string | null;
    })
  | (ReplyStamp & { readonly type: 'reply-start' })
  | (ReplyStamp & { readonly type: 'reply-delta'; readonly text: string })
  /** First sample of a generation on its way to the speaker; `contextMs` is AudioContext time. */
  | (ReplyStamp & {
      readonly type: 'reply-audio-start';
      readonly contextMs: number;
      readonly isCached: boolean;
    })
  | (ReplyStamp & {
      readonly type: 'reply-audio-end';
      readonly contextMs: number;
      readonly text: string;
    })
  | (ReplyStamp & {
      readonly type: 'reply-end';
      readonly generatedText: string;
      /** What was really played, by the play cursor; equals `generatedText` when nothing was cut. */
      readonly heardText: string;
      readonly isInterrupted: boolean;
    })
  /** The reply was lowered, silenced or let go on because someone speaks; at the player's own time. */
  | PlaybackChange<'playback-duck'>
  | PlaybackChange<'playback-hold'>
  | PlaybackChange<'playback-resume'>
  | (Stamp & {
      readonly type: 'interruption';
      readonly by: 'speech' | 'text' | 'call';
      readonly contextMs: number | null;
    })
  | (Stamp & { readonly type: 'backchannel'; readonly text: string })
  | (Stamp & {
      readonly type: 'speculation-drop';
      readonly reason: 'speech-resumed' | 'text-changed';
    })
  | (Stamp & { readonly type: 'message-change'; readonly message: ConversationMessage })
  | (Stamp & { readonly type: 'engine-change'; readonly engine: EngineInfo })
  /** What suits this device was found out anew, as when a better voice was measured; `engine-change` tells when it serves. */
  | (Stamp & { readonly type: 'engine-choice'; readonly choice: EngineChoice })
  | (Stamp & { readonly type: 'consent-needed'; readonly what: 'gesture' | 'microphone' })
  | (Stamp & { readonly type: 'tool-start'; readonly tool: string; readonly callId: string })
  | (Stamp & {
      readonly type: 'tool-end';
      readonly tool: string;
      readonly callId: string;
      readonly isError: boolean;
    })
  | (Stamp & { readonly type: 'progress'; readonly message: string })
  | (Stamp & {
      readonly type: 'model-progress';
      readonly modelId: string;
      /** Here by now, from the device or the network. */
      readonly loadedBytes: number;
      readonly totalBytes: number;
    })
  /** All models together that a load waits for: to answer typed text the language model alone. */
  | (Stamp & {
      readonly type: 'download-progress';
      readonly loadedBytes: number;
      readonly totalBytes: number;
      /** Over the network; null until it can be said. */
      readonly bytesPerSecond: number | null;
      /** At that rate; null while it is not known, or nothing comes. */
      readonly remainingMs: number | null;
    })
  /** Models are not kept on this device, and will be fetched again at the next visit. Everything else works. */
  | (Stamp & { readonly type: 'storage-fallback'; readonly reason: StorageFallbackReason })
  | (Stamp & { readonly type: 'metrics'; readonly metrics: TurnMetrics })
  | (Stamp & { readonly type: 'error'; readonly error: ErrorRecord });

export type VoiceAgentEventType = VoiceAgentEvent['type'];
/** Of `'*'`: any event. */
export type VoiceAgentEventOf<Type extends VoiceAgentEventType | '*'> = Type extends '*'
  ? VoiceAgentEvent
  : Extract<VoiceAgentEvent, { type: Type }>;

type WithoutStamp<Event> = Event extends Stamp ? Omit<Event, 'atMs'> : never;
/** An event before its emitter stamps the time. */
export type UnstampedEvent = WithoutStamp<VoiceAgentEvent>;
