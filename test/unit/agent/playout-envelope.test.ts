import { expect, test } from 'vitest';
import { PlayoutEnvelope } from '../../../src/agent/playout-envelope.ts';
import type { PlaybackCursor } from '../../../src/core/contracts/audio-io.ts';
import { FakeAudioOutput } from '../../../src/testing/fake-audio-output.ts';

const RATE_HZ = 48_000;
const FRAME = 384;
const QUANTUM = 128;

interface Frame {
  readonly atMs: number;
  readonly powerDb: number;
}

/** The real playback, rendered by hand, with the envelope beside its writer. */
function createRig() {
  const frames: Frame[] = [];
  const fake = new FakeAudioOutput();
  const envelope = new PlayoutEnvelope((atMs, powerDb) => frames.push({ atMs, powerDb }));
  const { signal } = new AbortController();
  fake.output.onCursor((cursor) => envelope.handleCursor(cursor));
  return {
    frames,
    output: fake.output,
    /** Renders quantum by quantum, so that each report is seen; returns what was heard. */
    async render(quanta: number): Promise<Float32Array> {
      const heard = new Float32Array(quanta * QUANTUM);
      for (let index = 0; index < quanta; index += 1) {
        heard.set(fake.render(1), index * QUANTUM);
        for (let turn = 0; turn < 4; turn += 1) await Promise.resolve();
        envelope.handleCursor(fake.output.cursor);
      }
      return heard;
    },
    async write(generation: number, pcm: Float32Array): Promise<void> {
      envelope.addPcm(generation, pcm, RATE_HZ);
      await fake.output.write(pcm, { signal });
    },
    dispose: () => fake.dispose(),
  };
}

/** Blocks of 8 ms at these amplitudes. */
function blocks(...amplitudes: readonly number[]): Float32Array {
  const pcm = new Float32Array(amplitudes.length * FRAME);
  amplitudes.forEach((amplitude, index) => pcm.fill(amplitude, index * FRAME, (index + 1) * FRAME));
  return pcm;
}

function toDb(amplitude: number): number {
  return 20 * Math.log10(amplitude);
}

/** Context time of the first sample of `heard` that is not silent, ms. */
function firstSoundMs(heard: Float32Array): number {
  return (heard.findIndex((sample) => sample !== 0) * 1_000) / RATE_HZ;
}

test('frames carry the level and the context time of the samples that were rendered', async () => {
  const rig = createRig();
  await rig.render(10);
  rig.output.startGeneration(1);
  await rig.write(1, blocks(...Array.from({ length: 20 }, (_, index) => (index + 1) / 40)));
  const heard = await rig.render(30);
  const startMs = (10 * QUANTUM * 1_000) / RATE_HZ + firstSoundMs(heard);
  expect(rig.frames.map(({ atMs }) => atMs)).toEqual(
    Array.from({ length: 10 }, (_, index) => expect.closeTo(startMs + index * 8, 6) as number),
  );
  expect(rig.frames[3]?.powerDb).toBeCloseTo(toDb(4 / 40), 3);
  rig.dispose();
});

test('a ducked reply is quieter, a held one silent, and goes on later at its own level', async () => {
  const rig = createRig();
  rig.output.startGeneration(1);
  await rig.write(1, blocks(...Array.from({ length: 60 }, () => 0.5)));
  await rig.render(30);
  rig.output.setGate('ducked');
  await rig.render(30);
  const ducked = rig.frames.at(-1)!;
  expect(ducked.powerDb).toBeCloseTo(toDb(0.5) - 15, 3);
  rig.output.setGate('held');
  await rig.render(100);
  const atHold = rig.frames.length;
  await rig.render(100);
  expect(rig.frames).toHaveLength(atHold);
  rig.output.setGate('open');
  await rig.render(30);
  const resumed = rig.frames.slice(atHold);
  expect(resumed[0]!.atMs - ducked.atMs).toBeGreaterThan(500);
  expect(resumed.at(-1)!.powerDb).toBeCloseTo(toDb(0.5), 3);
  rig.dispose();
});

test('what was flushed is never given, and the next reply counts from its own start', async () => {
  const rig = createRig();
  rig.output.startGeneration(1);
  await rig.write(1, blocks(...Array.from({ length: 60 }, () => 0.5)));
  await rig.render(30);
  const flushed = rig.output.flush();
  await rig.render(10);
  await flushed;
  const before = rig.frames.length;
  expect(before).toBeGreaterThanOrEqual(10);
  expect(before).toBeLessThanOrEqual(12);
  rig.output.startGeneration(2);
  await rig.write(2, blocks(...Array.from({ length: 10 }, () => 0.25)));
  rig.output.endGeneration();
  await rig.render(40);
  expect(rig.frames.slice(before).map(({ powerDb }) => powerDb)).toEqual(
    Array.from({ length: 10 }, () => expect.closeTo(toDb(0.25), 3) as number),
  );
  rig.dispose();
});

test('after an underrun time goes on, not the samples', async () => {
  const rig = createRig();
  rig.output.startGeneration(1);
  await rig.write(1, blocks(0.5, 0.5, 0.5, 0.5));
  await rig.render(100);
  expect(rig.frames.map(({ atMs }) => atMs)).toEqual([0, 8, 16, 24]);
  await rig.write(1, blocks(0.5, 0.5, 0.5, 0.5));
  rig.output.endGeneration();
  const heard = await rig.render(20);
  const startMs = (100 * QUANTUM * 1_000) / RATE_HZ + firstSoundMs(heard);
  expect(rig.frames[4]?.atMs).toBeCloseTo(startMs, 0);
  rig.dispose();
});

function cursorAt(playedSamples: number, contextSamples: number): PlaybackCursor {
  const isAudible = true;
  return { generation: 1, playedSamples, contextSamples, isAudible, gate: 'open', underruns: 0 };
}

test('reports of other generations and before any sample give nothing', () => {
  const frames: number[] = [];
  const envelope = new PlayoutEnvelope((atMs) => frames.push(atMs));
  envelope.handleCursor(cursorAt(4_000, 4_000));
  envelope.addPcm(2, blocks(0.5, 0.5), RATE_HZ);
  envelope.handleCursor(cursorAt(4_000, 8_000));
  expect(frames).toEqual([]);
});

test('what ended before a late report is placed where it followed the last one', () => {
  const frames: number[] = [];
  const envelope = new PlayoutEnvelope((atMs) => frames.push(atMs));
  envelope.addPcm(1, blocks(0.1, 0.2), RATE_HZ);
  envelope.handleCursor(cursorAt(FRAME, 4_800 + FRAME));
  envelope.handleCursor({ ...cursorAt(2 * FRAME, 48_000), isAudible: false });
  expect(frames).toEqual([100, 108]);
});

test('chunks of any length give the same frames', () => {
  const frames: Frame[] = [];
  const envelope = new PlayoutEnvelope((atMs, powerDb) => frames.push({ atMs, powerDb }));
  const pcm = blocks(0.1, 0.2, 0.4);
  for (let at = 0; at < pcm.length; at += 100) {
    envelope.addPcm(1, pcm.subarray(at, at + 100), RATE_HZ);
  }
  envelope.handleCursor(cursorAt(3 * FRAME, 4_800 + 3 * FRAME));
  expect(frames.map(({ atMs }) => atMs)).toEqual([100, 108, 116]);
  expect(frames[2]?.powerDb).toBeCloseTo(toDb(0.4), 3);
});

test('a minute that nobody renders is bounded: what was overwritten counts as silence', () => {
  const frames: Frame[] = [];
  const envelope = new PlayoutEnvelope((atMs, powerDb) => frames.push({ atMs, powerDb }));
  const seconds = 70;
  for (let second = 0; second < seconds; second += 1) {
    envelope.addPcm(1, new Float32Array(RATE_HZ).fill(0.5), RATE_HZ);
  }
  envelope.handleCursor(cursorAt(seconds * RATE_HZ, seconds * RATE_HZ));
  expect(frames).toHaveLength(seconds * 125);
  expect(frames[0]?.powerDb).toBe(-120);
  expect(frames.at(-1)?.powerDb).toBeCloseTo(toDb(0.5), 3);
});
