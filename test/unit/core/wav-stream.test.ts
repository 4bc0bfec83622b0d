import { expect, test } from 'vitest';
import { createAudioChunk } from '../../../src/core/audio-chunk.ts';
import { WavStream } from '../../../src/core/wav-stream.ts';
import { encodeWav } from '../../../src/core/wav.ts';

const samples = Int16Array.from({ length: 1_000 }, (_, i) => i * 30 - 15_000);
const expected = Float32Array.from(samples, (sample) => sample / 32_768);
const file = encodeWav(createAudioChunk({ pcm: samples, sampleRateHz: 22_050, isFinal: true }));

function readInPieces(bytes: Uint8Array, size: number, stream = new WavStream(null)): number[] {
  const all: number[] = [];
  for (let at = 0; at < bytes.length; at += size) {
    all.push(...stream.add(bytes.subarray(at, at + size)));
  }
  return all;
}

test.each([1, 3, 7, 4_096])('pieces of %i bytes give the same samples', (size) => {
  const stream = new WavStream(null);
  expect(readInPieces(file, size, stream)).toEqual([...expected]);
  expect(stream.sampleRateHz).toBe(22_050);
  expect(stream.isCut).toBe(false);
});

test('a file that ends before its length is cut', () => {
  const stream = new WavStream(null);
  stream.add(file.subarray(0, 1_000));
  expect(stream.isCut).toBe(true);
});

test('what follows the samples is not taken for sound', () => {
  const longer = new Uint8Array(file.length + 100).fill(0x55);
  longer.set(file);
  expect(readInPieces(longer, 64)).toEqual([...expected]);
});

test.each([0, 0xffff_ffff])('a length of %i was left open', (length) => {
  const open = file.slice();
  new DataView(open.buffer).setUint32(40, length, true);
  const stream = new WavStream(null);
  expect(readInPieces(open, 100, stream)).toEqual([...expected]);
  expect(stream.isCut).toBe(false);
});

test('samples without a header need a rate; with one, a header still counts', () => {
  const raw = file.subarray(44);
  const stream = new WavStream(24_000);
  expect(readInPieces(raw, 5, stream)).toEqual([...expected]);
  expect(stream.sampleRateHz).toBe(24_000);
  expect(() => new WavStream(null).add(raw)).toThrow(/no WAV file/u);
  const described = new WavStream(24_000);
  readInPieces(file, 50, described);
  expect(described.sampleRateHz).toBe(22_050);
});

test('a header without end is none', () => {
  const endless = new Uint8Array(70_000);
  endless.set(file.subarray(0, 36));
  expect(() => new WavStream(null).add(endless)).toThrow(/no data chunk/u);
});
