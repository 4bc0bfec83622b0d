import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  createAudioChunk,
  fromJson,
  lengthMsOf,
  samplesPerChannel,
  toFormat,
  toJson,
} from '../../../src/core/audio-chunk.ts';
import { fromBase64, toBase64 } from '../../../src/core/base64.ts';

const chunk = createAudioChunk({
  pcm: Float32Array.of(0.5, -0.25, 0.125, -1),
  sampleRateHz: 16_000,
  channels: 2,
  timestampMs: 12.5,
  sequence: 7,
  isFinal: true,
});

test('knows its length', () => {
  expect(samplesPerChannel(chunk)).toBe(2);
  expect(lengthMsOf(chunk)).toBe(0.125);
  expect(createAudioChunk({ pcm: new Int16Array(480), sampleRateHz: 48_000 })).toMatchObject({
    format: 's16le',
    channels: 1,
    timestampMs: 0,
    sequence: 0,
    isFinal: false,
  });
});

test('goes to JSON and back, little-endian', () => {
  const json = toJson(chunk);
  expect(json).toEqual({
    sampleRateHz: 16_000,
    channels: 2,
    timestampMs: 12.5,
    sequence: 7,
    isFinal: true,
    format: 'f32le',
    data: 'AAAAPwAAgL4AAAA+AACAvw==',
  });
  expect(fromJson(JSON.parse(JSON.stringify(json)))).toEqual(chunk);
  const integers = toFormat(chunk, 's16le');
  expect(toJson(integers)).toMatchObject({ format: 's16le', data: 'AEAA4AAQAIA=' });
  expect(fromJson(toJson(integers))).toEqual(integers);
  expect(toFormat(integers, 'f32le')).toEqual(chunk);
  expect(toFormat(chunk, 'f32le')).toBe(chunk);
});

test.each([
  [null, 'not an object'],
  [{ ...toJson(chunk), sampleRateHz: 0 }, 'sampleRateHz is not positive'],
  [{ ...toJson(chunk), sampleRateHz: '16000' }, 'sampleRateHz is not positive'],
  [{ ...toJson(chunk), channels: 1.5 }, 'channels is not positive'],
  [{ ...toJson(chunk), channels: 3 }, '4 samples do not divide into 3 channels'],
  [{ ...toJson(chunk), timestampMs: NaN }, 'timestampMs is not a number'],
  [{ ...toJson(chunk), sequence: -1 }, 'sequence is not a count'],
  [{ ...toJson(chunk), isFinal: 1 }, 'isFinal is not true or false'],
  [{ ...toJson(chunk), format: 'mp3' }, 'format is not f32le or s16le'],
  [{ ...toJson(chunk), data: 5 }, 'data is not a string'],
  [{ ...toJson(chunk), data: 'AAA=' }, '2 bytes are not whole samples'],
  [{ ...toJson(chunk), data: 'A' }, '1 characters, malformed'],
  [{ ...toJson(chunk), data: 'A=AA' }, '4 characters, malformed'],
])('refuses %j', (json, reason) => {
  expect(() => fromJson(json)).toThrow(
    expect.objectContaining({
      code: 'invalid-data',
      details: expect.objectContaining({ reason }) as unknown,
    }),
  );
});

test('base64 is that of the platform, for all bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const text = toBase64(bytes);
      expect(text).toBe(Buffer.from(bytes).toString('base64'));
      expect([...fromBase64(text)]).toEqual([...bytes]);
    }),
  );
});
