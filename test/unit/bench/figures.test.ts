import { expect, test } from 'vitest';
import { toRows } from '../../../bench/turns/figures.ts';
import type { Outcome } from '../../../bench/turns/outcomes.ts';
import { formatTable } from '../../../bench/turns/table.ts';
import { overlap, pause } from './clips.ts';

const find = (outcomes: readonly Outcome[], figure: string, arm = 'agent') =>
  toRows(outcomes).find((row) => row.figure === figure && row.arm === arm);

test('cut-offs are counted by pause and by clip, delays are medians, beside each timer', () => {
  const outcomes = [
    pause(2, { cutOffs: 2, delayMs: 400 }, { cutOffs: 0, delayMs: 800 }),
    pause(1, { cutOffs: 0, delayMs: 300 }, { cutOffs: 1, delayMs: 700 }),
    pause(1, { cutOffs: 0, delayMs: null }, { cutOffs: 0, delayMs: 600 }),
  ];
  expect(find(outcomes, 'false cut-offs, of pauses')).toMatchObject({ n: 4, value: 0.5 });
  expect(find(outcomes, 'clips cut off')).toMatchObject({ n: 3, value: 1 / 3 });
  const delay = find(outcomes, 'decision after speech');
  expect(delay).toMatchObject({ n: 2, value: 350, unit: 'ms' });
  expect(delay?.p95).toBeCloseTo(395);
  expect(find(outcomes, 'decision after speech', 'timer 500 ms')).toMatchObject({ value: 700 });
  expect(toRows(outcomes).map(({ arm }) => arm)).toEqual(
    Array.from({ length: 3 }, () => [
      ...['agent', 'timer 200 ms', 'timer 500 ms', 'timer 800 ms'],
    ]).flat(),
  );
});

test('recall is of interruptions that met the agent; the others are told apart', () => {
  const outcomes = [
    overlap({ silenceMs: 120, duckMs: 60 }),
    overlap({ silenceMs: 180 }),
    overlap({ kind: 'held-resumed', silenceMs: 140, heldMs: 900, resumeGapSamples: -3 }),
    overlap({ kind: 'unplayed' }),
  ];
  expect(find(outcomes, 'interruption recall')).toMatchObject({ n: 3, value: 2 / 3 });
  expect(find(outcomes, 'onset to silence')).toMatchObject({ n: 3, value: 140 });
  expect(find(outcomes, 'onset to duck')).toMatchObject({ n: 1, value: 60 });
  expect(find(outcomes, 'largest gap at a resume')).toMatchObject({ n: 1, value: 3 });
  expect(find(outcomes, 'clips not played over the agent')).toMatchObject({ n: 4, value: 1 });
});

test('backchannels and noise: cuts are false, holds are counted with their length', () => {
  const held = { kind: 'held-resumed', heldMs: 700 } as const;
  const outcomes = [
    overlap({ set: 'backchannel', kind: 'cut' }),
    overlap({ set: 'backchannel', kind: 'backchannel', heldMs: 900 }),
    overlap({ set: 'noise', ...held }),
    overlap({ set: 'noise', kind: 'ignored' }),
  ];
  expect(find(outcomes, 'false cuts on backchannels')).toMatchObject({ n: 2, value: 0.5 });
  expect(find(outcomes, 'false cuts on noise')).toMatchObject({ n: 2, value: 0 });
  expect(find(outcomes, 'holds on backchannels and noise')).toMatchObject({ n: 4, value: 0.5 });
  expect(find(outcomes, 'length of a hold')).toMatchObject({ n: 2, value: 800 });
  expect(find(outcomes, 'interruption recall')).toBeUndefined();
});

test('conditions stand apart; calls and echoes have rows of their own', () => {
  const of = { conversation: 'c', origin: '' };
  const echo = { ...of, type: 'echo' as const, condition: 'echo -10 dB', spokenMs: 9_000 };
  const outcomes: Outcome[] = [
    overlap(),
    overlap({ condition: 'hidden tab', kind: 'ignored' }),
    { ...of, condition: 'normal', type: 'call', silenceMs: 12 },
    { ...echo, selfAnswers: 2, selfInterruptions: 1 },
    { ...echo, selfAnswers: 1, selfInterruptions: 0 },
  ];
  const recall = toRows(outcomes).filter(({ figure }) => figure === 'interruption recall');
  expect(recall.map(({ condition, value }) => [condition, value])).toEqual([
    ['normal', 1],
    ['hidden tab', 0],
  ]);
  expect(find(outcomes, 'interrupt() to silence')).toMatchObject({ n: 1, value: 12 });
  expect(find(outcomes, 'self-answers')).toMatchObject({ n: 2, value: 3, unit: 'count' });
  expect(find(outcomes, 'self-interruptions')).toMatchObject({ value: 1 });
});

test('nothing run is nothing told', () => {
  expect(toRows([])).toEqual([]);
});

test('the table has its columns below each other', () => {
  const base = { arm: 'agent', condition: 'normal' };
  const rows = [
    { ...base, figure: 'recall', n: 31, unit: 'share', value: 0.9677, p95: null },
    { ...base, figure: 'onset to silence', n: 30, unit: 'ms', value: 139.6, p95: 150.2 },
    { ...base, figure: 'gap', n: 0, unit: 'samples', value: null, p95: null },
  ] as const;
  expect(formatTable(rows).split('\n')).toEqual([
    'figure            arm    condition  n   value   p95',
    'recall            agent  normal     31  96.8 %',
    'onset to silence  agent  normal     30  140 ms  150 ms',
    'gap               agent  normal     0   -',
  ]);
});
