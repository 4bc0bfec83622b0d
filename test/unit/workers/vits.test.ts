import { expect, test } from 'vitest';
import { createNormalNoise, seedOf } from '../../../workers/runtimes/vits/normal-noise.ts';
import { invertSpline } from '../../../workers/runtimes/vits/spline.ts';

const BINS = 10;
const SCALE = 0.5;

/** The spline itself, as the paper has it, straight from its formula. */
function spline(x: number, parameters: Float32Array): number {
  const toSizes = (values: Float32Array): number[] => {
    const powers = Array.from(values, (value) => Math.exp(value * SCALE));
    const sum = powers.reduce((total, power) => total + power, 0);
    return powers.map((power) => 10 * (0.001 + 0.99 * (power / sum)));
  };
  const widths = toSizes(parameters.subarray(0, BINS));
  const heights = toSizes(parameters.subarray(BINS, 2 * BINS));
  const inner = Array.from(parameters.subarray(2 * BINS), (v) => 0.001 + Math.log(1 + Math.exp(v)));
  const slopes = [1, ...inner, 1];
  let [x0, y0, bin] = [-5, -5, 0];
  while (bin < BINS - 1 && x >= x0 + widths[bin]!) {
    x0 += widths[bin]!;
    y0 += heights[bin]!;
    bin += 1;
  }
  const [width, height] = [widths[bin]!, heights[bin]!];
  const slope = height / width;
  const t = (x - x0) / width;
  const bend = slopes[bin + 1]! + slopes[bin]! - 2 * slope;
  const above = height * (slope * t * t + slopes[bin]! * t * (1 - t));
  return y0 + above / (slope + bend * t * (1 - t));
}

test('the spline is undone, in all bins', () => {
  const random = createNormalNoise(3);
  for (let round = 0; round < 20; round++) {
    const parameters = Float32Array.from({ length: 3 * BINS - 1 }, () => 2 * random());
    for (let x = -4.9; x < 5; x += 0.35) {
      expect(invertSpline(spline(x, parameters), parameters, SCALE)).toBeCloseTo(x, 4);
    }
  }
});

test('the ends of the spline stay, and what lies outside', () => {
  const parameters = new Float32Array(3 * BINS - 1);
  for (const value of [-5, 5, 5.1, -7]) {
    expect(invertSpline(value, parameters, SCALE)).toBeCloseTo(value, 6);
  }
});

test('noise has mean 0 and deviation 1, and a seed of its own for each sequence', () => {
  const random = createNormalNoise(seedOf([1, 2, 3]));
  const values = Array.from({ length: 20_000 }, random);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  expect(mean).toBeCloseTo(0, 1);
  expect(variance).toBeCloseTo(1, 1);
  // 31.7 % of a normal distribution lie further than one deviation from the mean.
  const outside = values.filter((value) => Math.abs(value) > 1).length / values.length;
  expect(outside).toBeCloseTo(0.317, 1);
  const again = createNormalNoise(seedOf([1, 2, 3]));
  expect([again(), again(), again()]).toEqual(values.slice(0, 3));
  expect(createNormalNoise(seedOf([1, 3, 2]))()).not.toBe(values[0]);
});
