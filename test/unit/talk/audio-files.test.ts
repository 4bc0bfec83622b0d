import { expect, test } from 'vitest';
import {
  deviceWav,
  fromS16Stereo,
  monoAtTalkRate,
  monoWav,
  stereoWav,
  toS16Base64,
} from '../../../talk/audio-files.ts';
import { createAudioChunk } from '../../../src/core/audio-chunk.ts';
import { encodeWav, parseWav } from '../../../src/core/wav.ts';

test('a WAV of any rate and channel count becomes mono at 48 kHz', () => {
  const pcm = new Float32Array(2 * 1_600).fill(0.25);
  const stereo = encodeWav(createAudioChunk({ pcm, channels: 2, sampleRateHz: 16_000 }));
  const read = monoAtTalkRate(stereo);
  expect(read).toHaveLength(4_800);
  expect(read[2_400]).toBeCloseTo(0.25, 3);
});

test('left and right stay what they are', () => {
  const { channels, sampleRateHz, pcm } = parseWav(
    stereoWav(Float32Array.of(0.5, -0.5), Float32Array.of(0.25, 2)),
  );
  expect({ channels, sampleRateHz }).toEqual({ channels: 2, sampleRateHz: 48_000 });
  expect([...pcm]).toEqual([16_384, 8_192, -16_384, 32_767]);
});

test('the fake device plays silence, the clip, silence', () => {
  const { pcm } = parseWav(deviceWav(Float32Array.of(0.5), { leadMs: 1, tailMs: 2 }));
  expect(pcm).toHaveLength(48 + 1 + 96);
  expect(pcm[48]).toBe(16_384);
  expect(pcm.filter((sample) => sample !== 0)).toHaveLength(1);
});

test('what crosses to the page comes back the same', () => {
  const bytes = Buffer.from(toS16Base64(Float32Array.of(0.5, -1, 0.25, 0)), 'base64');
  const { left, right } = fromS16Stereo(bytes);
  expect([...left]).toEqual([0.5, 0.25]);
  expect([...right]).toEqual([-1, 0]);
});

test('bytes that are no WAV say so', () => {
  expect(() => monoAtTalkRate(new TextEncoder().encode('hello'))).toThrow(/no WAV file/u);
  expect(parseWav(monoWav(Float32Array.of(0))).channels).toBe(1);
});
