import { expect, test } from 'vitest';
import { preferHint, toHintTokens } from '../../../workers/engines/phrase-hints.ts';
import type { FreeDecoding } from '../../../workers/engines/phrase-hints.ts';

const VOCABULARY = 32_000;
const FULL_STOP = 29_889;
const END = 2;
const FAR = -20;

const row = (entries: readonly (readonly [number, number])[]): Float32Array => {
  const values = new Float32Array(VOCABULARY).fill(FAR);
  for (const [token, value] of entries) values[token] = value;
  return values;
};

const right = toHintTokens({ text: 'right', boost: 4 });
const yeah = toHintTokens({ text: 'yeah', boost: 4 });
const [RIGHT = 0] = right.tokens;
const [YEAH = 0] = yeah.tokens;

const free = (logProbability: number, opening: Float32Array): FreeDecoding => ({
  decoding: { text: 'Diver.', tokens: [1_000], probabilities: [0.3] },
  logProbability,
  opening,
});

/** What a model says behind a phrase: it ends at once, or after a full stop. */
function model(first: Float32Array, { stop, end }: { stop: number; end: number }) {
  const scored: number[] = [];
  const score = (tokens: readonly number[]): Promise<Float32Array[]> => {
    scored.push(tokens[0] ?? -1);
    return Promise.resolve([
      first,
      row([
        [FULL_STOP, stop],
        [END, end],
      ]),
      row([[END, -0.1]]),
    ]);
  };
  return { score, scored };
}

test('a hint that sounds much the same is heard instead, as the model writes it', async () => {
  expect([right.tokens.length, yeah.tokens.length]).toEqual([1, 1]);
  const opening = row([[RIGHT, -5]]);
  const { score } = model(opening, { stop: -0.5, end: -3 });
  const heard = await preferHint(free(-2.5, opening), [right], score);
  expect(heard.text).toBe('Right.');
  expect(heard.tokens).toEqual([RIGHT, FULL_STOP]);
  expect(heard.probabilities[0]).toBeCloseTo(Math.exp(-5));
});

test('without a full stop where the model would put none', async () => {
  const opening = row([[RIGHT, -5]]);
  const { score } = model(opening, { stop: -3, end: -0.2 });
  expect((await preferHint(free(-2.5, opening), [right], score)).text).toBe('Right');
});

test('what was recognised stays where the hint is further behind than its boost', async () => {
  const opening = row([[RIGHT, -5]]);
  const { score, scored } = model(opening, { stop: -0.5, end: -3 });
  expect((await preferHint(free(-1.2, opening), [right], score)).text).toBe('Diver.');
  expect(scored).toEqual([RIGHT]);
});

test('a hint that its first token rules out costs no run of the model', async () => {
  const opening = row([[RIGHT, -7]]);
  const { score, scored } = model(opening, { stop: -0.5, end: -3 });
  expect((await preferHint(free(-2.5, opening), [right, yeah], score)).text).toBe('Diver.');
  expect(scored).toEqual([]);
});

test('of two hints the likelier one is heard, and tried first', async () => {
  const opening = row([
    [RIGHT, -4],
    [YEAH, -1],
  ]);
  const { score, scored } = model(opening, { stop: -0.1, end: -3 });
  expect((await preferHint(free(-2.5, opening), [right, yeah], score)).text).toBe('Yeah.');
  expect(scored).toEqual([YEAH]);
});

test('a crowd of hints is tried up to a bound', async () => {
  const opening = row([[RIGHT, -6]]);
  const { score, scored } = model(opening, { stop: -9, end: -9 });
  const crowd = Array.from({ length: 20 }, () => right);
  expect((await preferHint(free(-2.5, opening), crowd, score)).text).toBe('Diver.');
  expect(scored).toHaveLength(6);
});
