// When a fixed timer would have taken the turn, and how a series of decisions scores on a clip. Pure.
import { SpeechSegmenter } from '../../src/turn/speech-segmenter.ts';
import type { SegmenterOptions, VadWindow } from '../../src/turn/speech-segmenter.ts';

export interface TimerOptions extends SegmenterOptions {
  /** Silence that ends a turn. */
  readonly silenceMs: number;
  /** Less voice than this is no turn. */
  readonly minSpeechMs: number;
}

/** The ends of the windows at which a timer alone would have ended a turn. */
export function replayTimer(windows: readonly VadWindow[], options: TimerOptions): number[] {
  const segmenter = new SpeechSegmenter(options);
  const decisions: number[] = [];
  for (const window of windows) {
    segmenter.handleWindow(window);
    if (!segmenter.isInSegment || segmenter.silenceMs < options.silenceMs) continue;
    if (segmenter.voicedMs >= options.minSpeechMs) decisions.push(window.endMs);
    segmenter.reset();
  }
  return decisions;
}

export interface DecisionScore {
  /** Decisions while the person had not finished. */
  readonly cutOffs: number;
  /** From the last sample of speech to the first decision after it; null when none came. */
  readonly delayMs: number | null;
}

/** Times in ms of one clock; `endMs` is the last sample of speech. */
export function scoreDecisions(decisions: readonly number[], endMs: number): DecisionScore {
  const after = decisions.filter((atMs) => atMs >= endMs);
  return {
    cutOffs: decisions.length - after.length,
    delayMs: after.length === 0 ? null : Math.min(...after) - endMs,
  };
}
