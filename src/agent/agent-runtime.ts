// What the facade needs of the browser: workers and audio behind one seam, faked in tests. Types only.
import type { EngineInfo } from '../core/contracts/engine.ts';
import type { VoiceAgentError } from '../core/errors.ts';
import type { DeviceReport } from './engine-choice.ts';
import type { UnstampedEvent, VoiceAgentEvent } from './events.ts';
import type { AgentState, MicrophoneState, UserState } from './state.ts';
import type { ConversationMessage } from './conversation.ts';
import type { SayRequest } from './turn-service.ts';
import type {
  RequiredDownloads,
  RequiredModel,
  SayResult,
  VoiceAgentAudio,
  VoiceAgentModels,
} from './voice-agent-api.ts';
import type { VoiceAgentOptions } from './voice-agent-options.ts';

/** `text` is what typing needs; `all` also hears and speaks. */
export type LoadScope = 'text' | 'all';

/** How the runtime reports to the facade; set before anything else is called. */
export interface RuntimeObserver {
  handleEvent(event: VoiceAgentEvent): void;
  handleUnstamped(event: UnstampedEvent): void;
  handleDialogueState(state: { user: UserState; agent: AgentState }): void;
  handleMicrophone(state: MicrophoneState): void;
  handleAudible(isAudible: boolean): void;
  handleError(error: VoiceAgentError): void;
  /** For a turn worker that replaces a lost one. */
  getMessages(): readonly ConversationMessage[];
}

export interface AgentRuntime {
  readonly engines: readonly EngineInfo[];
  readonly audio: VoiceAgentAudio | null;
  readonly models: VoiceAgentModels;
  requiredModels(signal: AbortSignal | undefined): Promise<readonly RequiredModel[]>;
  /** For other options than its own. */
  requiredDownloads(
    options: VoiceAgentOptions,
    signal: AbortSignal | undefined,
  ): Promise<RequiredDownloads>;
  inspectDevice(signal: AbortSignal | undefined): Promise<DeviceReport>;
  forgetVerdicts(): Promise<void>;
  /** Idempotent; a failed load may be called again. Rejects with the first stage's error; others stay loaded. */
  load(scope: LoadScope, signal: AbortSignal | undefined): Promise<void>;
  /** Builds and resumes the audio graph. */
  openAudio(): Promise<void>;
  openMicrophone(signal: AbortSignal | undefined): Promise<void>;
  closeMicrophone(): void;
  setMuted(isMuted: boolean): void;
  setInputDevice(deviceId: string | null): Promise<void>;
  setOutputDevice(deviceId: string | null): Promise<void>;
  setOptions(options: VoiceAgentOptions): void;
  sendText(text: string): Promise<void>;
  say(request: SayRequest, signal: AbortSignal | undefined): Promise<SayResult>;
  interrupt(): void;
  commitTurn(): void;
  setPushToTalk(isPressed: boolean): void;
  dispose(): Promise<void>;
}
