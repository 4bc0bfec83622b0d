import { expect, test } from 'vitest';
import { LoudnessGate } from '../../../talk/page/loudness-rule.ts';
import { Loudness } from '../../../talk/report/loudness.ts';
import { noise, RATE_HZ, tones } from './signals.ts';

test('spans are exact to the sample and bridge short silences only', () => {
  const signal = tones(1_000, [100, 300], [380, 500], [700, 800]);
  const spans = new Loudness(signal, RATE_HZ).spans();
  expect(spans).toHaveLength(2);
  expect(spans[0]?.startMs).toBe(100);
  expect(spans[0]?.endMs).toBeCloseTo(500, 0);
  expect(spans[1]?.startMs).toBe(700);
  expect(spans[1]?.endMs).toBeCloseTo(800, 0);
});

test('a pause of the scored length separates', () => {
  const signal = tones(1_000, [100, 300], [410, 500]);
  expect(new Loudness(signal, RATE_HZ).spans()).toHaveLength(2);
  expect(new Loudness(signal, RATE_HZ).spans(150)).toHaveLength(1);
});

test('what stays under -40 dBFS is silence', () => {
  const quiet = tones(300, [0, 300]).map((sample) => sample * 0.04);
  expect(new Loudness(quiet, RATE_HZ).spans()).toEqual([]);
  const loud = tones(300, [0, 300]).map((sample) => sample * 0.05);
  expect(new Loudness(loud, RATE_HZ).spans()).toHaveLength(1);
});

test('first and last loud samples are looked for within bounds', () => {
  const loudness = new Loudness(tones(1_000, [100, 200], [600, 700]), RATE_HZ);
  expect(loudness.firstAfter(0)).toBe(100);
  expect(loudness.firstAfter(250)).toBe(600);
  expect(loudness.firstAfter(250, 500)).toBeNull();
  expect(loudness.lastBefore(1_000)).toBeCloseTo(700, 0);
  expect(loudness.lastBefore(500)).toBeCloseTo(200, 0);
  expect(loudness.lastBefore(500, 300)).toBeNull();
});

test('the gate of the audio thread agrees with the analysis afterwards', () => {
  const signal = tones(500, [100, 250]);
  const floor = noise(signal.length, { seed: 7, amplitude: 0.001 });
  const gate = new LoudnessGate(RATE_HZ);
  const changes: [number, boolean][] = [];
  signal.forEach((sample, index) => {
    if (!gate.push(sample + (floor[index] ?? 0))) return;
    changes.push([((index + 1 - gate.windowSamples) * 1000) / RATE_HZ, gate.isLoud]);
  });
  expect(changes).toEqual([
    [100, true],
    [250, false],
  ]);
});
