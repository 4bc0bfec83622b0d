// What goes into the turn machine and what comes out. Types only.
import type { PlaybackGate } from '../core/contracts/audio-io.ts';
import type { VadWindow } from './speech-segmenter.ts';

export type TurnInput =
  | { readonly type: 'window'; readonly window: VadWindow }
  /** What was understood of an open turn so far, the agent's own words left out. */
  | {
      readonly type: 'words';
      readonly turnId: string;
      readonly text: string;
      /** The beginning of it that no later transcript takes back; all of a final one. */
      readonly stableText: string;
      /** Whether it is all that was said up to the present silence. */
      readonly isFinal: boolean;
    }
  /** How probable the language model finds it, 0 to 1, that these words of an open turn are all of a sentence. */
  | {
      readonly type: 'words-end';
      readonly turnId: string;
      readonly text: string;
      readonly probability: number;
    }
  /** The end-of-turn model's answer to a `completion-ask`. */
  | {
      readonly type: 'completion';
      readonly turnId: string;
      readonly askId: number;
      readonly probability: number;
    }
  /** The wake phrase was heard, by a spotter of keywords. */
  | { readonly type: 'wake' }
  | { readonly type: 'commit' }
  | { readonly type: 'push-to-talk'; readonly isPressed: boolean }
  | { readonly type: 'mute' }
  /** The agent takes the floor: a committed turn, typed words or a text to speak. */
  | {
      readonly type: 'reply-start';
      readonly generation: number;
      /** False: speech does not cut it off; a call still does. */
      readonly isInterruptible: boolean;
    }
  | { readonly type: 'reply-audible'; readonly generation: number }
  | { readonly type: 'reply-end'; readonly generation: number }
  /** The page or a button silences the agent. */
  | { readonly type: 'interrupt' };

/** What tells that a turn is over, 0 to 1 each; null where it does not tell. */
export interface TurnCompletion {
  /** The end-of-turn model, of the latest silence. */
  readonly voice: number | null;
  /** The language model, of all words up to it. */
  readonly words: number | null;
  /** The two weighed against each other, or the voice alone. */
  readonly both: number | null;
}

export type TurnEffect =
  | { readonly type: 'turn-open'; readonly turnId: string; readonly fromMs: number }
  | {
      readonly type: 'turn-drop';
      readonly turnId: string;
      readonly reason: 'misfire' | 'muted' | 'backchannel' | 'noise' | 'not-addressed';
      readonly text: string;
    }
  /** Transcribe what was said so far, ahead of the decision. */
  | { readonly type: 'attempt-start'; readonly turnId: string }
  | { readonly type: 'attempt-drop'; readonly turnId: string }
  /** The words so far are a whole sentence, though the person may go on: an answer to them may be begun. */
  | {
      readonly type: 'draft-start';
      readonly turnId: string;
      readonly text: string;
      readonly turnMs: number;
    }
  /** Ask the end-of-turn model about the turn so far. */
  | { readonly type: 'completion-ask'; readonly turnId: string; readonly askId: number }
  | {
      readonly type: 'turn-commit';
      readonly turnId: string;
      readonly lastSpeechMs: number;
      readonly decisionMs: number;
      readonly completion: TurnCompletion;
    }
  /** What the player does with the samples of this reply. */
  | { readonly type: 'gate'; readonly generation: number; readonly gate: PlaybackGate }
  | { readonly type: 'cut'; readonly generation: number; readonly by: 'speech' | 'text' | 'call' };
