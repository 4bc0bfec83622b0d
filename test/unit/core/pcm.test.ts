import { expect, test } from 'vitest';
import * as pcm from '../../../src/core/pcm.ts';

const of = (...samples: number[]): Float32Array<ArrayBuffer> => Float32Array.from(samples);

test('rms, peak and decibels', () => {
  expect(pcm.toRms(of(0.5, -0.5, 0.5, -0.5))).toBe(0.5);
  expect(pcm.toRms(of())).toBe(0);
  expect(pcm.toPeak(of(0.25, -0.75))).toBe(0.75);
  expect(pcm.toDecibels(0.1)).toBeCloseTo(-20);
  expect(pcm.toDecibels(0)).toBe(-Infinity);
  expect(pcm.fromDecibels(-15)).toBeCloseTo(0.17783);
});

test('ramps and fades reach their ends exactly', () => {
  const ramp = of(1, 1, 1, 1);
  pcm.applyGainRamp(ramp, { from: 1, to: 0 });
  expect([...ramp]).toEqual([0.75, 0.5, 0.25, 0]);
  const fading = of(1, 1, 1, 1, 1, 1);
  pcm.fadeIn(fading, 2);
  pcm.fadeOut(fading, 2);
  expect([...fading]).toEqual([0.5, 1, 1, 1, 0.5, 0]);
  const short = of(1);
  pcm.fadeOut(short, 10);
  expect([...short]).toEqual([0]);
});

test('mixes all channels down, none being silence', () => {
  const into = of(9, 9);
  pcm.mixDown([of(1, 0), of(0, -0.5)], into);
  expect([...into]).toEqual([0.5, -0.25]);
  pcm.mixDown([], into);
  expect([...into]).toEqual([0, 0]);
  const channels = [of(0, 0), of(0, 0)];
  pcm.copyToAll(of(1, 2), channels);
  expect(channels.map((channel) => [...channel])).toEqual([
    [1, 2],
    [1, 2],
  ]);
});

test('trims silence and says how much', () => {
  const voice = of(0, 0.005, 0.5, 0, -0.5, 0.01, 0, 0);
  expect(pcm.trimSilence(voice, { threshold: 0.01 })).toEqual({
    pcm: of(0.5, 0, -0.5),
    leadingSamples: 2,
    trailingSamples: 3,
  });
  expect(pcm.trimSilence(voice, { threshold: 0.01, keepBefore: 1, keepAfter: 1 })).toMatchObject({
    leadingSamples: 1,
    trailingSamples: 2,
  });
  expect(pcm.trimSilence(voice, { threshold: 0.01, ends: 'leading' })).toMatchObject({
    leadingSamples: 2,
    trailingSamples: 0,
  });
  expect(pcm.trimSilence(voice, { threshold: 0.01, ends: 'trailing' })).toMatchObject({
    leadingSamples: 0,
    trailingSamples: 3,
  });
  expect(pcm.trimSilence(of(0, 0), { threshold: 0.01 })).toEqual({
    pcm: of(),
    leadingSamples: 2,
    trailingSamples: 0,
  });
});

test('converts between floats and 16-bit integers, limiting', () => {
  expect([...pcm.toInt16(of(0, 0.5, -1, 1, -2, 2, NaN))]).toEqual([
    0, 16_384, -32_768, 32_767, -32_768, 32_767, 0,
  ]);
  expect([...pcm.toFloat32(Int16Array.of(0, 16_384, -32_768))]).toEqual([0, 0.5, -1]);
});
