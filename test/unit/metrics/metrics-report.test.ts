// What stages took over the turns of a conversation.
import { describe, expect, it } from 'vitest';
import { createMetricsReport, summarizeStages } from '../../../src/metrics/metrics-report.ts';
import { turnMetrics } from '../../support/turn-metrics.ts';

const decided = (afterMs: number, heardMs: number | null = null) =>
  turnMetrics({
    marks: {
      speechEndMs: 1_000,
      decisionMs: 1_000 + afterMs,
      firstAudibleMs: heardMs === null ? null : 1_000 + heardMs,
    },
  });

describe('summarizeStages', () => {
  it('takes percentiles over the turns in which a stage happened', () => {
    const turns = [decided(400, 900), decided(200), decided(300, 700), turnMetrics()];
    const [endOfTurn, response, ...more] = summarizeStages(turns);
    expect(more).toEqual([]);
    expect(endOfTurn).toMatchObject({ stage: 'end-of-turn', turns: 3, p50Ms: 300 });
    expect(endOfTurn!.p95Ms).toBeCloseTo(390);
    expect(response).toMatchObject({ stage: 'response', turns: 2, p50Ms: 800 });
    expect(response!.p95Ms).toBeCloseTo(890);
  });

  it('has nothing to say of no turns', () => {
    expect(summarizeStages([])).toEqual([]);
  });
});

describe('createMetricsReport', () => {
  it('is plain data with every turn, its stages and the summary', () => {
    const report = createMetricsReport([decided(400, 900), turnMetrics()]);
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
    expect(report.summary.map(({ stage }) => stage)).toEqual(['end-of-turn', 'response']);
    expect(report.turns[0]).toMatchObject({
      turnId: 't1',
      marks: { speechEndMs: 1_000 },
      timeline: { stages: [{ stage: 'end-of-turn', startMs: 0, endMs: 400 }], firstAudibleMs: 900 },
    });
    expect(report.turns[1]!.timeline).toBe(null);
  });
});
