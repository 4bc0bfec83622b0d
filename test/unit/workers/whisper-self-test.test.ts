import { expect, test } from 'vitest';
import type { WhisperInsight } from '../../../workers/engines/whisper-model.ts';
import { findWhisperFault, toTestSound } from '../../../workers/engines/whisper-self-test.ts';
import { createNoise } from '../../support/noise.ts';

const [WIDTH, ROWS] = [8, 50];

/** Channels that stand far from each other, and change a little over time. */
function toInsight(
  change: (value: number, at: number) => number = (value) => value,
): WhisperInsight {
  const noise = createNoise(3);
  const states = Float32Array.from(
    { length: ROWS * WIDTH },
    (_, at) => 20 * (at % WIDTH) + noise(),
  );
  const scores = Float32Array.from({ length: 100 }, () => 10 * noise());
  return { states: states.map(change), width: WIDTH, scores };
}

test('what is computed a little otherwise passes', () => {
  const small = createNoise(7);
  expect(
    findWhisperFault(
      toInsight((value) => value + 0.05 * small()),
      toInsight(),
    ),
  ).toBeNull();
});

test.each<[string, (value: number, at: number) => number, RegExp]>([
  [
    'rows in another order',
    (_, at) => toInsight().states[(at + 5 * WIDTH) % (ROWS * WIDTH)] ?? 0,
    /^encoder/u,
  ],
  ['channels without what changes', (_, at) => 20 * (at % WIDTH), /^encoder/u],
  ['numbers that are none', (value, at) => (at === 9 ? NaN : value), /no numbers/u],
])('%s do not', (_, change, fault) => {
  expect(findWhisperFault(toInsight(change), toInsight())).toMatch(fault);
});

test('scores of another order, or of another length, do not', () => {
  const right = toInsight();
  const turned = { ...right, scores: right.scores.toReversed() };
  expect(findWhisperFault(turned, right)).toMatch(/^decoder/u);
  const short = { ...right, scores: right.scores.slice(1) };
  expect(findWhisperFault(short, right)).toMatch(/shapes/u);
});

test('the sound is neither silent nor clipped', () => {
  const sound = toTestSound();
  expect(sound).toHaveLength(32_000);
  const peak = sound.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
  expect(peak).toBeGreaterThan(0.2);
  expect(peak).toBeLessThan(1);
});
