import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { createAudioChunk } from '../../../src/core/audio-chunk.ts';
import { encodeWav, parseWav, parseWavMono } from '../../../src/core/wav.ts';

const stereo = createAudioChunk({
  pcm: Int16Array.of(1, -2, 300, -32_768),
  sampleRateHz: 44_100,
  channels: 2,
  isFinal: true,
});
const floats = createAudioChunk({
  pcm: Float32Array.of(0.5, -1),
  sampleRateHz: 48_000,
  isFinal: true,
});

function withBytes(at: number, ...bytes: number[]): Uint8Array {
  const file = encodeWav(stereo);
  file.set(bytes, at);
  return file;
}

test('writes files that it reads back unchanged, integers and floats', () => {
  expect(parseWav(encodeWav(stereo))).toEqual(stereo);
  expect(parseWav(encodeWav(floats))).toEqual(floats);
  expect([...encodeWav(stereo).subarray(0, 48)]).toEqual([
    ...Buffer.from('RIFF'),
    44,
    0,
    0,
    0,
    ...Buffer.from('WAVEfmt '),
    16,
    0,
    0,
    0,
    1,
    0,
    2,
    0,
    0x44,
    0xac,
    0,
    0,
    0x10,
    0xb1,
    2,
    0,
    4,
    0,
    16,
    0,
    ...Buffer.from('data'),
    8,
    0,
    0,
    0,
    1,
    0,
    254,
    255,
  ]);
});

test('passes other chunks over, and reads data whose length was left open', () => {
  const file = encodeWav(stereo);
  const list = Uint8Array.of(...Buffer.from('LIST'), 3, 0, 0, 0, 1, 2, 3, 0);
  const withList = Uint8Array.of(...file.subarray(0, 36), ...list, ...file.subarray(36));
  expect(parseWav(withList).pcm).toEqual(stereo.pcm);
  expect(parseWav(withBytes(40, 0, 0, 0, 0)).pcm).toEqual(stereo.pcm);
  expect(parseWav(withBytes(40, 255, 255, 255, 255)).pcm).toEqual(stereo.pcm);
});

test('mixes down for those who need mono', () => {
  expect(parseWavMono(encodeWav(stereo))).toEqual({
    pcm: Float32Array.of(-0.5 / 32_768, -16_234 / 32_768),
    sampleRateHz: 44_100,
  });
});

test.each([
  [
    'an HTML page',
    new TextEncoder().encode('<!doctype html>'),
    'it does not start with RIFF and WAVE',
  ],
  ['nothing', new Uint8Array(0), 'it does not start with RIFF and WAVE'],
  ['a file cut short', encodeWav(stereo).subarray(0, 30), 'its format chunk is cut short'],
  ['a file without data', encodeWav(stereo).subarray(0, 36), 'it holds no data chunk'],
  [
    '8-bit samples',
    withBytes(34, 8),
    'it has 8-bit samples of type 1; 16-bit PCM and 32-bit float are read',
  ],
  [
    'mu-law',
    withBytes(20, 7),
    'it has 16-bit samples of type 7; 16-bit PCM and 32-bit float are read',
  ],
  ['no channels', withBytes(22, 0), 'it has no channels or no sample rate'],
  [
    'data before the format',
    withBytes(12, ...Buffer.from('junk')),
    'the data come before their format',
  ],
])('refuses %s', (_name, file, reason) => {
  expect(() => parseWav(file)).toThrow(
    expect.objectContaining({ code: 'invalid-data', details: { what: 'WAV file', reason } }),
  );
});

const hasSox = spawnSync('sox', ['--version']).status === 0;

test('sox reads what is written, and is read, extensible files included', ({ skip }) => {
  skip(!hasSox, 'sox is not installed');
  const { stdout } = spawnSync(
    'sox',
    ['-t', 'wav', '-', '-t', 'wav', '-e', 'floating-point', '-b', '32', '-'],
    {
      input: encodeWav(stereo),
    },
  );
  const parsed = parseWav(stdout);
  expect(parsed).toMatchObject({ format: 'f32le', channels: 2, sampleRateHz: 44_100 });
  expect([...parsed.pcm]).toEqual([1, -2, 300, -32_768].map((sample) => sample / 32_768));
});
