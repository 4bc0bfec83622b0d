// What every end-of-turn model must do, run against each engine and the fake. In Node or in a browser.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAbortReason } from '../../src/core/abort.ts';
import type { EndOfTurnEngine } from '../../src/core/contracts/end-of-turn.ts';
import { concatenate, noise, silence } from '../support/recordings.ts';

export interface TurnClip {
  readonly name: string;
  /** From the start of the turn to 200 ms after its last sound. */
  readonly pcm: Float32Array;
  readonly isComplete: boolean;
}

export interface EndOfTurnSuiteOptions {
  readonly name: string;
  readonly create: () => Promise<EndOfTurnEngine>;
  readonly loadClips: () => Promise<readonly TurnClip[]>;
}

const { signal } = new AbortController();

export function runEndOfTurnSuite(options: EndOfTurnSuiteOptions): void {
  describe(`end of turn: ${options.name}`, () => {
    let engine: EndOfTurnEngine;
    let clips: readonly TurnClip[];
    beforeAll(async () => {
      [engine, clips] = await Promise.all([options.create(), options.loadClips()]);
    });
    afterAll(() => engine.dispose());

    test('a finished turn is over 0.5, one cut in the middle under 0.3', async () => {
      const heard: Record<string, number> = {};
      for (const { name, pcm } of clips) heard[name] = await engine.predict(pcm, { signal });
      const wrong = clips.filter(({ name, isComplete }) => {
        const probability = heard[name] ?? NaN;
        return !(isComplete ? probability > 0.5 && probability <= 1 : probability < 0.3);
      });
      expect(wrong.map(({ name }) => `${name}: ${heard[name]}`)).toEqual([]);
      expect(new Set(clips.map(({ isComplete }) => isComplete))).toEqual(new Set([true, false]));
    });

    test('what lies before the window does not matter', async () => {
      const pcm = concatenate(noise(8_000, 0.1), clips[0]!.pcm);
      const window = pcm.slice(-engine.windowSamples);
      const whole = await engine.predict(pcm, { signal });
      expect(await engine.predict(window, { signal })).toBe(whole);
    });

    test('audio is read and left as it was, and may be overwritten after the call', async () => {
      const pcm = clips[0]!.pcm.slice();
      const probability = await engine.predict(pcm, { signal });
      expect(pcm).toEqual(clips[0]!.pcm);
      const pending = engine.predict(pcm, { signal });
      pcm.fill(0);
      expect(await pending).toBe(probability);
    });

    test('nothing at all, and silence, have a probability too', async () => {
      for (const pcm of [new Float32Array(0), silence(300), silence(9_000)]) {
        const probability = await engine.predict(pcm, { signal });
        expect(probability).toBeGreaterThanOrEqual(0);
        expect(probability).toBeLessThanOrEqual(1);
      }
    });

    test('calls that overlap are answered in order, each with its own answer', async () => {
      const alone: number[] = [];
      for (const { pcm } of clips) alone.push(await engine.predict(pcm, { signal }));
      const order: number[] = [];
      const together = clips.map(async ({ pcm }, index) => {
        const probability = await engine.predict(pcm, { signal });
        order.push(index);
        return probability;
      });
      expect(await Promise.all(together)).toEqual(alone);
      expect(order).toEqual(clips.map((_, index) => index));
    });

    test('an abort rejects with its reason, and the calls around it are answered', async () => {
      const controller = new AbortController();
      const reason = createAbortReason('The person went on speaking.');
      const { pcm } = clips[0]!;
      const before = engine.predict(pcm, { signal });
      const aborted = engine.predict(pcm, { signal: controller.signal });
      const after = engine.predict(pcm, { signal });
      controller.abort(reason);
      await expect(aborted).rejects.toBe(reason);
      expect(await before).toBe(await after);
      await expect(engine.predict(pcm, { signal: controller.signal })).rejects.toBe(reason);
    });

    test('more than four that wait: the oldest of them gives way', async () => {
      const calls = Array.from({ length: 6 }, () => engine.predict(silence(100), { signal }));
      const outcomes = await Promise.allSettled(calls);
      expect(outcomes.map(({ status }) => status)).toEqual([
        'fulfilled',
        'rejected',
        ...Array.from({ length: 4 }, () => 'fulfilled'),
      ]);
      expect(outcomes[1]).toMatchObject({ reason: { code: 'queue-overflow' } });
    });

    test('it says what it is; disposing it twice is harmless, and ends it', async () => {
      expect(engine.info).toMatchObject({ stage: 'turn' });
      expect(engine.sampleRateHz).toBe(16_000);
      expect(engine.windowSamples).toBe(128_000);
      const other = await options.create();
      await other.dispose();
      await other.dispose();
      await expect(other.predict(silence(100), { signal })).rejects.toMatchObject({
        code: 'disposed',
      });
    });
  });
}
