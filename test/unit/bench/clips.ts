// Clips, outcomes and plans for the tests of the turn suite.
import type { ClipSet, TurnClip } from '../../../bench/turns/clips/clip.ts';
import type { PlannedConversation } from '../../../bench/turns/conversations.ts';
import type { OverlapOutcome, PauseOutcome } from '../../../bench/turns/outcomes.ts';
import type { VadWindow } from '../../../src/turn/speech-segmenter.ts';

export const turnClip = (id: string, set: ClipSet, change: Partial<TurnClip> = {}): TurnClip => ({
  ...{ id, set, text: 'hold on', pauseMs: null, file: `/clips/${id}.wav`, lengthMs: 1_000 },
  speechSpansMs: [[30, 900]],
  origin: 'synthetic voice: nobody',
  ...change,
});

export const plan = (change: Partial<PlannedConversation> = {}): PlannedConversation => ({
  ...{ id: 'interruptions-1', kind: 'interruptions', echo: null, clips: [] },
  script: { version: 1, clips: [], events: [] },
  replies: 'long',
  timeoutS: 30,
  ...change,
});

/** Windows of 32 ms from 0: voice within the spans, none elsewhere. */
export function windows(lengthMs: number, ...voiced: readonly [number, number][]): VadWindow[] {
  return Array.from({ length: Math.ceil(lengthMs / 32) }, (_, index) => {
    const startMs = index * 32;
    const isVoice = voiced.some(([from, to]) => startMs >= from && startMs < to);
    return { probability: isVoice ? 0.9 : 0.05, startMs, endMs: startMs + 32 };
  });
}

const of = { conversation: 'c', condition: 'normal', origin: '' };

export const overlap = (change: Partial<OverlapOutcome> = {}): OverlapOutcome => ({
  ...of,
  ...{ type: 'overlap', set: 'interruption', clipId: 'a', kind: 'cut' },
  ...{ duckMs: null, silenceMs: null, heldMs: null, resumeGapSamples: null },
  ...change,
});

export const pause = (
  pauses: number,
  agent: PauseOutcome['agent'],
  timer: PauseOutcome['agent'],
): PauseOutcome => ({
  ...of,
  ...{ type: 'pause', clipId: 'a', pauses, agent },
  timers: [200, 500, 800].map((silenceMs) => ({ silenceMs, ...timer })),
});
