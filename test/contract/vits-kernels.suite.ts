// What the kernels of a VITS voice must compute, beside plain arithmetic. In Node or in a browser.
import { describe, expect, test } from 'vitest';
import { fromBase64 } from '../../src/core/base64.ts';
import { createNetworkTeam, unitsOf } from '../../workers/runtimes/network/kernels.ts';
import type { NetworkTeam } from '../../workers/runtimes/network/kernels.ts';
import { createSignal, rowAt, valuesOf } from '../../workers/runtimes/network/signal.ts';
import type { Signal } from '../../workers/runtimes/network/signal.ts';
import { createNoise } from '../support/noise.ts';

export function describeVitsKernels(name: string, text: string, shared: boolean): void {
  describe(`VITS kernels, ${name}`, () => {
    const binary = fromBase64(text);
    const createTeam = (): NetworkTeam => createNetworkTeam({ binary, shared });

    function fill(team: NetworkTeam, shape: { rows: number; channels: number }): Signal {
      const signal = createSignal(team.memory, shape);
      const noise = createNoise(shape.rows + shape.channels);
      valuesOf(team.memory, signal).forEach((_, i, values) => (values[i] = 3 * noise()));
      return signal;
    }

    test('gates: a hyperbolic tangent times a sigmoid, also of large values, into wider rows', () => {
      const team = createTeam();
      const [rows, channels, width] = [70, 8, 24];
      const x = fill(team, { rows, channels: 2 * channels });
      valuesOf(team.memory, x).set([200, -200, 40, -40], 0);
      valuesOf(team.memory, x).set([-200, 200, 90, -90], channels);
      const from = valuesOf(team.memory, x).slice();
      const y = fill(team, { rows, channels: width });
      const before = valuesOf(team.memory, y).slice();
      team.run('gateTanh', [x.at, channels, rows, y.at + 32, width * 4], unitsOf(rows));
      const to = valuesOf(team.memory, y);
      for (let row = 0; row < rows; row++) {
        for (let c = 0; c < width; c++) {
          const at = 2 * channels * row + c - 8;
          const isGate = c >= 8 && c < 16;
          const value = Math.tanh(from[at]!) / (1 + Math.exp(-from[at + channels]!));
          expect(to[row * width + c]).toBeCloseTo(isGate ? value : before[row * width + c]!, 6);
        }
      }
    });

    test('rows are added to part of wider ones', () => {
      const team = createTeam();
      const rows = 130;
      const x = fill(team, { rows, channels: 24 });
      const a = fill(team, { rows, channels: 8 });
      const before = valuesOf(team.memory, x).slice();
      team.run('addRows', [x.at + 32, 24 * 4, a.at, 8 * 4, 8, rows], unitsOf(rows));
      const [to, added] = [valuesOf(team.memory, x), valuesOf(team.memory, a)];
      for (const [at, value] of before.entries()) {
        const [row, c] = [Math.floor(at / 24), at % 24];
        expect(to[at]).toBeCloseTo(value + (c >= 8 && c < 16 ? added[row * 8 + c - 8]! : 0), 6);
      }
    });

    test('each channel by itself, with taps nine rows apart', () => {
      const team = createTeam();
      const [rows, channels, taps, dilation] = [75, 8, 3, 9];
      const x = fill(team, { rows, channels });
      const y = fill(team, { rows, channels });
      const weights = fill(team, { rows: taps, channels });
      const bias = fill(team, { rows: 1, channels });
      team.run(
        'filterRows',
        [rowAt(x, -dilation), channels, rows, taps, dilation, weights.at, bias.at, y.at],
        unitsOf(rows),
      );
      const read = (signal: Signal) => valuesOf(team.memory, signal);
      for (let row = 0; row < rows; row++) {
        for (let c = 0; c < channels; c++) {
          let sum = read(bias)[c]!;
          for (let tap = 0; tap < taps; tap++) {
            const at = row + (tap - 1) * dilation;
            if (at < 0 || at >= rows) continue;
            sum += read(x)[at * channels + c]! * read(weights)[tap * channels + c]!;
          }
          expect(read(y)[row * channels + c]).toBeCloseTo(sum, 4);
        }
      }
    });

    test.for([5, 30])('attention of %i rows that knows of distances up to 4', (rows) => {
      const team = createTeam();
      const [heads, size, reach] = [2, 12, 4];
      const width = heads * size;
      const x = fill(team, { rows, channels: 3 * width });
      const keys = fill(team, { rows: 2 * reach + 1, channels: size });
      const values = fill(team, { rows: 2 * reach + 1, channels: size });
      const y = fill(team, { rows, channels: width });
      team.run('attendNear', [x.at, heads, size, rows, reach, keys.at, values.at, y.at], rows);
      const read = (signal: Signal, row: number, c: number): number =>
        valuesOf(team.memory, signal)[row * signal.channels + c]!;
      for (let row = 0; row < rows; row++) {
        for (let head = 0; head < width; head += size) {
          const isNear = (other: number): boolean => Math.abs(other - row) <= reach;
          const scores = Array.from({ length: rows }, (_, other) => {
            let sum = 0;
            for (let c = 0; c < size; c++) {
              const near = isNear(other) ? read(keys, other - row + reach, c) : 0;
              sum += read(x, row, head + c) * (read(x, other, width + head + c) + near);
            }
            return sum;
          });
          const most = Math.max(...scores);
          const weights = scores.map((score) => Math.exp(score - most));
          const all = weights.reduce((sum, weight) => sum + weight, 0);
          for (let c = 0; c < size; c++) {
            let sum = 0;
            for (let other = 0; other < rows; other++) {
              const near = isNear(other) ? read(values, other - row + reach, c) : 0;
              sum += (weights[other]! / all) * (read(x, other, 2 * width + head + c) + near);
            }
            expect(read(y, row, head + c)).toBeCloseTo(sum, 4);
          }
        }
      }
    });
  });
}
