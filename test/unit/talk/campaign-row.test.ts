import { expect, test } from 'vitest';
import { describeTotals, toRow, toTotals } from '../../../talk/report/campaign-row.ts';
import { parseReport } from '../../../talk/report/schema.ts';
import { report } from './report.ts';

const row = (change: Parameters<typeof report>[0] = {}) =>
  toRow({
    recording: 'q',
    page: 'plain',
    said: 'What is the capital of France?',
    report: report(change),
    replyHeardBack: 'Paris is a capital',
  });

test('the synthetic report is a valid one', () => {
  expect(parseReport(JSON.parse(JSON.stringify(report())))).toEqual(report());
  expect(() => parseReport({ ...report(), schema: 2 })).toThrow(/^report\.schema: /u);
  expect(() => parseReport({ ...report(), extra: 1 })).toThrow(/^report\.extra: /u);
});

test('a row counts words on both sides and names who was reached', () => {
  expect(row()).toMatchObject({
    exitCode: 0,
    hearing: { errors: 1, words: 6 },
    speaking: { errors: 1, words: 4 },
    voiceToVoiceMs: 1_100,
    reachedHosts: ['llm.test'],
  });
});

test('totals weigh by words, and leave out waits that were not measured', () => {
  const unanswered = row({ played: [] });
  const totals = toTotals([row(), unanswered]);
  expect(totals).toMatchObject({ runs: 2, answered: 1, reachedHosts: ['llm.test'], errors: 0 });
  expect(totals.hearingWer).toBeCloseTo(2 / 12, 9);
  expect(totals.voiceToVoiceMs).toEqual({ p50: 1_100, p90: 1_100 });
  expect(describeTotals(totals)).toContain('1 of 2 answered');
  expect(toTotals([]).voiceToVoiceMs).toBeNull();
});
