// What every AudioInput must do, on both transports; the rig captures on demand.
import { describe, expect, test } from 'vitest';
import type { AudioInput } from '../../src/core/contracts/audio-io.ts';

export interface InputRig {
  readonly input: AudioInput;
  /** Index of the first sample that `capture` delivers. */
  readonly firstIndex: number;
  /** What the reader holds at the most; more than this unread means loss. */
  readonly capacitySamples: number;
  /** Captures `quanta` quanta of 128 samples, each naming its index, and lets them arrive. */
  readonly capture: (quanta: number) => Promise<void>;
  readonly dispose: () => void;
}

const QUANTUM = 128;
const signal = new AbortController().signal;

/** Reads all there is in pieces of `size`; pairs of position and value. */
export function readAll(input: AudioInput, size: number): { position: number; sample: number }[] {
  const into = new Float32Array(size);
  const all: { position: number; sample: number }[] = [];
  for (;;) {
    // Looking at what is available lets the reader jump before it names its position.
    if (input.availableSamples === 0) return all;
    const start = input.positionSamples;
    const count = input.read(into);
    for (let i = 0; i < count; i += 1) all.push({ position: start + i, sample: into[i] ?? NaN });
  }
}

export function describeAudioInput(name: string, createRig: () => Promise<InputRig>): void {
  const withRig = async (run: (rig: InputRig) => Promise<void>): Promise<void> => {
    const rig = await createRig();
    try {
      await run(rig);
    } finally {
      rig.dispose();
    }
  };

  describe(`AudioInput over ${name}`, () => {
    test('hands out every sample once, in order, whatever the size of the reads', () =>
      withRig(async ({ input, capture, firstIndex }) => {
        let next = firstIndex;
        const before = input.stats.readSamples;
        for (const [quanta, size] of [
          [15, 512],
          [30, 77],
          [45, 4_096],
        ] as const) {
          await capture(quanta);
          const samples = readAll(input, size);
          expect(samples.map(({ sample }) => sample)).toEqual(
            Array.from({ length: quanta * QUANTUM }, (_, i) => next + i),
          );
          next += quanta * QUANTUM;
        }
        // Whole blocks of 1,920 samples each time: a port delivers no others unasked.
        expect(input.stats.readSamples - before).toBe(90 * QUANTUM);
        expect(input.positionSamples).toBe(next);
        expect(input.stats.lostSamples).toBe(0);
      }));

    test('waits until enough is there', () =>
      withRig(async ({ input, capture }) => {
        let isDone = false;
        const waited = input.waitForSamples(1_920, { signal }).then(() => {
          isDone = true;
        });
        await capture(7);
        expect(isDone).toBe(false);
        await capture(8);
        await waited;
        expect(input.availableSamples).toBeGreaterThanOrEqual(1_920);
        await input.waitForSamples(1_920, { signal });
      }));

    test('a wait rejects with the reason of its signal, or when the input is disposed', () =>
      withRig(async ({ input }) => {
        const controller = new AbortController();
        const waited = input.waitForSamples(1, { signal: controller.signal });
        const reason = new Error('enough');
        controller.abort(reason);
        await expect(waited).rejects.toBe(reason);
        await expect(input.waitForSamples(1, { signal: controller.signal })).rejects.toBe(reason);
        const rejected = expect(input.waitForSamples(1, { signal })).rejects.toMatchObject({
          code: 'disposed',
        });
        input.dispose();
        await rejected;
        input.dispose();
        expect(input.read(new Float32Array(8))).toBe(0);
      }));

    test('a reader that is too slow loses the oldest, counts it, and keeps its place in time', () =>
      withRig(async ({ input, capture, capacitySamples, firstIndex }) => {
        const quanta = 15 * Math.ceil((3 * capacitySamples) / (15 * QUANTUM));
        const before = input.stats.readSamples;
        await capture(quanta);
        const samples = readAll(input, 1_000);
        expect(samples.every(({ position, sample }) => position === sample)).toBe(true);
        expect(samples.at(-1)?.position).toBe(firstIndex + quanta * QUANTUM - 1);
        expect(samples.length).toBeLessThanOrEqual(capacitySamples);
        expect(samples.length).toBeGreaterThan(capacitySamples / 2);
        const { readSamples, lostSamples } = input.stats;
        expect(readSamples - before).toBe(samples.length);
        expect(readSamples - before + lostSamples).toBe(quanta * QUANTUM);
        await capture(15);
        expect(readAll(input, 480).map(({ sample }) => sample)).toEqual(
          Array.from({ length: 15 * QUANTUM }, (_, i) => firstIndex + quanta * QUANTUM + i),
        );
      }));
  });
}
