// When a fixed timer would have taken the turn, and how a series of decisions scores on a clip. Pure.
import { SpeechSegmenter } from '../../src/turn/speech-segmenter.ts';
import type { SegmenterOptions, VadWindow } from '../../src/turn/speech-segmenter.ts';

export interface TimerOptions extends SegmenterOptions {
  /** Silence that ends a turn. */
  readonly silenceMs: number;
  /** Less voice than this is no turn. */
  readonly minSpeechMs: number;
}

export interface Decision {
  /** End of the last window it is based on. */
  readonly basedOnMs: number;
  readonly takenMs: number;
}

/** What a timer alone would have decided, each at the end of a window and without any delay. */
export function replayTimer(windows: readonly VadWindow[], options: TimerOptions): Decision[] {
  const segmenter = new SpeechSegmenter(options);
  const decisions: Decision[] = [];
  for (const window of windows) {
    segmenter.handleWindow(window);
    if (!segmenter.isInSegment || segmenter.silenceMs < options.silenceMs) continue;
    if (segmenter.voicedMs >= options.minSpeechMs) {
      decisions.push({ basedOnMs: window.endMs, takenMs: window.endMs });
    }
    segmenter.reset();
  }
  return decisions;
}

export interface DecisionScore {
  /** Decisions based on sound while the person had not finished. */
  readonly cutOffs: number;
  /** From the last sample of speech to the first decision after it; null when none came. */
  readonly delayMs: number | null;
}

/** Times in ms of one clock; `endMs` is the last sample of speech. */
export function scoreDecisions(decisions: readonly Decision[], endMs: number): DecisionScore {
  const after = decisions.filter(({ basedOnMs }) => basedOnMs >= endMs);
  return {
    cutOffs: decisions.length - after.length,
    delayMs: after.length === 0 ? null : Math.min(...after.map((each) => each.takenMs)) - endMs,
  };
}
