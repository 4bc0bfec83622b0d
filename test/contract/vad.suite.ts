// What every voice detector must do, run against each engine and the fake. In Node or in a browser.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { VadEngine } from '../../src/core/contracts/vad.ts';
import { concatenate, cut, silence } from '../support/recordings.ts';

export interface VadSuiteOptions {
  readonly name: string;
  readonly create: () => Promise<VadEngine>;
  /** A stretch in which somebody speaks nearly all the time. */
  readonly loadSpeech: () => Promise<Float32Array>;
  /** Steady noise that must not pass for speech; null where the engine goes by loudness alone. */
  readonly noise: Float32Array | null;
}

export function runVadSuite(options: VadSuiteOptions): void {
  describe(`voice activity: ${options.name}`, () => {
    let vad: VadEngine;
    let speech: Float32Array;
    beforeAll(async () => {
      [vad, speech] = await Promise.all([options.create(), options.loadSpeech()]);
    });
    beforeEach(() => vad.reset());
    afterAll(() => vad.dispose());

    async function listen(pcm: Float32Array): Promise<number[]> {
      const probabilities: number[] = [];
      for (const window of cut(pcm, vad.windowSamples)) {
        if (window.length === vad.windowSamples) probabilities.push(await vad.process(window));
      }
      return probabilities;
    }

    test('speech is heard as speech: over 80 % of its windows', async () => {
      const probabilities = await listen(concatenate(silence(1000), speech));
      const spoken = probabilities.slice(Math.ceil(16_000 / vad.windowSamples));
      const hits = spoken.filter((probability) => probability > 0.5);
      expect(hits.length / spoken.length).toBeGreaterThan(0.8);
      expect(Math.max(...probabilities)).toBeGreaterThan(0.9);
      expect(Math.max(...probabilities)).toBeLessThanOrEqual(1);
    });

    test('silence is never speech', async () => {
      const probabilities = await listen(silence(3000));
      expect(Math.max(...probabilities)).toBeLessThan(0.3);
      expect(Math.min(...probabilities)).toBeGreaterThanOrEqual(0);
    });

    test('steady noise is not speech', async ({ skip }) => {
      if (options.noise === null) return skip('This engine goes by loudness alone.');
      expect(Math.max(...(await listen(options.noise)))).toBeLessThan(0.5);
    });

    test('speech ends: half a second of silence after it brings the probability down', async () => {
      const probabilities = await listen(concatenate(speech, silence(600)));
      expect(probabilities.at(-1)).toBeLessThan(0.3);
    });

    test('reset forgets what was heard: the same audio gives the same probabilities', async () => {
      const start = speech.subarray(0, 16_000);
      const first = await listen(start);
      await listen(speech);
      vad.reset();
      expect(await listen(start)).toEqual(first);
    });

    test('a window of another length is refused', async () => {
      await expect(vad.process(new Float32Array(vad.windowSamples - 1))).rejects.toThrow(TypeError);
    });

    test('it says what it is, and disposing it twice is harmless', async () => {
      expect(vad.info.stage).toBe('vad');
      expect(vad.sampleRateHz).toBe(16_000);
      const other = await options.create();
      await other.dispose();
      await other.dispose();
    });
  });
}
