import { describe, expect, test } from 'vitest';
import { toOutcomes } from '../../../bench/turns/outcomes.ts';
import type { ReportClip, ReportInterruption, ReportTurn } from '../../../talk/report/schema.ts';
import { report } from '../talk/report.ts';
import { plan, turnClip, windows } from './clips.ts';

const [turn] = report().turns as [ReportTurn];
const decided = (turnId: string, decisionMs: number, change: Partial<ReportTurn> = {}) => ({
  ...{ ...turn, turnId, clipIds: ['p'] },
  marks: { ...turn.marks, decisionMs },
  ...change,
});

describe('a question with a rest', () => {
  const clip = turnClip('p', 'pause', {
    pauseMs: 600,
    lengthMs: 1_600,
    speechSpansMs: [
      [0, 640],
      [1_280, 1_600],
    ],
  });
  const heard = {
    ...{ id: 'p', kind: 'speech' as const, startMs: 3_200, endMs: 4_800 },
    speechSpansMs: [
      [3_200, 3_840],
      [4_480, 4_800],
    ] as [number, number][],
  };
  const quiet = plan({ kind: 'pauses', clips: [clip] });

  test('the agent is scored by its decisions, timers by the recorded voice', () => {
    const run = report({ clips: [heard], turns: [decided('t1', 4_350), decided('t2', 5_010)] });
    const trace = windows(8_000, [3_200, 3_840], [4_480, 4_800]);
    expect(toOutcomes(quiet, run, trace)).toEqual([
      {
        ...{ conversation: 'interruptions-1', condition: 'normal', type: 'pause' },
        ...{ clipId: 'p', origin: clip.origin, pauses: 1 },
        agent: { cutOffs: 1, delayMs: 210 },
        timers: [
          { silenceMs: 200, cutOffs: 1, delayMs: 224 },
          { silenceMs: 500, cutOffs: 1, delayMs: 512 },
          { silenceMs: 800, cutOffs: 0, delayMs: 800 },
        ],
      },
    ]);
  });

  test('voice of the clips around it is not scored', () => {
    const run = report({ clips: [heard], turns: [] });
    const trace = windows(12_000, [1_000, 2_000], [3_200, 3_840], [4_480, 4_800], [7_000, 8_000]);
    const [outcome] = toOutcomes(quiet, run, trace);
    expect(outcome).toMatchObject({ agent: { cutOffs: 0, delayMs: null } });
    expect(outcome?.type === 'pause' && outcome.timers[0]).toMatchObject({ cutOffs: 1 });
    const unheard = toOutcomes(quiet, run, windows(12_000, [3_200, 3_840], [7_000, 8_000]));
    expect(unheard).toMatchObject([{ timers: [{ cutOffs: 1, delayMs: null }, {}, {}] }]);
  });
});

const interruption: ReportInterruption = {
  ...{ clipId: 'i', onsetMs: 3_000, duckMs: 3_060, holdMs: 3_110, cutMs: null },
  ...{ silenceMs: 3_120, resumedMs: 4_020, resumeGapSamples: 0, kind: 'held-resumed' },
};

describe('a clip over the agent', () => {
  const clips = [turnClip('i', 'backchannel'), turnClip('j', 'noise')];

  test('times count from its first sound; one that never came is not the agent’s doing', () => {
    const run = report({ interruptions: [interruption] });
    const outcomes = toOutcomes(plan({ clips, kind: 'blocked' }), run, []);
    expect(outcomes[0]).toMatchObject({ condition: 'main thread blocked', kind: 'held-resumed' });
    expect(outcomes[0]).toMatchObject({ duckMs: 60, silenceMs: 120, heldMs: 900 });
    expect(outcomes[1]).toMatchObject({ clipId: 'j', kind: 'unplayed', silenceMs: null });
  });

  test('a call is timed from when it was made', () => {
    const calls = [
      { type: 'sendText' as const, atMs: 500, silenceMs: null },
      { type: 'interrupt' as const, atMs: 4_000, silenceMs: 4_012 },
      { type: 'interrupt' as const, atMs: 9_000, silenceMs: null },
    ];
    expect(toOutcomes(plan(), report({ calls }), [])).toMatchObject([
      { type: 'call', silenceMs: 12 },
      { type: 'call', silenceMs: null },
    ]);
  });
});

test('an echo: answers to itself, and its own voice cutting it off, apart from people who speak', () => {
  const echo = plan({ kind: 'echo', echo: { gainDb: -10, delayMs: 60 } });
  const run = report({
    turns: [decided('t1', 1_000, { interrupted: true }), decided('t2', 2_000)],
    falseTurns: [{ turnId: 't2', atMs: 2_000 }],
    clips: [],
  });
  expect(toOutcomes(echo, run, [])).toEqual([
    {
      ...{ conversation: 'interruptions-1', condition: 'echo -10 dB', type: 'echo' },
      ...{ selfAnswers: 1, selfInterruptions: 1, spokenMs: 1_000 },
    },
  ]);
  const [clip] = report().clips as [ReportClip];
  const selfInterruptionsBeside = (startMs: number, endMs: number): unknown =>
    toOutcomes(echo, { ...run, clips: [{ ...clip, startMs, endMs }] }, [])[0];
  expect(selfInterruptionsBeside(3_500, 4_300)).toMatchObject({ selfInterruptions: 0 });
  expect(selfInterruptionsBeside(1_000, 1_400)).toMatchObject({ selfInterruptions: 1 });
  expect(selfInterruptionsBeside(4_100, 5_000)).toMatchObject({ selfInterruptions: 1 });
});
