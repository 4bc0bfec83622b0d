// What the launcher asks of the page: one conversation, ready to play. Types only.

export type ClipKind = 'speech' | 'backchannel' | 'noise';

/** When something happens: a time, or a distance from a reply that was heard (counted from 0). */
export type CuePoint =
  /** After the microphone opened. */
  | { readonly ms: number }
  /** After the reply's first sound. */
  | { readonly reply: number; readonly offsetMs: number }
  /** After the reply's last sound; it starts late when the rig is not sure earlier that it was the last. */
  | { readonly afterReply: number; readonly offsetMs: number }
  /**
   * As soon as the agent has sounded for the offset, or everything before is answered and the agent
   * has been quiet for it. Cues of this kind come in their order, each after the one before had its
   * time to work: for conversations whose replies cannot be counted ahead.
   */
  | { readonly whenever: 'speaking' | 'quiet'; readonly offsetMs: number };

export interface PlannedClip {
  readonly id: string;
  readonly kind: ClipKind;
  readonly at: CuePoint;
  readonly lengthMs: number;
  /** Within the clip: the file may end in silence. */
  readonly speechEndMs: number;
  /** s16le mono at {@link TALK_RATE_HZ}, base64; null when the fake device plays it. */
  readonly pcmBase64: string | null;
}

export type PlannedEvent = { readonly at: CuePoint } & (
  | { readonly type: 'interrupt' }
  | { readonly type: 'sendText'; readonly value: string }
  | { readonly type: 'mute'; readonly value: boolean }
  | { readonly type: 'setMode'; readonly value: 'automatic' | 'push-to-talk' | 'manual' }
);

export interface EchoPlan {
  /** Of the agent's output on its way back into the microphone; negative is quieter. */
  readonly gainDb: number;
  readonly delayMs: number;
}

export interface TalkPlan {
  /** Passed to `createVoiceAgent`, completed by the page with context and microphone. */
  readonly agentOptions: Readonly<Record<string, unknown>>;
  /** `device`: Chromium's fake capture device plays the one clip as soon as the track opens; `room`: real devices, clips from the person's loudspeaker. */
  readonly source: 'device' | 'injected' | 'room';
  readonly clips: readonly PlannedClip[];
  readonly events: readonly PlannedEvent[];
  readonly echo: EchoPlan | null;
  /** Typed to the agent whenever it has fallen silent while cues are left; null never. */
  readonly prompt: string | null;
  /** Holds the page's main thread for half of each second while the conversation runs. */
  readonly blocksMain: boolean;
  /** Longest conversation, from the microphone opening. */
  readonly timeoutMs: number;
  readonly loadTimeoutMs: number;
}

/** Rate of the page's AudioContext, of every clip handed to it, and of the recordings. */
export const TALK_RATE_HZ = 48_000;
