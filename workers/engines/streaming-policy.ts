// When a whole-piece recogniser decodes, and where long speech is parted. Portable; used in the listen worker.
import type { RecognitionWindow } from './recognition-window.ts';

export interface StreamingPolicy {
  /** New audio between two partial decodes. */
  readonly partialIntervalMs: number;
  /** Share of real time that partial decodes may take: a slow machine gets fewer of them. */
  readonly maxDuty: number;
  /** Quiet after which new speech is decoded ahead of its interval: a final may be asked for soon. */
  readonly pauseMs: number;
  /** Quiet that counts as a place to part long speech. */
  readonly commitPauseMs: number;
  /** From this length on the window is cut at the last such pause, unless somebody waits for text. */
  readonly softWindowMs: number;
  /** At this length it is cut in any case: at a pause, or else where it is quietest. */
  readonly maxWindowMs: number;
  /** Audio kept while decodes fall behind; beyond it the oldest, still unrecognised, is lost. */
  readonly capacityMs: number;
}

/**
 * Measured with Moonshine tiny on two cores: 7 s take some 110 ms with a draft and 230 without; a rough decode takes some
 * 70 ms of one core at the end of 6 s. Its training segments are 4 to 30 s long. At a duty of 0.5 the
 * end-of-turn model found the cores taken at every second pause, and took twice its time.
 */
export const DEFAULT_STREAMING_POLICY: StreamingPolicy = {
  partialIntervalMs: 250,
  maxDuty: 0.3,
  pauseMs: 60,
  commitPauseMs: 200,
  softWindowMs: 8_000,
  maxWindowMs: 15_000,
  capacityMs: 300_000,
};

const SAMPLES_PER_MS = 16;

/** Quiet before speech that a decode still sees: soft first sounds lie in it. */
const LEAD_MS = 500;

/** Of the usual interval, after which a pause is worth a decode. */
const PAUSE_SHARE = 0.5;

/** Where to part the window now, as a sample position; null to leave it whole. */
export function chooseCommit(
  window: RecognitionWindow,
  { policy, isAwaited }: { policy: StreamingPolicy; isAwaited: boolean },
): number | null {
  const { start, end } = window;
  const lead = LEAD_MS * SAMPLES_PER_MS;
  if (window.speechSpan(end) === null) return end - start > 2 * lead ? end - lead : null;
  const soft = policy.softWindowMs * SAMPLES_PER_MS;
  const max = policy.maxWindowMs * SAMPLES_PER_MS;
  const pause = policy.commitPauseMs * SAMPLES_PER_MS;
  if (end - start > max) {
    const latest = start + max;
    return (
      window.findPause(start + max / 4, latest, pause) ??
      window.quietestPoint(start + max / 2, latest)
    );
  }
  if (isAwaited || end - start < soft) return null;
  return window.findPause(start + soft / 2, end, pause);
}

/** Decodes of one kind so far. */
export interface DecodesDone {
  /** Where the newest of them ended. */
  readonly end: number;
  /** How long it took. */
  readonly lastMs: number;
}

/**
 * What new speech deserves now: at a pause a whole decode, which will do for a final transcript, while it goes on one that
 * may be rough, or none.
 */
export function chooseDecode(
  window: RecognitionWindow,
  state: { whole: DecodesDone; newest: DecodesDone; policy: StreamingPolicy },
): 'whole' | 'rough' | null {
  const { policy } = state;
  const speech = window.speechSpan(window.end);
  if (speech === null) return null;
  const isDue = ({ end, lastMs }: DecodesDone, share: number): boolean => {
    if (window.isQuiet(end, window.end)) return false;
    const fresh = (window.end - Math.max(end, speech.start)) / SAMPLES_PER_MS;
    return fresh >= share * Math.max(policy.partialIntervalMs, lastMs / policy.maxDuty);
  };
  const isPause = window.trailingQuietSamples() >= policy.pauseMs * SAMPLES_PER_MS;
  if (isPause && isDue(state.whole, PAUSE_SHARE)) return 'whole';
  return isDue(state.newest, 1) ? 'rough' : null;
}
