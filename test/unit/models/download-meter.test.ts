import { expect, test } from 'vitest';
import { DownloadMeter } from '../../../src/models/download-meter.ts';
import { ManualClock } from '../../../src/testing/manual-clock.ts';

const WANTED = [
  { id: 'a', bytes: 1_000 },
  { id: 'b', bytes: 3_000 },
];

test('one fraction of all wanted models, whatever else is read, and no model counts for more than its size', () => {
  const meter = new DownloadMeter(new ManualClock());
  meter.want(WANTED);
  expect(meter.report({ modelId: 'c', loadedBytes: 9_999, fetchedBytes: 9_999 })).toBeNull();
  expect(meter.report({ modelId: 'a', loadedBytes: 1_200, fetchedBytes: 0 })).toEqual({
    ...{ loadedBytes: 1_000, totalBytes: 4_000 },
    ...{ bytesPerSecond: null, remainingMs: null },
  });
});

test('the rate is that of the network, and gives the time left', async () => {
  const clock = new ManualClock();
  const meter = new DownloadMeter(clock);
  meter.want(WANTED);
  meter.report({ modelId: 'a', loadedBytes: 1_000, fetchedBytes: 0 });
  meter.report({ modelId: 'b', loadedBytes: 0, fetchedBytes: 0 });
  await clock.advance(1_000);
  expect(meter.report({ modelId: 'b', loadedBytes: 500, fetchedBytes: 500 })).toEqual({
    ...{ loadedBytes: 1_500, totalBytes: 4_000 },
    ...{ bytesPerSecond: 500, remainingMs: 5_000 },
  });
});

test('what was faster long ago does not count, and nothing that comes gives no time left', async () => {
  const clock = new ManualClock();
  const meter = new DownloadMeter(clock);
  meter.want(WANTED);
  const at = (fetchedBytes: number) =>
    meter.report({ modelId: 'b', loadedBytes: fetchedBytes, fetchedBytes })!;
  at(0);
  await clock.advance(1_000);
  at(2_000);
  await clock.advance(5_000);
  expect(at(2_000)).toMatchObject({ bytesPerSecond: 0, remainingMs: null });
  await clock.advance(1_000);
  expect(at(2_100).bytesPerSecond).toBeCloseTo(100, 5);
});

test('what several wait for at the same time is one whole', () => {
  const meter = new DownloadMeter(new ManualClock());
  const [a, b] = WANTED;
  const endTyping = meter.want([a!]);
  expect(meter.report({ modelId: 'a', loadedBytes: 500, fetchedBytes: 500 })).toMatchObject({
    ...{ loadedBytes: 500, totalBytes: 1_000 },
  });
  const endTalking = meter.want([a!, b!]);
  endTyping();
  expect(meter.report({ modelId: 'a', loadedBytes: 1_000, fetchedBytes: 1_000 })).toMatchObject({
    ...{ loadedBytes: 1_000, totalBytes: 4_000 },
  });
  endTalking();
  // News may come later than the file.
  expect(meter.report({ modelId: 'b', loadedBytes: 3_000, fetchedBytes: 3_000 })).toMatchObject({
    ...{ loadedBytes: 4_000, totalBytes: 4_000 },
  });
  meter.want([a!]);
  expect(meter.report({ modelId: 'b', loadedBytes: 3_000, fetchedBytes: 3_000 })).toBeNull();
});

test('a spare counts once it comes, and no sooner', async () => {
  const meter = new DownloadMeter(new ManualClock());
  const [a, b] = WANTED;
  const end = meter.want([a!], [a!, b!]);
  expect(meter.report({ modelId: 'a', loadedBytes: 1_000, fetchedBytes: 1_000 })).toMatchObject({
    ...{ loadedBytes: 1_000, totalBytes: 1_000 },
  });
  expect(meter.report({ modelId: 'b', loadedBytes: 600, fetchedBytes: 600 })).toMatchObject({
    ...{ loadedBytes: 1_600, totalBytes: 4_000 },
  });
  end();
  meter.want([a!]);
  expect(meter.report({ modelId: 'b', loadedBytes: 3_000, fetchedBytes: 3_000 })).toBeNull();
});
