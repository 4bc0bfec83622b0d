import { expect, test } from 'vitest';
import { toV2vFigures } from '../../../bench/benches/v2v-figures.ts';
import type { TalkReport } from '../../../talk/report/schema.ts';
import { report } from '../talk/report.ts';

const base = report();
const clipAt = (id: string, fromMs: number): TalkReport['clips'][number] => ({
  ...{ id, kind: 'speech', startMs: fromMs, endMs: fromMs + 1_000 },
  speechSpansMs: [[fromMs, fromMs + 1_000]],
});
const playedAt = (
  startMs: number,
  kind: TalkReport['played'][number]['kind'] = 'answer',
): TalkReport['played'][number] => ({
  ...{ turnId: 't', generation: 1, kind, text: `at ${startMs}` },
  ...{ startMs, endMs: startMs + 500, cached: kind !== 'answer' },
});
const turnOf = (
  clipId: string,
  marks: Partial<TalkReport['turns'][number]['marks']>,
): TalkReport['turns'][number] => ({
  ...base.turns[0]!,
  clipIds: [clipId],
  marks: { ...base.turns[0]!.marks, ...marks },
});

const clips = [clipAt('a', 0), clipAt('b', 10_000), clipAt('c', 20_000)];

test('answers are measured from the end of the clip; what bridges the wait is sound, and no answer', () => {
  const played = [playedAt(1_700), playedAt(11_300, 'acknowledgement'), playedAt(12_000)];
  const figures = toV2vFigures(report({ clips, played, turns: [] }), { warmUps: 0 });
  expect(figures.answerMs).toEqual([700, 1_000, null]);
  expect(figures.soundMs).toEqual([700, 300, null]);
  expect(figures.acknowledgementMs).toEqual([300]);
  expect(figures.acknowledged).toEqual([0, 1, 0]);
});

test('the warm-up is among the turns that may be acknowledged, and each turn counts once', () => {
  const twice = [playedAt(1_300, 'acknowledgement'), playedAt(1_900, 'acknowledgement')];
  const figures = toV2vFigures(report({ clips, played: twice, turns: [] }), { warmUps: 1 });
  expect(figures).toMatchObject({ acknowledged: [1, 0, 0], acknowledgementMs: [] });
});

test('what an answer costs is told beside it: processor time, answers begun ahead, those dropped', () => {
  const cost = { ...base.cost, cpuSeconds: 6 };
  const spent = (clipId: string, started: number, dropped: number) => ({
    ...turnOf(clipId, {}),
    speculation: { started, used: started - dropped, dropped },
  });
  const turns = [spent('a', 1, 0), spent('b', 1, 1), spent('b', 1, 0), turnOf('c', {})];
  const figures = toV2vFigures(report({ clips, turns, cost }), { warmUps: 1 });
  expect(figures).toMatchObject({ processorMs: 2_000, begunAhead: [2, null], dropped: [1, null] });
});

test('warm-ups and clips that were cut off are in no figure; the latter are counted', () => {
  const played = [playedAt(1_700), playedAt(10_600), playedAt(21_500)];
  const cutOffs = [{ clipId: 'b', decisionMs: 10_500 }];
  const figures = toV2vFigures(report({ clips, played, cutOffs }), { warmUps: 1 });
  expect(figures.answerMs).toEqual([500]);
  expect(figures.cutOffs).toBe(1);
});

test('overhead is what goes beyond the decision, or beyond the engines where they decide', () => {
  const played = [playedAt(1_500), playedAt(11_500), playedAt(21_900)];
  const turns = [
    // Begun at 1,130, made in 350: the decision is the later of the two.
    turnOf('a', { eagerMs: 1_100, decisionTakenMs: 1_480 }),
    turnOf('b', { eagerMs: 11_130, decisionTakenMs: 11_160 }),
    turnOf('c', { eagerMs: null, decisionTakenMs: 21_500 }),
  ];
  const { overheadMs } = toV2vFigures(report({ clips, played, turns }), { warmUps: 0 });
  expect(overheadMs).toEqual([20, 20, 50]);
});
