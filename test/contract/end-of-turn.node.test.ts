import { describe, expect, test } from 'vitest';
import { FakeEndOfTurn } from '../../src/testing/fake-end-of-turn.ts';
import { ManualClock } from '../../src/testing/manual-clock.ts';
import { concatenate, noise, silence } from '../support/recordings.ts';
import { runEndOfTurnSuite } from './end-of-turn.suite.ts';

const { signal } = new AbortController();
const turn = (lengthMs: number): Float32Array => concatenate(noise(lengthMs, 0.3), silence(200));

/** The more is said, the surer: no two audios of the suite give the same. */
function byLoudness(heard: Float32Array): number {
  const sum = heard.reduce((total, sample) => total + Math.abs(sample), 0);
  return sum ** 2 / (sum ** 2 + 2_100 ** 2);
}

runEndOfTurnSuite({
  name: 'fake',
  create: async () => new FakeEndOfTurn({ probabilities: (_call, heard) => byLoudness(heard) }),
  loadClips: async () => [
    { name: 'long', pcm: turn(2_000), isComplete: true },
    { name: 'short', pcm: turn(500), isComplete: false },
  ],
});

describe('the fake', () => {
  test('gives a list of answers, whose last one stays, each after its time', async () => {
    const clock = new ManualClock();
    const fake = new FakeEndOfTurn({ probabilities: [0.2, 0.7], latency: { clock, ms: 100 } });
    const answers: number[] = [];
    for (const ms of [500, 600, 700]) {
      void fake.predict(silence(ms), { signal }).then((answer) => answers.push(answer));
    }
    await clock.advance(99);
    expect(answers).toEqual([]);
    await clock.advance(101);
    expect(answers).toEqual([0.2, 0.7]);
    await clock.advance(100);
    expect(answers).toEqual([0.2, 0.7, 0.7]);
    expect(fake.heardSamples).toEqual([8_000, 9_600, 11_200]);
  });

  test('fails on the calls it is told to', async () => {
    const fake = new FakeEndOfTurn({ failsOn: (call) => call === 0 });
    const call = (): Promise<number> => fake.predict(silence(100), { signal });
    await expect(call()).rejects.toMatchObject({ code: 'worker-crashed' });
    expect(await call()).toBe(0.95);
  });
});
