import { expect, test } from 'vitest';
import { createAbortReason } from '../../../src/core/abort.ts';
import { FakeTts } from '../../../src/testing/fake-tts.ts';
import { ManualClock } from '../../../src/testing/manual-clock.ts';
import { measureRtf } from '../../../workers/engines/measure-rtf.ts';

test('is the time to make a sentence for the time that it sounds, of the quicker run', async () => {
  const clock = new ManualClock();
  // 41 characters of 50 ms each, one chunk; the first run takes longer than the second.
  const runsMs = [1_640, 1_025];
  const latency = {
    clock,
    get perChunkMs() {
      return runsMs.shift() ?? 0;
    },
  };
  const voice = new FakeTts({ latency, msPerCharacter: 50 });
  const measuring = measureRtf(voice, { clock, signal: new AbortController().signal });
  await clock.advance(3_000);
  expect(await measuring).toBeCloseTo(0.5, 5);
  expect(voice.requests).toHaveLength(2);
});

test('ends with the reason of an abort', async () => {
  const clock = new ManualClock();
  const controller = new AbortController();
  const voice = new FakeTts({ latency: { clock, perChunkMs: 1_000 } });
  const measuring = measureRtf(voice, { clock, signal: controller.signal });
  await clock.advance(500);
  controller.abort(createAbortReason('people talk'));
  await expect(measuring).rejects.toThrow('people talk');
});
