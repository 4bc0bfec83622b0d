// What the kernels of a transformer must compute, beside plain arithmetic. In Node or in a browser.
import { describe, expect, test } from 'vitest';
import { fromBase64 } from '../../src/core/base64.ts';
import { attend } from '../../workers/runtimes/network/attention.ts';
import { createNetworkTeam } from '../../workers/runtimes/network/kernels.ts';
import type { NetworkTeam } from '../../workers/runtimes/network/kernels.ts';
import { LayerNorm } from '../../workers/runtimes/network/layer-norm.ts';
import { createSignal, valuesOf } from '../../workers/runtimes/network/signal.ts';
import type { Signal } from '../../workers/runtimes/network/signal.ts';
import { createNoise } from '../support/noise.ts';

const FLOAT_BYTES = 4;

/** The share of a normal distribution below x, by its power series. */
function normal(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; n < 200; n += 1) {
    term *= -(x * x) / 2 / n;
    sum += term / (2 * n + 1);
  }
  return 0.5 + sum / Math.sqrt(2 * Math.PI);
}

const ACTIVATIONS = {
  gelu: (x: number) => x * normal(x),
  geluByTanh: (x: number) =>
    0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
  tanh: Math.tanh,
};

interface Heads {
  readonly heads: number;
  readonly headSize: number;
  readonly reach: number;
}

/** Rows of all heads side by side. */
function attendPlainly(
  [queries, keys, values]: readonly (readonly Float32Array[])[],
  { heads, headSize, reach }: Heads,
): number[][] {
  return queries!.map((query, row) => {
    const seen = keys!.slice(0, row + reach + 1);
    const out: number[] = [];
    for (let start = 0; start < heads * headSize; start += headSize) {
      const scores = seen.map((key) => {
        let product = 0;
        for (let c = start; c < start + headSize; c++) product += query[c]! * key[c]!;
        return Math.exp(product / Math.sqrt(headSize));
      });
      const total = scores.reduce((sum, score) => sum + score, 0);
      for (let c = start; c < start + headSize; c++) {
        out.push(scores.reduce((sum, score, key) => sum + (score / total) * values![key]![c]!, 0));
      }
    }
    return out;
  });
}

export function describeTransformerKernels(name: string, text: string, shared: boolean): void {
  describe(`transformer kernels, ${name}`, () => {
    const binary = fromBase64(text);
    const createTeam = (): NetworkTeam => createNetworkTeam({ binary, shared });

    function fill(
      team: NetworkTeam,
      shape: { rows: number; channels: number },
      value: () => number,
    ): Signal {
      const signal = createSignal(team.memory, shape);
      valuesOf(team.memory, signal).forEach((_, i, values) => (values[i] = value()));
      return signal;
    }

    const rowsOf = (team: NetworkTeam, signal: Signal): Float32Array[] =>
      Array.from({ length: signal.rows }, (_, row) =>
        valuesOf(team.memory, signal).slice(row * signal.channels, (row + 1) * signal.channels),
      );

    test.for(['gelu', 'geluByTanh', 'tanh'] as const)('%s, far from zero too', (kernel) => {
      const team = createTeam();
      let next = -6;
      const x = fill(team, { rows: 49, channels: 8 }, () => (next += 1 / 32));
      const from = valuesOf(team.memory, x).slice();
      from.set([-300, -30, -0.0001, 0, 0.0001, 30, 300]);
      valuesOf(team.memory, x).set(from);
      const y = fill(team, { rows: 49, channels: 8 }, () => NaN);
      team.run(kernel, [x.at, x.channels, y.at], x.rows);
      const to = valuesOf(team.memory, y);
      from.forEach((value, at) => {
        const near = Math.max(-8, Math.min(8, value));
        const expected = kernel === 'tanh' || near === value ? ACTIVATIONS[kernel](near) : null;
        expect(to[at]).toBeCloseTo(expected ?? Math.max(0, value), 5);
      });
    });

    test.for([true, false])('a layer norm, with a bias: %s', (hasBias) => {
      const team = createTeam();
      const [rows, channels] = [5, 20];
      const noise = createNoise(4);
      const weights = Float32Array.from({ length: channels }, noise);
      const bias = hasBias ? Float32Array.from({ length: channels }, noise) : null;
      // As far from zero as it is wide a hundred times.
      const x = fill(team, { rows, channels }, () => 300 + 3 * noise());
      const given = rowsOf(team, x);
      new LayerNorm(team, { weights, bias, epsilon: 0.1 }).run(x, x);
      rowsOf(team, x).forEach((row, at) => {
        const mean = given[at]!.reduce((sum, value) => sum + value, 0) / channels;
        const variance = given[at]!.reduce((sum, value) => sum + (value - mean) ** 2, 0) / channels;
        row.forEach((value, c) => {
          const settled = (given[at]![c]! - mean) / Math.sqrt(variance + 0.1);
          expect(value).toBeCloseTo(settled * weights[c]! + (bias?.[c] ?? 0), 4);
        });
      });
    });

    test.for([
      { rows: 13, keys: 13, heads: 2, headSize: 8, reach: null },
      { rows: 100, keys: 75, heads: 3, headSize: 64, reach: null },
      { rows: 21, keys: 21, heads: 8, headSize: 36, reach: 0 },
      { rows: 5, keys: 30, heads: 2, headSize: 36, reach: 25 },
      { rows: 4, keys: 4, heads: 1, headSize: 12, reach: 0 },
      { rows: 1, keys: 1, heads: 2, headSize: 8, reach: 0 },
      { rows: 1, keys: 40, heads: 8, headSize: 36, reach: 39 },
      { rows: 3, keys: 9, heads: 2, headSize: 36, reach: 6 },
      { rows: 9, keys: 3, heads: 2, headSize: 16, reach: null },
    ])('$rows queries, $keys keys, $heads heads of $headSize, reach $reach', (shape) => {
      const { rows, keys, heads, headSize, reach } = shape;
      const team = createTeam();
      const noise = createNoise(7);
      const channels = heads * headSize;
      const query = fill(team, { rows, channels }, () => 3 * noise());
      // Keys and values in one row, as one product makes them.
      const both = fill(team, { rows: keys, channels: 2 * channels }, noise);
      const out = fill(team, { rows: rows + 1, channels }, () => 5);
      attend(team, {
        ...{ heads, headSize, scale: 1 / Math.sqrt(headSize) },
        queries: { at: query.at, stride: channels * FLOAT_BYTES, rows },
        keys: {
          at: both.at,
          valuesAt: both.at + channels * FLOAT_BYTES,
          stride: 2 * channels * FLOAT_BYTES,
          rows: keys,
        },
        to: { at: out.at, stride: channels * FLOAT_BYTES },
        ...(reach !== null && { reach }),
      });
      const seen = rowsOf(team, both);
      const expected = attendPlainly(
        [
          rowsOf(team, query),
          seen.map((row) => row.slice(0, channels)),
          seen.map((row) => row.slice(channels)),
        ],
        { heads, headSize, reach: reach ?? keys },
      );
      const actual = rowsOf(team, out);
      expected.forEach((row, at) =>
        row.forEach((value, c) => expect(actual[at]![c]).toBeCloseTo(value, 4)),
      );
      // Not a row more.
      expect(new Set(actual[rows])).toEqual(new Set([5]));
    });
  });
}
