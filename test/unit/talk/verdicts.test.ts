import { describe, expect, test } from 'vitest';
import type { VoiceAgentEvent } from '../../../src/index.ts';
import { findCalls } from '../../../talk/report/calls.ts';
import { findInterruptions } from '../../../talk/report/interruptions.ts';
import { Loudness } from '../../../talk/report/loudness.ts';
import { findPlayed } from '../../../talk/report/played.ts';
import type { ReportClip } from '../../../talk/report/schema.ts';
import { findTurns } from '../../../talk/report/turns.ts';
import { exitCodeOf, findCutOffs, findFalseTurns } from '../../../talk/report/verdicts.ts';
import { at, clip, playback, reply, spoken, START_CONTEXT_MS, timeline } from './events.ts';
import { RATE_HZ, tones } from './signals.ts';

function analyse(events: VoiceAgentEvent[], clips: ReportClip[], heard: [number, number][]) {
  const right = new Loudness(tones(10_000, ...heard), RATE_HZ);
  const played = findPlayed(events, timeline, right);
  const found = findTurns({ events, timeline, clips, played });
  const turns = found.map(({ report }) => report);
  return { events, clips, right, played, found, turns, timeline };
}

describe('verdicts', () => {
  const question = clip('q', [
    [500, 1_000],
    [1_600, 1_900],
  ]);

  test('an answered clip: exit code 0, no cut-off, no false turn', () => {
    const run = analyse(
      [...spoken('t1', [450, 1_950], 2_400), ...reply('t1', [3_000, 4_000])],
      [question],
      [[3_000, 4_000]],
    );
    expect(exitCodeOf(run)).toBe(0);
    expect(findCutOffs(run.turns, run.clips)).toEqual([]);
    expect(findFalseTurns(run.found, run.clips)).toEqual([]);
  });

  test('an answer that was not heard is none: exit code 2', () => {
    const events = [...spoken('t1', [450, 1_950], 2_400), ...reply('t1', [3_000, 4_000])];
    expect(exitCodeOf(analyse(events, [question], []))).toBe(2);
  });

  test('one of two clips without an answer: exit code 2', () => {
    const events = [...spoken('t1', [450, 1_950], 2_400), ...reply('t1', [3_000, 4_000])];
    const run = analyse(events, [question, clip('r', [[6_000, 7_000]])], [[3_000, 4_000]]);
    expect(exitCodeOf(run)).toBe(2);
  });

  test('a noise needs no answer', () => {
    const run = analyse([], [clip('n', [[500, 900]], 'noise')], []);
    expect(exitCodeOf(run)).toBe(0);
  });

  test('a decision inside the clip is a cut-off', () => {
    const run = analyse(spoken('t1', [450, 1_050], 1_500), [question], []);
    expect(findCutOffs(run.turns, run.clips)).toEqual([{ clipId: 'q', decisionMs: 1_500 }]);
  });

  test('a turn that was taken and overtaken before its reply is a cut-off all the same', () => {
    const overtaken: VoiceAgentEvent[] = [
      { type: 'user-speech-start', turnId: 't1', ...at(450) },
      {
        ...{ type: 'user-speech-end', turnId: 't1', isMisfire: false },
        contextMs: at(1_050).contextMs,
        atMs: at(1_550).atMs,
      },
    ];
    const run = analyse([...overtaken, ...spoken('t2', [1_600, 1_950], 2_400)], [question], []);
    expect(findCutOffs(run.turns, run.clips)).toEqual([{ clipId: 'q', decisionMs: 1_550 }]);
  });

  test('a misfire is no turn, and no cut-off', () => {
    const misfire: VoiceAgentEvent[] = [
      { type: 'user-speech-start', turnId: 't1', ...at(450) },
      { type: 'user-speech-end', turnId: 't1', isMisfire: true, ...at(700) },
    ];
    const run = analyse([...misfire, ...spoken('t2', [1_600, 1_950], 2_400)], [question], []);
    expect(run.turns.map(({ turnId }) => turnId)).toEqual(['t2']);
    expect(findCutOffs(run.turns, run.clips)).toEqual([]);
  });

  test('a turn made of noise is false; a typed one is not', () => {
    const events = [...spoken('t1', [450, 950], 1_400), ...reply('t2', [6_000, 7_000])];
    const run = analyse(events, [clip('n', [[500, 900]], 'noise')], [[6_000, 7_000]]);
    expect(findFalseTurns(run.found, run.clips)).toEqual([{ turnId: 't1', atMs: 1_400 }]);
  });
});

describe('interruptions', () => {
  const barge = clip('stop', [[3_500, 4_200]]);

  test('a cut: silence is the last recorded sample, whatever the agent says', () => {
    const events: VoiceAgentEvent[] = [
      ...reply('t1', [3_000, 3_750], { heard: 'Paris' }),
      { type: 'interruption', turnId: 't1', by: 'speech', ...at(3_740) },
    ];
    const [found] = findInterruptions(analyse(events, [barge], [[3_000, 3_700]]));
    expect(found).toMatchObject({ clipId: 'stop', onsetMs: 3_500, cutMs: 3_740, kind: 'cut' });
    expect(found?.silenceMs).toBeCloseTo(3_700, 0);
    expect(found?.resumedMs).toBeNull();
  });

  test('held and resumed: silence until the voice goes on', () => {
    const events = [
      ...reply('t1', [3_000, 6_000]),
      playback('duck', 3_540, 25_900),
      playback('hold', 3_600, 28_800),
      playback('resume', 5_000, 28_800),
    ];
    const run = analyse(
      events,
      [barge],
      [
        [3_000, 3_610],
        [5_010, 6_000],
      ],
    );
    const [found] = findInterruptions(run);
    expect(found).toMatchObject({ duckMs: 3_540, holdMs: 3_600, cutMs: null });
    expect(found).toMatchObject({ kind: 'held-resumed', resumeGapSamples: 0 });
    expect(found?.silenceMs).toBeCloseTo(3_610, 0);
    expect(found?.resumedMs).toBeCloseTo(5_010, 0);
  });

  test('what a call cuts off while a clip is on is no effect of the clip', () => {
    const events: VoiceAgentEvent[] = [
      ...reply('t1', [3_000, 3_750], { heard: 'Paris' }),
      { type: 'interruption', turnId: 't1', by: 'call', ...at(3_740) },
    ];
    const [found] = findInterruptions(analyse(events, [barge], [[3_000, 3_700]]));
    expect(found).toMatchObject({ kind: 'ignored', cutMs: null, silenceMs: null });
  });

  const heldAt = (resumeMs: number, playedSamples: number, heard: [number, number][]) => {
    const events = [
      ...reply('t1', [3_000, 6_000]),
      playback('hold', 3_620, 28_800),
      playback('resume', resumeMs, playedSamples),
    ];
    return findInterruptions(analyse(events, [barge], heard))[0];
  };

  test('what was heard again before the resume is told is no gap; what was skipped is', () => {
    const heard: [number, number][] = [
      [3_000, 3_600],
      [5_000, 6_000],
    ];
    expect(heldAt(5_020, 28_800 + 960, heard)?.resumeGapSamples).toBeCloseTo(0, -1);
    expect(heldAt(5_020, 28_800 + 960 + 480, heard)?.resumeGapSamples).toBeCloseTo(480, -1);
    expect(heldAt(5_020, 28_800, heard)?.resumedMs).toBeCloseTo(5_000, 0);
  });

  test('where the voice was silent by itself the recording cannot tell of a gap', () => {
    const paused: [number, number][] = [
      [3_000, 3_400],
      [5_000, 6_000],
    ];
    const found = heldAt(5_020, 28_800, paused);
    expect(found?.resumeGapSamples).toBeNull();
    expect(found?.silenceMs).toBeNull();
  });

  test('an agent that tells nothing of its playback leaves the marks empty', () => {
    const run = analyse(reply('t1', [3_000, 6_000]), [barge], [[3_000, 6_000]]);
    const [found] = findInterruptions(run);
    expect(found).toMatchObject({ duckMs: null, holdMs: null, resumeGapSamples: null });
  });

  test('a backchannel, and being ignored: the agent went on, so there is no silence', () => {
    const going = reply('t1', [3_000, 6_000]);
    const [ignored] = findInterruptions(analyse(going, [barge], [[3_000, 6_000]]));
    expect(ignored).toMatchObject({ kind: 'ignored', silenceMs: null, cutMs: null });
    const noted: VoiceAgentEvent[] = [
      ...going,
      { type: 'backchannel', turnId: 't1', atMs: at(4_000).atMs, text: 'mm-hmm' },
    ];
    const [backchannel] = findInterruptions(analyse(noted, [barge], [[3_000, 6_000]]));
    expect(backchannel).toMatchObject({ kind: 'backchannel', silenceMs: null });
  });

  test('a clip into silence interrupts nobody', () => {
    const run = analyse(reply('t1', [5_000, 6_000]), [barge], [[5_000, 6_000]]);
    expect(findInterruptions(run)).toEqual([]);
  });
});

describe('calls', () => {
  const cue = (what: string, recordingMs: number, kind: 'clip' | 'call' = 'call') => ({
    ...{ kind, what },
    contextMs: recordingMs + START_CONTEXT_MS,
  });

  test('a call to be silent is timed by the last sample of the reply it fell into', () => {
    const run = analyse(reply('t1', [3_000, 3_530]), [], [[3_000, 3_520]]);
    const calls = findCalls({ ...run, cues: [cue('sendText', 3_200), cue('interrupt', 3_500)] });
    expect(calls[0]).toEqual({ type: 'sendText', atMs: 3_200, silenceMs: null });
    expect(calls[1]).toMatchObject({ type: 'interrupt', atMs: 3_500 });
    expect(calls[1]?.silenceMs).toBeCloseTo(3_520, 0);
  });

  test('nothing to silence, and a clip named like a call', () => {
    const run = analyse(reply('t1', [3_000, 3_530]), [], [[3_000, 3_520]]);
    const cues = [cue('interrupt', 5_000), cue('interrupt', 3_500, 'clip')];
    expect(findCalls({ ...run, cues })).toEqual([
      { type: 'interrupt', atMs: 5_000, silenceMs: null },
    ]);
  });
});
