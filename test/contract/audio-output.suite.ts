// What every AudioOutput must do, on both transports; the rig renders quantum by quantum on demand.
import { describe, expect, test } from 'vitest';
import type { AudioOutput, PlaybackCursor } from '../../src/core/contracts/audio-io.ts';

export const QUANTUM = 128;
export const RATE_HZ = 48_000;

export interface OutputRig {
  readonly output: AudioOutput;
  readonly capacitySamples: number;
  /** Lets what was sent arrive, renders `quanta` quanta, lets the reports arrive; returns the audio. */
  readonly render: (quanta: number) => Promise<Float32Array>;
  /** Lets messages arrive without rendering. */
  readonly settle: () => Promise<void>;
  readonly dispose: () => void;
}

const signal = new AbortController().signal;

/** Samples that name themselves: `first`, `first + 1`, ... as exact fractions. */
export function ramp(first: number, count: number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => (first + i) / 2 ** 20);
}

export function numbers(pcm: Float32Array): number[] {
  return Array.from(pcm, (sample) => sample * 2 ** 20);
}

/** Index of the last sample that is not zero, -1 when all are. */
export function lastSound(pcm: Float32Array): number {
  return pcm.findLastIndex((sample) => sample !== 0);
}

export function describeAudioOutput(name: string, createRig: () => Promise<OutputRig>): void {
  const withRig = async (run: (rig: OutputRig) => Promise<void>): Promise<void> => {
    const rig = await createRig();
    try {
      await run(rig);
    } finally {
      rig.dispose();
    }
  };

  describe(`AudioOutput over ${name}`, () => {
    test('plays a generation sample by sample and counts it', () =>
      withRig(async ({ output, render }) => {
        output.startGeneration(1);
        await output.write(ramp(1, 1_000), { signal });
        output.endGeneration();
        const heard = await render(9);
        expect(numbers(heard.subarray(0, 1_000))).toEqual(numbers(ramp(1, 1_000)));
        expect(output.cursor).toMatchObject({
          generation: 1,
          playedSamples: 1_000,
          underruns: 0,
          isAudible: false,
        });
      }));

    test('waits for the prebuffer, but not for one longer than the generation', () =>
      withRig(async ({ output, render }) => {
        output.startGeneration(1);
        await output.write(ramp(1, 959), { signal });
        expect(lastSound(await render(3))).toBe(-1);
        await output.write(ramp(960, 1), { signal });
        expect(numbers(await render(1))[0]).toBe(1);
        output.startGeneration(2);
        await render(4);
        await output.write(ramp(5_000, 100), { signal });
        output.endGeneration();
        expect(numbers(await render(1)).slice(0, 100)).toEqual(numbers(ramp(5_000, 100)));
      }));

    test('makes the producer wait while the ring is full', () =>
      withRig(async ({ output, render, capacitySamples, settle }) => {
        output.startGeneration(1);
        let isDone = false;
        const written = output.write(ramp(1, capacitySamples + 500), { signal }).then(() => {
          isDone = true;
        });
        await settle();
        expect(isDone).toBe(false);
        const heard = await render(8);
        await written;
        expect(numbers(heard)).toEqual(numbers(ramp(1, 1_024)));
        output.endGeneration();
        const rest = await render(Math.ceil((capacitySamples - 524) / QUANTUM));
        expect(numbers(rest.subarray(0, capacitySamples - 524))).toEqual(
          numbers(ramp(1_025, capacitySamples - 524)),
        );
      }));

    test('a waiting write rejects with the reason of its signal', () =>
      withRig(async ({ output, capacitySamples, settle }) => {
        const controller = new AbortController();
        output.startGeneration(1);
        const written = output.write(ramp(1, capacitySamples + 1), { signal: controller.signal });
        await settle();
        const reason = new Error('enough');
        controller.abort(reason);
        await expect(written).rejects.toBe(reason);
      }));

    test('a waiting write rejects with an abort when a newer generation starts or all is flushed', () =>
      withRig(async ({ output, capacitySamples, settle, render }) => {
        output.startGeneration(1);
        const first = output.write(ramp(1, capacitySamples + 1), { signal });
        await settle();
        output.startGeneration(2);
        await expect(first).rejects.toMatchObject({ name: 'AbortError' });
        await render(4);
        const second = output.write(ramp(1, capacitySamples + 1), { signal });
        await settle();
        const flushed = output.flush();
        await expect(second).rejects.toMatchObject({ name: 'AbortError' });
        await expect(output.write(ramp(1, 1), { signal })).rejects.toMatchObject({
          name: 'AbortError',
        });
        await render(4);
        await flushed;
      }));

    test('a flush fades out within 5 ms and a quantum, and nothing of the old reply follows', () =>
      withRig(async ({ output, render }) => {
        output.startGeneration(1);
        await output.write(new Float32Array(9_600).fill(0.5), { signal });
        expect((await render(10)).every((sample) => sample === 0.5)).toBe(true);
        let isFlushed = false;
        const flushed = output.flush().then(() => {
          isFlushed = true;
        });
        const tail = await render(4);
        await flushed;
        expect(isFlushed).toBe(true);
        expect(lastSound(tail)).toBeLessThan(240);
        expect(lastSound(tail)).toBeGreaterThan(200);
        const steps = tail.map((sample, i) => Math.abs(sample - (tail[i - 1] ?? 0.5)));
        expect(Math.max(...steps)).toBeLessThan(0.003);
        expect(output.cursor).toMatchObject({
          generation: 1,
          playedSamples: 10 * QUANTUM + 240,
          underruns: 0,
          isAudible: false,
        });
        expect(lastSound(await render(20))).toBe(-1);
      }));

    test('a new generation follows the fade of the old one, and no old sample follows it', () =>
      withRig(async ({ output, render }) => {
        output.startGeneration(1);
        await output.write(new Float32Array(9_600).fill(0.5), { signal });
        await render(4);
        output.startGeneration(2);
        await output.write(new Float32Array(960).fill(-0.25), { signal });
        output.endGeneration();
        const heard = await render(12);
        expect(heard.subarray(0, 239).every((sample) => sample > 0)).toBe(true);
        expect(heard[239]).toBe(0);
        expect(heard.subarray(240, 1_200).every((sample) => sample === -0.25)).toBe(true);
        expect(output.cursor).toMatchObject({ generation: 2, playedSamples: 960, underruns: 0 });
      }));

    test('a new generation that finds the old one just used up is not faded', () =>
      withRig(async ({ output, render }) => {
        output.startGeneration(1);
        await output.write(ramp(1, 8 * QUANTUM), { signal });
        expect(numbers(await render(8)).at(-1)).toBe(8 * QUANTUM);
        output.startGeneration(2);
        await output.write(new Float32Array(960).fill(0.5), { signal });
        output.endGeneration();
        const heard = await render(9);
        // What remains of the old one is a decay from its last value, below 0.001.
        expect(heard.subarray(0, 960).every((sample) => sample >= 0.5 && sample < 0.501)).toBe(
          true,
        );
        expect(lastSound(heard)).toBeGreaterThanOrEqual(959);
        expect(output.cursor).toMatchObject({ generation: 2, playedSamples: 960, underruns: 0 });
      }));

    test('a hold stops the cursor and an open goes on with the very next sample', () =>
      withRig(async ({ output, render }) => {
        output.startGeneration(1);
        await output.write(new Float32Array(9_600).fill(0.5), { signal });
        await render(4);
        output.setGate('held');
        const fade = await render(4);
        expect(lastSound(fade)).toBeLessThan(384);
        const heldAt = output.cursor.playedSamples;
        expect(heldAt).toBe(4 * QUANTUM + 384);
        expect(lastSound(await render(40))).toBe(-1);
        expect(output.cursor).toMatchObject({
          playedSamples: heldAt,
          gate: 'held',
          isAudible: false,
        });
        output.setGate('open');
        output.endGeneration();
        await render(80);
        expect(output.cursor).toMatchObject({
          playedSamples: 9_600,
          gate: 'open',
          underruns: 0,
        });
      }));

    test('resumes sample by sample: the gap is zero', () =>
      withRig(async ({ output, render }) => {
        output.startGeneration(1);
        await output.write(ramp(1, 9_600), { signal });
        output.setGate('held');
        expect(lastSound(await render(4))).toBe(-1);
        output.setGate('open');
        // Nothing had sounded before the hold, so there is nothing to fade in.
        expect(numbers(await render(2))).toEqual(numbers(ramp(1, 256)));
        output.setGate('held');
        await render(8);
        const resumedAt = output.cursor.playedSamples;
        output.setGate('open');
        await render(3);
        expect(numbers(await render(1))).toEqual(numbers(ramp(resumedAt + 385, QUANTUM)));
      }));

    test('ducks by 15 dB within 20 ms and comes back', () =>
      withRig(async ({ output, render }) => {
        output.startGeneration(1);
        await output.write(new Float32Array(9_600).fill(1), { signal });
        await render(4);
        output.setGate('ducked');
        const ducking = await render(8);
        const level = 20 * Math.log10(ducking[959] ?? 0);
        expect(level).toBeCloseTo(-15, 4);
        expect(output.cursor).toMatchObject({ gate: 'ducked', isAudible: true });
        output.setGate('open');
        expect((await render(8)).subarray(960).every((sample) => sample === 1)).toBe(true);
      }));

    test('a generation starts with an open gate, and a held old reply is not faded in again', () =>
      withRig(async ({ output, render }) => {
        output.startGeneration(1);
        await output.write(new Float32Array(4_800).fill(0.5), { signal });
        await render(2);
        output.setGate('held');
        await render(6);
        output.startGeneration(2);
        await output.write(new Float32Array(960).fill(-0.25), { signal });
        const heard = await render(4);
        expect(heard.every((sample) => sample === -0.25)).toBe(true);
        expect(output.cursor).toMatchObject({ generation: 2, gate: 'open', isAudible: true });
        // Over a port the cursor is as old as the last report.
        expect(output.cursor.playedSamples).toBeGreaterThanOrEqual(QUANTUM);
        expect(output.cursor.playedSamples).toBeLessThanOrEqual(4 * QUANTUM);
      }));

    test('counts one underrun per time it runs dry, fades, and recovers', () =>
      withRig(async ({ output, render }) => {
        output.startGeneration(1);
        await output.write(new Float32Array(960).fill(0.5), { signal });
        const dry = await render(20);
        expect(lastSound(dry)).toBe(960 + 238);
        const steps = dry.subarray(1).map((sample, i) => Math.abs(sample - (dry[i] ?? 0)));
        expect(Math.max(...steps)).toBeLessThan(0.003);
        expect(output.cursor).toMatchObject({ underruns: 1, playedSamples: 960 });
        await output.write(new Float32Array(960).fill(0.5), { signal });
        output.endGeneration();
        const again = await render(20);
        expect(again[0]).toBeLessThan(0.003);
        expect(again[239]).toBe(0.5);
        expect(output.cursor).toMatchObject({ underruns: 1, playedSamples: 1_920 });
      }));

    test('gathers more once it ran dry, and less again after ten calm seconds', () =>
      withRig(async ({ output, render }) => {
        const write = (samples: number): Promise<void> =>
          output.write(new Float32Array(samples).fill(0.5), { signal });
        const soundAfter = async (samples: number): Promise<boolean> => {
          await write(samples);
          return lastSound(await render(4)) >= 0;
        };
        output.startGeneration(1);
        expect(await soundAfter(959)).toBe(false);
        expect(await soundAfter(1)).toBe(true);
        await render(20);
        expect(output.cursor).toMatchObject({ underruns: 1, playedSamples: 960 });
        expect(await soundAfter(1_919)).toBe(false);
        expect(await soundAfter(1)).toBe(true);
        await write(8_000);
        for (let played = 0; played < 10 * RATE_HZ; played += 37 * QUANTUM) {
          await write(37 * QUANTUM);
          await render(37);
        }
        output.endGeneration();
        await render(120);
        expect(output.cursor).toMatchObject({ underruns: 1, isAudible: false });
        output.startGeneration(2);
        expect(await soundAfter(959)).toBe(false);
        expect(await soundAfter(1)).toBe(true);
      }));

    test('reports the cursor about each 10 ms of playing and at changes, not in silence', () =>
      withRig(async ({ output, render }) => {
        const seen: PlaybackCursor[] = [];
        const detach = output.onCursor((cursor) => seen.push({ ...cursor }));
        await render(20);
        seen.length = 0;
        output.startGeneration(1);
        await output.write(new Float32Array(4_800).fill(0.5), { signal });
        output.endGeneration();
        for (let i = 0; i < 40; i += 1) await render(1);
        expect(seen[0]).toMatchObject({ generation: 1, isAudible: true, playedSamples: QUANTUM });
        expect(seen.at(-1)).toMatchObject({ playedSamples: 4_800, isAudible: false });
        // 4,800 samples are 10 reports of 10 ms, rounded up to quanta, and those at changes.
        expect(seen.length).toBeGreaterThanOrEqual(10);
        expect(seen.length).toBeLessThanOrEqual(14);
        const contexts = seen.map((cursor) => cursor.contextSamples);
        expect(contexts).toEqual([...contexts].sort((a, b) => a - b));
        seen.length = 0;
        await render(20);
        expect(seen).toEqual([]);
        detach();
        output.startGeneration(2);
        await render(2);
        expect(seen).toEqual([]);
      }));

    test('refuses what a caller may not do', () =>
      withRig(async ({ output, render }) => {
        await expect(output.write(ramp(1, 1), { signal })).rejects.toThrow(
          'write: call startGeneration first',
        );
        output.startGeneration(3);
        expect(() => output.startGeneration(3)).toThrow(
          'generation: must be an integer above 3, got 3',
        );
        expect(() => output.startGeneration(3.5)).toThrow(TypeError);
        await render(1);
        output.dispose();
        await expect(output.write(ramp(1, 1), { signal })).rejects.toMatchObject({
          code: 'disposed',
        });
        await output.flush();
      }));

    test('dispose ends a waiting write and silences what is queued', () =>
      withRig(async ({ output, render, capacitySamples, settle }) => {
        output.startGeneration(1);
        const loud = new Float32Array(2 * capacitySamples).fill(0.5);
        const written = output.write(loud, { signal });
        await settle();
        await render(4);
        const rejected = expect(written).rejects.toMatchObject({ code: 'disposed' });
        output.dispose();
        await rejected;
        expect(lastSound(await render(4))).toBeLessThan(240);
        expect(lastSound(await render(20))).toBe(-1);
      }));
  });
}
