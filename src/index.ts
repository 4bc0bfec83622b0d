// The public API. Importing it touches no browser global.
export { createVoiceAgent } from './create-voice-agent.ts';
export { VoiceAgentError } from './core/errors.ts';
export type { ErrorCode, ErrorDetails, ErrorRecord } from './core/errors.ts';
export type {
  RequiredDownloads,
  RequiredLibrary,
  RequiredModel,
  SayOptions,
  SayResult,
  VoiceAgent,
  VoiceAgentAudio,
  VoiceAgentModels,
} from './agent/voice-agent-api.ts';
export type { StorageFallbackReason, StoredModel } from './core/contracts/model-files.ts';
export type {
  AudioOptions,
  MicrophoneOptions,
  VoiceAgentOptions,
} from './agent/voice-agent-options.ts';
export type {
  ChosenStage,
  DeviceGpu,
  DeviceProbe,
  DeviceReport,
  EngineChoice,
  EngineOffer,
} from './agent/engine-choice.ts';
export type {
  AssetOptions,
  BrowserLlmOptions,
  ConversationMode,
  CustomEngineOptions,
  EchoOptions,
  EngineOptions,
  FlowLlmOptions,
  LocalLlmOptions,
  LocalSttOptions,
  LocalTtsOptions,
  LocalWakeOptions,
  PersonaLlmOptions,
  RemoteEngineOptions,
  RemoteLlmOptions,
  RemoteSttOptions,
  RemoteTtsOptions,
  ReplyOptions,
  SilenceOptions,
  SpeakerOptions,
  TurnOptions,
  InterruptionOptions,
  VoiceAgentTool,
  VoiceOptions,
  WebSpeechSttOptions,
  WebSpeechTtsOptions,
} from './agent/options.ts';
export type {
  ReplyKind,
  VoiceAgentEvent,
  VoiceAgentEventOf,
  VoiceAgentEventType,
} from './agent/events.ts';
export type {
  AgentState,
  ConversationStatus,
  MicrophoneState,
  UserState,
  VoiceAgentState,
} from './agent/state.ts';
export type { ConversationMessage } from './agent/conversation.ts';
export type {
  EndOfTurnLook,
  SpeculativeAttempt,
  TurnContextMarks,
  TurnMarks,
  TurnMetrics,
} from './agent/metrics.ts';
export type { TurnCompletion } from './turn/turn-protocol.ts';
export type { RetryPolicy } from './core/backoff.ts';
export type { Clock } from './core/clock.ts';
export type { EngineBackend, EngineInfo, EngineStage } from './core/contracts/engine.ts';
export type { EndOfTurnEngine } from './core/contracts/end-of-turn.ts';
export type {
  LlmEngine,
  LlmMessage,
  LlmPart,
  LlmPrefill,
  LlmRequest,
  LlmTool,
  LlmToolCall,
} from './core/contracts/language-model.ts';
export type {
  FinalTranscript,
  PartialTranscript,
  PhraseHint,
  SttEngine,
  SttStream,
  SttStreamOptions,
} from './core/contracts/speech-to-text.ts';
export type {
  TtsChunk,
  TtsEngine,
  TtsRequest,
  TtsVoice,
  WordTime,
} from './core/contracts/text-to-speech.ts';
export type { Logger, LogLevel } from './core/logger.ts';
