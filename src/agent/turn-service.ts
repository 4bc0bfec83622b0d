// What the turn worker serves to the page, and what it asks of it. Types only.
import type { CaptureTransport } from '../core/capture-input.ts';
import type { EngineInfo } from '../core/contracts/engine.ts';
import type { LoadedEngine } from '../core/contracts/loaded-engine.ts';
import type { ErrorRecord } from '../core/errors.ts';
import type { PlaybackTransport } from '../core/playback-link.ts';
import type { ConversationMessage } from './conversation.ts';
import type { ReplyKind, VoiceAgentEvent } from './events.ts';
import type { ResolvedOptions } from './options.ts';
import type { AgentState, UserState } from './state.ts';
import type { ToolResult } from './tool-result.ts';

/** Stages that run in workers of their own. */
export type EngineStageName = 'stt' | 'turn' | 'llm' | 'tts';

/** Those that may run behind an endpoint. */
export type RemoteStageName = Exclude<EngineStageName, 'turn'>;

export interface SayOutcome {
  readonly heardText: string;
  readonly isInterrupted: boolean;
  readonly error: ErrorRecord | null;
}

export interface SayRequest {
  readonly text: string;
  readonly kind: ReplyKind;
  /** False: speech over it does not cut it off; a call still does. */
  readonly isInterruptible: boolean;
}

/** What hears in the turn worker itself. */
export interface LoadedEars {
  /** The voice detector first. */
  readonly engines: readonly EngineInfo[];
  /** Why another detector than the wanted one serves. */
  readonly error: ErrorRecord | null;
}

/** Calls hold in the order in which they are made. Numbers identify requests that may be cancelled. */
export interface TurnService {
  /** Who is told; the latest registration holds. Everything before it is told to nobody. */
  attachPage(page: TurnPage): void;
  setOptions(options: ResolvedOptions): void;
  /** History of an earlier turn worker, which this one continues. */
  restoreMessages(messages: readonly ConversationMessage[]): void;
  /**
   * Loads what listening needs beyond the stages, and typing does not. May be called again, for a detector that could
   * not be loaded. Rejects as a keyword spotter does.
   */
  loadEars(): Promise<LoadedEars>;
  /**
   * A (new) worker serves this stage; null of `port` takes the stage away. An engine in the place of another one serves
   * from the next rest of the conversation on, and until then the one before does; resolves then.
   */
  attachEngine(
    stage: EngineStageName,
    loaded: LoadedEngine,
    port: MessagePort | null,
  ): Promise<void>;
  /** The worker of this stage is gone: what waits for it fails, what comes waits for its successor, where one is to come. */
  detachEngine(stage: EngineStageName, error: ErrorRecord, willReturn: boolean): void;
  openAudio(audio: {
    capture: CaptureTransport;
    playback: PlaybackTransport;
    outputLatencyMs: number;
  }): void;
  closeAudio(): void;
  /** Whether the context renders, so that replies are heard. */
  setAudible(isAudible: boolean): void;
  /** Whether what the capture path delivers is the person: false while the microphone is closed or muted. */
  setListening(isListening: boolean): void;
  sendText(text: string): void;
  say(requestId: number, request: SayRequest): Promise<SayOutcome>;
  cancelSay(requestId: number): void;
  interrupt(): void;
  commitTurn(): void;
  setPushToTalk(isPressed: boolean): void;
}

/** What only the page can do or wants to know. */
export interface TurnPage {
  handleEvent(event: VoiceAgentEvent): void;
  handleState(state: { user: UserState; agent: AgentState }): void;
  /** The token for a request of this stage; null for none. */
  getToken(stage: RemoteStageName): Promise<string | null>;
  /** Has the browser's own language model answer, and tells each piece; resolves at its end, or soon after `cancelPrompt`. */
  prompt(
    requestId: number,
    prompts: readonly { role: 'system' | 'user' | 'assistant'; content: string }[],
    onText: (text: string) => unknown,
  ): Promise<void>;
  /** An unknown id is ignored. */
  cancelPrompt(requestId: number): void;
  /** Calls a function of the page with arguments that fit its schema; never rejects by its own. */
  callTool(callId: string, name: string, argumentsJson: string): Promise<ToolResult>;
  /** Fires the signal of a call and ends the wait for it; an unknown id is ignored. */
  cancelTool(callId: string): void;
}
