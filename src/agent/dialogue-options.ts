// What a dialogue is made of: its engines, what it is told and whom it tells. Types only.
import type { Clock } from '../core/clock.ts';
import type { EndOfTurnEngine } from '../core/contracts/end-of-turn.ts';
import type { LlmEngine } from '../core/contracts/language-model.ts';
import type { SttEngine } from '../core/contracts/speech-to-text.ts';
import type { TtsEngine } from '../core/contracts/text-to-speech.ts';
import type { VadWindow } from '../turn/speech-segmenter.ts';
import type { UnstampedEvent } from './events.ts';
import type { ResolvedOptions } from './options.ts';
import type { AgentState, UserState } from './state.ts';
import type { CallTool } from './tool-runner.ts';

/** Null where a stage is not loaded or not wanted. */
export interface DialogueEngines {
  readonly stt: SttEngine | null;
  readonly endOfTurn: EndOfTurnEngine | null;
  readonly llm: LlmEngine | null;
  readonly tts: TtsEngine | null;
}

export interface DialogueOptions {
  readonly options: ResolvedOptions;
  readonly clock: Clock;
  /** Wall-clock time, ms since 1970, for messages. */
  readonly epochMs: () => number;
  readonly emit: (event: UnstampedEvent) => void;
  /** Called when it changes, and once in the beginning. */
  readonly onState: (state: { user: UserState; agent: AgentState }) => void;
  readonly callTool: CallTool;
}

export interface HeardWindow extends Omit<VadWindow, 'echo'> {
  /** Mono 16 kHz. Only valid during the call. */
  readonly pcm: Float32Array;
  /** Whether the wake phrase was found by its end; null where nobody listens for it, and words must tell. */
  readonly isCall: boolean | null;
}
