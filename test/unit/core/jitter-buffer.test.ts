import { expect, test } from 'vitest';
import { JITTER_PRESETS, JitterBuffer } from '../../../src/core/jitter-buffer.ts';
import type { JitterBufferEvent } from '../../../src/core/jitter-buffer.ts';

/** At 1,000 Hz a sample is a millisecond. */
function createBuffer(
  targetMs: number,
  maximumMs: number,
): { buffer: JitterBuffer; events: JitterBufferEvent[] } {
  const events: JitterBufferEvent[] = [];
  const buffer = new JitterBuffer({
    sampleRateHz: 1_000,
    limits: { targetMs, maximumMs },
    onEvent: (event) => events.push(event),
  });
  return { buffer, events };
}

const count = (first: number, length: number): Float32Array =>
  Float32Array.from({ length }, (_, i) => first + i);

function pull(buffer: JitterBuffer, length: number): number[] {
  const into = new Float32Array(length).fill(-1);
  return [buffer.pull(into), ...into];
}

test('gives silence until the target is gathered, then every sample in order', () => {
  const { buffer, events } = createBuffer(4, 10);
  buffer.push(count(1, 3));
  expect(pull(buffer, 2)).toEqual([0, 0, 0]);
  buffer.push(count(4, 2));
  expect(pull(buffer, 3)).toEqual([3, 1, 2, 3]);
  expect(buffer.stats).toMatchObject({
    bufferedMs: 2,
    isPlaying: true,
    pulledSamples: 3,
    underruns: 0,
  });
  expect(events).toEqual([{ type: 'start', bufferedMs: 5 }]);
});

test('counts running dry once, and gathers anew', () => {
  const { buffer, events } = createBuffer(2, 10);
  buffer.push(count(1, 3));
  expect(pull(buffer, 5)).toEqual([3, 1, 2, 3, 0, 0]);
  expect(pull(buffer, 2)).toEqual([0, 0, 0]);
  buffer.push(count(4, 1));
  expect(pull(buffer, 2)).toEqual([0, 0, 0]);
  buffer.push(count(5, 1));
  expect(pull(buffer, 2)).toEqual([2, 4, 5]);
  expect(buffer.stats.underruns).toBe(1);
  expect(events.map(({ type }) => type)).toEqual(['start', 'underrun', 'start']);
});

test('plays a short end, and its end is no underrun', () => {
  const { buffer } = createBuffer(5, 10);
  buffer.push(count(1, 2));
  buffer.end();
  expect(pull(buffer, 4)).toEqual([2, 1, 2, 0, 0]);
  expect(buffer.stats.underruns).toBe(0);
});

test('beyond the maximum drops the oldest, down to the target, and counts', () => {
  const { buffer, events } = createBuffer(4, 10);
  buffer.push(count(1, 9));
  buffer.push(count(10, 2));
  expect(buffer.stats).toMatchObject({ bufferedMs: 4, droppedSamples: 7, pushedSamples: 11 });
  expect(pull(buffer, 4)).toEqual([4, 8, 9, 10, 11]);
  expect(events[0]).toEqual({ type: 'drop', droppedMs: 7 });
  buffer.clear();
  buffer.push(count(1, 15));
  expect(buffer.stats).toMatchObject({ bufferedMs: 10, droppedSamples: 12 });
  expect(pull(buffer, 1)).toEqual([1, 6]);
});

test('clear forgets without counting a drop', () => {
  const { buffer } = createBuffer(1, 10);
  buffer.push(count(1, 5));
  buffer.clear();
  expect(pull(buffer, 2)).toEqual([0, 0, 0]);
  expect(buffer.stats).toMatchObject({ droppedSamples: 0, underruns: 0, bufferedMs: 0 });
});

test('has the presets of conversation and of recording', () => {
  expect(JITTER_PRESETS).toEqual({
    chat: { targetMs: 100, maximumMs: 500 },
    recording: { targetMs: 500, maximumMs: 5_000 },
  });
  const buffer = new JitterBuffer({ sampleRateHz: 1_000, limits: 'recording' });
  buffer.push(count(0, 499));
  expect(buffer.pull(new Float32Array(1))).toBe(0);
  buffer.push(count(0, 1));
  expect(buffer.pull(new Float32Array(1))).toBe(1);
});

test('refuses limits that contradict each other', () => {
  expect(() => createBuffer(11, 10)).toThrow(
    'limits: need 0 <= targetMs <= maximumMs, got 11 and 10',
  );
  expect(() => new JitterBuffer({ sampleRateHz: 0 })).toThrow(
    'sampleRateHz: must be positive, got 0',
  );
});
