import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createAudioChunk } from '../../../src/core/audio-chunk.ts';
import { toDecibels, toPeak, toRms } from '../../../src/core/pcm.ts';
import { resample, Resampler } from '../../../src/core/resampler.ts';
import { encodeWav, parseWavMono } from '../../../src/core/wav.ts';

const RATES: readonly (readonly [number, number])[] = [
  [48_000, 16_000],
  [44_100, 16_000],
  [24_000, 48_000],
  [22_050, 48_000],
  [24_000, 44_100],
  [22_050, 44_100],
  [16_000, 48_000],
];

function tone(frequencyHz: number, rateHz: number, samples: number): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length: samples }, (_, i) =>
    Math.sin((2 * Math.PI * frequencyHz * i) / rateHz),
  );
}

/** Level of the middle of `pcm` against a full-scale sine, in decibels. */
function levelOf(pcm: Float32Array): number {
  const edge = Math.floor(pcm.length / 8);
  return toDecibels(toRms(pcm.subarray(edge, -edge)) * Math.SQRT2);
}

describe.each(RATES)('%i to %i Hz', (fromHz, toHz) => {
  const nyquistHz = Math.min(fromHz, toHz) / 2;

  test('passes tones up to 88 % of the band within 0.1 dB, at their true times', () => {
    for (const share of [0.01, 0.25, 0.5, 0.8, 0.88]) {
      const hz = Math.round(nyquistHz * share);
      const heard = resample(tone(hz, fromHz, fromHz / 5), { fromHz, toHz });
      expect(Math.abs(levelOf(heard))).toBeLessThan(0.1);
      const wanted = tone(hz, toHz, heard.length);
      const difference = heard.map((sample, i) => sample - (wanted[i] ?? 0));
      const edge = Math.floor(toHz / 50);
      expect(toPeak(difference.subarray(edge, -edge))).toBeLessThan(share > 0.85 ? 0.01 : 0.001);
    }
  });

  test('keeps out what the lower rate cannot hold: below -78 dB', () => {
    if (fromHz > toHz) {
      for (const share of [1.12, 1.3, 1.9]) {
        const hz = Math.min(nyquistHz * share, fromHz / 2 - 1);
        expect(levelOf(resample(tone(hz, fromHz, fromHz / 5), { fromHz, toHz }))).toBeLessThan(-78);
      }
    } else {
      // Upwards, the images of a tone must not appear: what is left beside it is noise.
      const hz = 0.4 * nyquistHz;
      const heard = resample(tone(hz, fromHz, fromHz / 5), { fromHz, toHz });
      const wanted = tone(hz, toHz, heard.length);
      expect(levelOf(heard.map((sample, i) => sample - (wanted[i] ?? 0)))).toBeLessThan(-78);
    }
  });

  test('gives exactly ceil(n * to / from) samples, and a constant stays constant', () => {
    for (const samples of [0, 1, 2, 127, 128, 479, 480, 4_801]) {
      const heard = resample(new Float32Array(samples).fill(0.5), { fromHz, toHz });
      expect(heard.length).toBe(Math.ceil((samples * toHz) / fromHz));
    }
    const heard = resample(new Float32Array(4_800).fill(0.5), { fromHz, toHz });
    const edge = Math.ceil((100 * toHz) / fromHz);
    expect(toPeak(heard.subarray(edge, -edge).map((sample) => sample - 0.5))).toBeLessThan(1e-6);
  });

  test('does not depend on how the input is cut, bit for bit', () => {
    const input = tone(440, fromHz, 1_500).map((sample, i) => sample * Math.cos(i * i));
    const whole = resample(input, { fromHz, toHz });
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 8 }), (cuts) => {
        const resampler = new Resampler({ fromHz, toHz });
        const heard: number[] = [];
        let from = 0;
        for (const length of [...cuts, input.length]) {
          const part = input.subarray(from, from + length);
          from += part.length;
          const output = new Float32Array(resampler.maxOutputSamples(part.length));
          heard.push(...output.subarray(0, resampler.process(part, output)));
        }
        const rest = new Float32Array(resampler.maxFlushSamples);
        heard.push(...rest.subarray(0, resampler.flush(rest)));
        expect(Float32Array.from(heard)).toEqual(whole);
      }),
      { numRuns: 8 },
    );
  });

  test('gives each sample as soon as its window is complete, and starts afresh after flush', () => {
    const resampler = new Resampler({ fromHz, toHz });
    const output = new Float32Array(resampler.maxOutputSamples(4_800));
    const first = resampler.process(new Float32Array(4_800).fill(1), output);
    const due = Math.ceil(((4_800 - resampler.lookaheadSamples) * toHz) / fromHz);
    expect(Math.abs(first - due)).toBeLessThanOrEqual(1);
    resampler.flush(output);
    const input = tone(300, fromHz, 4_000);
    const again = resampler.process(input, output);
    expect(output.slice(0, again)).toEqual(resample(input, { fromHz, toHz }).slice(0, again));
  });
});

test('the same rate passes every sample unchanged', () => {
  const input = tone(440, 48_000, 1_000);
  expect(resample(input, { fromHz: 48_000, toHz: 48_000 })).toEqual(input);
});

test('refuses rates and buffers it cannot use', () => {
  expect(() => new Resampler({ fromHz: 0, toHz: 16_000 })).toThrow(
    'fromHz: must be a positive integer, got 0',
  );
  expect(() => new Resampler({ fromHz: 44_100, toHz: 47_999 })).toThrow(
    'toHz: 44100 to 47999 Hz needs',
  );
  const resampler = new Resampler({ fromHz: 48_000, toHz: 16_000 });
  expect(() => resampler.process(new Float32Array(480), new Float32Array(10))).toThrow(
    'output: must hold',
  );
});

const hasSox = spawnSync('sox', ['--version']).status === 0;

test.for(RATES)('agrees with sox from %i to %i Hz', ([fromHz, toHz], { skip }) => {
  skip(!hasSox, 'sox is not installed');
  const folder = mkdtempSync(path.join(tmpdir(), 'resampler-'));
  try {
    // A chirp over the band that both filters pass unchanged.
    const top = 0.8 * (Math.min(fromHz, toHz) / 2);
    const input = Float32Array.from({ length: fromHz }, (_, i) => {
      const t = i / fromHz;
      return 0.5 * Math.sin(2 * Math.PI * ((top / 2) * t * t)) * Math.sin(Math.PI * t);
    });
    const [from, to] = [path.join(folder, 'from.wav'), path.join(folder, 'to.wav')];
    writeFileSync(from, encodeWav(createAudioChunk({ pcm: input, sampleRateHz: fromHz })));
    const { status } = spawnSync('sox', [
      from,
      '-e',
      'floating-point',
      '-b',
      '32',
      to,
      'rate',
      '-v',
      String(toHz),
    ]);
    expect(status).toBe(0);
    const wanted = parseWavMono(readFileSync(to));
    expect(wanted.sampleRateHz).toBe(toHz);
    const heard = resample(input, { fromHz, toHz });
    expect(Math.abs(heard.length - wanted.pcm.length)).toBeLessThanOrEqual(1);
    const difference = heard.map((sample, i) => sample - (wanted.pcm[i] ?? 0));
    expect(toDecibels(toRms(difference) / toRms(wanted.pcm))).toBeLessThan(-70);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
