// What the conversation is doing, as two small values and what a user interface shows of them.
// Portable.

export type UserState = 'silent' | 'speaking';
export type AgentState = 'off' | 'loading' | 'idle' | 'thinking' | 'speaking' | 'held';
export type MicrophoneState = 'off' | 'on' | 'muted' | 'denied' | 'missing' | 'lost';

/** The three words of the seed protocols, derived. */
export type ConversationStatus = 'listening' | 'thinking' | 'speaking';

export interface VoiceAgentState {
  readonly user: UserState;
  readonly agent: AgentState;
  readonly microphone: MicrophoneState;
  /** Whether replies are audible: false until a gesture where the browser asks for one. */
  readonly isAudible: boolean;
  readonly status: ConversationStatus;
}

export function deriveStatus(agent: AgentState): ConversationStatus {
  if (agent === 'thinking') return 'thinking';
  return agent === 'speaking' || agent === 'held' ? 'speaking' : 'listening';
}
