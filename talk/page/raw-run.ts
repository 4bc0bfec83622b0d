// What the page hands back to the launcher: observations, not yet a report. Types only.
import type { EngineInfo, VoiceAgentEvent } from '../../src/index.ts';

/** Why a conversation could not begin. */
export interface RawFailure {
  /** `options`: the agent refused them; `load`: engines; `microphone`: everything after. */
  readonly stage: 'options' | 'load' | 'microphone';
  readonly code: string;
  readonly message: string;
}

export interface RawReady {
  readonly isIsolated: boolean;
  /** From the start of the page's navigation to every engine being ready. */
  readonly readyMs: number;
  readonly engines: readonly EngineInfo[];
}

export type RawPrepared =
  | { readonly isReady: true; readonly ready: RawReady }
  | { readonly isReady: false; readonly failure: RawFailure };

/** One `getOutputTimestamp` reading. */
export interface RawClockPair {
  readonly contextMs: number;
  readonly eventMs: number;
}

/** A time for which the recorder was not called; silence was recorded in its place. */
export interface RawGap {
  readonly contextMs: number;
  readonly missingFrames: number;
}

/** What the rig itself did, stamped by the audio clock. */
export interface RawCue {
  readonly kind: 'clip' | 'call';
  /** A clip's id, or the type of the script's event. */
  readonly what: string;
  readonly contextMs: number;
}

export interface RawRun {
  readonly recording: {
    readonly sampleRateHz: number;
    readonly frames: number;
    /** AudioContext time of the first recorded frame. */
    readonly startContextMs: number;
    readonly gaps: readonly RawGap[];
  };
  readonly microphoneOpenContextMs: number;
  readonly baseLatencyMs: number | null;
  readonly outputLatencyMs: number | null;
  readonly clockPairs: readonly RawClockPair[];
  readonly events: readonly VoiceAgentEvent[];
  readonly cues: readonly RawCue[];
  /** Failed calls of script events, and the like: what the agent itself did not report. */
  readonly rigErrors: readonly { code: string; message: string; eventMs: number }[];
  readonly isTimedOut: boolean;
}
