import { expect, test } from 'vitest';
import { TokenSampler } from '../../../../workers/runtimes/llama/token-sampler.ts';

const LOGITS = Float32Array.from([0, 2, 3, -8, 2.5]);
const draw = (temperature: number, seed: number): number[] => {
  const sampler = new TokenSampler({ temperature, seed });
  return Array.from({ length: 400 }, () => sampler.next(LOGITS));
};

test('at temperature 0 the likeliest, always', () => {
  expect(new Set(draw(0, 1))).toEqual(new Set([2]));
});

test('the same seed gives the same tokens, another gives others', () => {
  expect(draw(1, 7)).toEqual(draw(1, 7));
  expect(draw(1, 7)).not.toEqual(draw(1, 8));
});

test('tokens come about as often as they are likely; those under a twentieth of the likeliest never', () => {
  const share = (tokens: number[], token: number): number =>
    tokens.filter((each) => each === token).length / tokens.length;
  const tokens = draw(1, 3);
  // e^3, e^2.5, e^2 and e^0 which is just above a twentieth of e^3.
  expect(Math.abs(share(tokens, 2) - 0.5)).toBeLessThan(0.1);
  expect(Math.abs(share(tokens, 4) - 0.3)).toBeLessThan(0.1);
  expect(share(tokens, 3)).toBe(0);
  expect(share(draw(0.2, 3), 2)).toBeGreaterThan(0.9);
});
