// Whether a full run can decide what is promised.
import { expect, test } from 'vitest';
import { createBargeInBench } from '../../../bench/benches/bargein.ts';
import { createBytesBench } from '../../../bench/benches/bytes.ts';
import { createCaptureBench } from '../../../bench/benches/capture.ts';
import { createLlmBench } from '../../../bench/benches/llm.ts';
import { createStartBench } from '../../../bench/benches/start.ts';
import { createSttBench } from '../../../bench/benches/stt.ts';
import { createTtsBench } from '../../../bench/benches/tts.ts';
import { createTurnBench } from '../../../bench/benches/turn.ts';
import { createV2vBench } from '../../../bench/benches/v2v.ts';
import { FULL_ROUNDS } from '../../../bench/measure/bench.ts';

const BENCHES = [
  ...[createBargeInBench(), createBytesBench(), createCaptureBench(), createLlmBench()],
  ...[createStartBench(), createSttBench(), createTtsBench(), createTurnBench()],
  createV2vBench(),
];

/** Values that one measurement gives for a figure, at most; one where none is named. */
const VALUES: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  bargein: { silenceMs: 10 },
  stt: { finalMs: 10, cpuShare: 10 },
  tts: { freeMs: 5 },
  turn: { delayMs: 10 },
  v2v: { answerMs: 5, overheadMs: 5, acknowledgementMs: 4, acknowledged: 16 },
};

test.each(BENCHES.map((bench) => [bench.name, bench] as const))(
  '%s has a case, an arm and values enough for each row that promises something',
  (name, { cases, quantities }) => {
    for (const { case: id, ours, theirs, figure, target, isExact } of quantities) {
      const benchCase = cases.find((each) => each.id === id);
      expect(benchCase?.arms).toEqual(expect.arrayContaining([ours, theirs ?? ours]));
      if (target === null || isExact === true) continue;
      const count = (benchCase?.rounds.full ?? 0) * (VALUES[name]?.[figure] ?? 1);
      expect(count, `${id}: ${figure}`).toBeGreaterThanOrEqual(FULL_ROUNDS);
    }
  },
);

test.each(BENCHES.map((bench) => [bench.name, bench] as const))(
  '%s names each row apart',
  (_, { quantities }) => {
    const names = quantities.map(({ quantity, case: id, theirs }) => `${quantity}|${id}|${theirs}`);
    expect(new Set(names).size).toBe(names.length);
  },
);

test('answers have a limit of their own besides that of the ratio', () => {
  const { quantities } = createV2vBench();
  const own = quantities.filter(
    ({ figure, target }) => figure === 'answerMs' && target?.of === 'ours',
  );
  expect(own.map(({ case: id, ours, target }) => [id.split(' ')[0], ours, target?.atMost])).toEqual(
    [
      ['all', 'ours', 900],
      ['all', 'ours', 900],
      ['endpoint', 'ours', 600],
      ['endpoint', 'ours, speculating', 600],
    ],
  );
});
