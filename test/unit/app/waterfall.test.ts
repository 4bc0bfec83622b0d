// The picture and the tables of a turn, from its metrics.
import { describe, expect, it } from 'vitest';
import type { SpeculativeAttempt } from '../../../src/index.ts';
import { toSummaryRows, toTimingRows } from '../../../src/app/timings.ts';
import { toWaterfall } from '../../../src/app/waterfall.ts';
import { turnMetrics } from '../../support/turn-metrics.ts';

const attempt = (
  startedMs: number,
  endedMs: number,
  outcome: SpeculativeAttempt['outcome'],
): SpeculativeAttempt => ({ startedMs, replyStartedMs: null, endedMs, outcome });

const SPOKEN = {
  speechEndMs: 10_000,
  eagerMs: 10_100,
  sttFinalMs: 10_200,
  decisionMs: 10_500,
  firstPcmMs: 10_700,
  firstAudibleMs: 11_000,
};

describe('the table', () => {
  it('leaves out what a typed turn begins with', () => {
    const marks = {
      decisionMs: 1_000,
      sttFinalMs: 1_000,
      llmStartMs: 1_010,
      llmFirstTokenMs: 1_700,
    };
    expect(toTimingRows(turnMetrics({ marks }))).toEqual([
      { stage: 'First word of the answer', took: '690 ms', after: '700 ms' },
    ]);
  });

  it('lists the stages that happened from the end of speech, in the order of a turn', () => {
    const marks = { ...SPOKEN, firstAudibleMs: 22_000 };
    expect(toTimingRows(turnMetrics({ marks }))).toEqual([
      { stage: 'Turn taken', took: '500 ms', after: '500 ms' },
      { stage: 'Words recognised', took: '100 ms', after: '200 ms' },
      { stage: 'First sound heard', took: '11.3 s', after: '12.0 s' },
    ]);
  });

  it('is empty for a turn without a beginning', () => {
    expect(toTimingRows(turnMetrics())).toEqual([]);
  });

  it('sums up all turns', () => {
    const slower = { ...SPOKEN, decisionMs: 10_700, firstAudibleMs: 11_400 };
    const rows = toSummaryRows([turnMetrics({ marks: SPOKEN }), turnMetrics({ marks: slower })]);
    expect(rows[0]).toEqual({ stage: 'Turn taken', p50: '600 ms', p95: '690 ms' });
    expect(rows.at(-1)).toEqual({
      stage: 'In all, to the first sound',
      p50: '1200 ms',
      p95: '1380 ms',
    });
  });
});

describe('the waterfall', () => {
  it('puts every stage on one axis, from the last word to the last thing that happened', () => {
    const waterfall = toWaterfall(turnMetrics({ marks: SPOKEN }))!;
    expect(waterfall.caption).toBe('First sound heard 1000 ms after your last word');
    expect(waterfall.rows).toEqual([
      { name: 'Turn taken', value: '500 ms', bars: [{ from: 0, to: 0.5, look: 'wait' }] },
      { name: 'Begun ahead', value: 'nothing', bars: [] },
      { name: 'Words recognised', value: '100 ms', bars: [{ from: 0.1, to: 0.2, look: 'work' }] },
      { name: 'First sound heard', value: '300 ms', bars: [{ from: 0.7, to: 1, look: 'work' }] },
    ]);
    expect(waterfall.marks).toEqual([
      { name: 'Turn taken', at: 0.5, look: 'decision' },
      { name: 'First sound of the answer', at: 1, look: 'audible' },
    ]);
    expect(waterfall.ticks.map(({ label, at }) => [label, at])).toEqual([
      ['0 ms', 0],
      ['500 ms', 0.5],
      ['1000 ms', 1],
    ]);
  });

  it('shows what was begun ahead: what became of it, and how often it was in vain', () => {
    const attempts = [
      attempt(7_000, 7_300, 'dropped'),
      attempt(8_000, 8_300, 'dropped'),
      attempt(10_100, 10_500, 'used'),
    ];
    const { rows, droppedBefore, description } = toWaterfall(
      turnMetrics({ marks: SPOKEN, speculation: { attempts } }),
    )!;
    expect(rows[1]).toEqual({
      name: 'Begun ahead',
      value: 'used, 2 dropped',
      bars: [{ from: 0.1, to: 0.5, look: 'used' }],
    });
    expect(droppedBefore).toBe(2);
    expect(description).toBe(
      'Begun ahead: used, 2 dropped. Turn taken: after 500 ms. First sound of the answer: after 1000 ms.',
    );
  });

  it.each([
    ['words only', [attempt(10_100, 10_500, 'transcript-only')]],
    ['1 dropped', [attempt(10_100, 10_300, 'dropped')]],
  ] as const)('says "%s" of it', (value, attempts) => {
    const waterfall = toWaterfall(turnMetrics({ marks: SPOKEN, speculation: { attempts } }))!;
    expect(waterfall.rows[1]).toMatchObject({ value, bars: [{ from: 0.1 }] });
    expect(waterfall.droppedBefore).toBe(0);
  });

  it('marks a phrase that came before the answer, and no later one', () => {
    const looks = (firstPhraseMs: number) =>
      toWaterfall(turnMetrics({ marks: { ...SPOKEN, firstPhraseMs } }))!.marks.map(
        ({ look }) => look,
      );
    expect(looks(10_600)).toEqual(['decision', 'phrase', 'audible']);
    expect(looks(11_500)).toEqual(['decision', 'audible']);
  });

  it('begins with an answer that was begun before the last word', () => {
    const early = { llmStartMs: 9_800, llmFirstTokenMs: 9_850, firstClauseMs: 9_900 };
    const attempts = [{ ...attempt(10_100, 10_500, 'used'), replyStartedMs: 9_800 }];
    const marks = { ...SPOKEN, ...early, firstAudibleMs: 10_800 };
    const metrics = turnMetrics({ marks, speculation: { attempts } });
    const { rows, marks: drawn, ticks } = toWaterfall(metrics)!;
    expect(rows.slice(0, 4)).toEqual([
      { name: 'Turn taken', value: '500 ms', bars: [{ from: 0.2, to: 0.7, look: 'wait' }] },
      { name: 'Begun ahead', value: 'used', bars: [{ from: 0, to: 0.7, look: 'used' }] },
      { name: 'Words recognised', value: '100 ms', bars: [{ from: 0.3, to: 0.4, look: 'work' }] },
      {
        name: 'First word of the answer',
        value: '50 ms',
        bars: [{ from: 0, to: 0.05, look: 'work' }],
      },
    ]);
    expect(drawn[0]).toMatchObject({ name: 'Turn taken', at: 0.7 });
    expect(ticks.map(({ label, at }) => [label, at])).toEqual([
      ['0 ms', 0.2],
      ['500 ms', 0.7],
    ]);
    expect(toTimingRows(metrics)[2]).toEqual({
      stage: 'First word of the answer',
      took: '50 ms',
      after: '150 ms before',
    });
  });

  it('says so where nothing sounded', () => {
    const { decisionMs, speechEndMs } = SPOKEN;
    const spoken = toWaterfall(turnMetrics({ marks: { decisionMs, speechEndMs } }))!;
    expect(spoken.caption).toBe('Turn taken 500 ms after your last word. Answered without sound');
    const cut = toWaterfall(turnMetrics({ marks: { decisionMs }, isInterrupted: true }))!;
    expect(cut.caption).toBe('Cut off before the first sound');
    const typed = toWaterfall(turnMetrics({ marks: { decisionMs } }))!;
    expect(typed).toMatchObject({ caption: 'Answered without sound', rows: [], marks: [] });
    expect(toWaterfall(turnMetrics())).toBe(null);
  });

  it.each([
    [90, [0, 50]],
    [650, [0, 200, 400, 600]],
    [4_300, [0, 2_000, 4_000]],
    [42_000, [0, 20_000, 40_000]],
  ])('of %s ms has few round ticks', (lengthMs, ticksMs) => {
    const marks = { speechEndMs: 0, decisionMs: lengthMs };
    const { ticks } = toWaterfall(turnMetrics({ marks }))!;
    expect(ticks.map(({ at }) => Math.round(at * lengthMs))).toEqual(ticksMs);
  });
});
