// What the kernels of a recogniser must compute, beside plain arithmetic. In Node or in a browser.
import { describe, expect, test } from 'vitest';
import { fromBase64 } from '../../src/core/base64.ts';
import { createNetworkTeam } from '../../workers/runtimes/network/kernels.ts';
import type { NetworkTeam } from '../../workers/runtimes/network/kernels.ts';
import { createRows, valuesOf } from '../../workers/runtimes/network/signal.ts';
import type { Signal } from '../../workers/runtimes/network/signal.ts';
import { createNoise } from '../support/noise.ts';

export function describeRecogniserKernels(name: string, text: string, shared: boolean): void {
  describe(`recogniser kernels, ${name}`, () => {
    const binary = fromBase64(text);
    const createTeam = (): NetworkTeam => createNetworkTeam({ binary, shared });

    function fill(
      { memory }: NetworkTeam,
      shape: { rows: number; channels: number },
      seed: number,
    ): Signal {
      const rows = createRows(memory, shape);
      const noise = createNoise(seed);
      valuesOf(memory, rows).forEach((_, at, values) => (values[at] = 3 * noise()));
      return rows;
    }

    test('the first pairs of each head are turned by the angles of their row', () => {
      const team = createTeam();
      const [rows, heads, headSize, pairs] = [5, 3, 12, 4];
      const x = fill(team, { rows, channels: heads * headSize }, 2);
      const angles = team.memory.takeFloats(rows * pairs * 2);
      const angleOf = (row: number, pair: number): number => row / (pair + 1);
      for (let row = 0; row < rows; row++) {
        for (let pair = 0; pair < pairs; pair++) {
          const angle = angleOf(row, pair);
          const turn = [Math.cos(angle), Math.sin(angle)];
          team.memory.floats(angles + 8 * (row * pairs + pair), 2).set(turn);
        }
      }
      const from = valuesOf(team.memory, x).slice();
      team.run('rotate', [x.at, 4 * x.channels, heads, headSize, pairs, angles], rows);
      valuesOf(team.memory, x).forEach((value, at) => {
        const row = Math.floor(at / x.channels);
        const place = at % headSize;
        if (place >= 2 * pairs) {
          expect(value).toBe(from[at]);
          return;
        }
        const angle = angleOf(row, place >> 1);
        const sign = place % 2 === 0 ? -1 : 1;
        const other = from[at - sign]!;
        expect(value).toBeCloseTo(from[at]! * Math.cos(angle) + sign * other * Math.sin(angle), 5);
      });
    });

    test('tangents are summed before they are scaled', () => {
      const team = createTeam();
      const [rows, channels] = [3, 8];
      const x = fill(team, { rows, channels }, 4);
      const factors = fill(team, { rows: 1, channels }, 5);
      const sums = createRows(team.memory, { rows, channels: 2 });
      const from = valuesOf(team.memory, x).slice();
      const scales = valuesOf(team.memory, factors).slice();
      team.run('squash', [x.at, channels, factors.at, sums.at], rows);
      const made = valuesOf(team.memory, x);
      from.forEach((value, at) => {
        expect(made[at]).toBeCloseTo(Math.tanh(value) * scales[at % channels]!, 5);
      });
      for (let row = 0; row < rows; row++) {
        const values = [...from.subarray(row * channels, (row + 1) * channels)].map(Math.tanh);
        const [sum, squares] = valuesOf(team.memory, sums).subarray(2 * row, 2 * row + 2);
        expect(sum).toBeCloseTo(
          values.reduce((total, value) => total + value, 0),
          4,
        );
        expect(squares).toBeCloseTo(
          values.reduce((total, value) => total + value ** 2, 0),
          4,
        );
      }
    });

    test('a factor for all, an offset for each channel', () => {
      const team = createTeam();
      const x = fill(team, { rows: 3, channels: 8 }, 6);
      const offsets = fill(team, { rows: 1, channels: 8 }, 7);
      const from = valuesOf(team.memory, x).slice();
      team.run('shift', [x.at, 8, 2.5, offsets.at, x.at], 3);
      const added = valuesOf(team.memory, offsets);
      valuesOf(team.memory, x).forEach((value, at) => {
        expect(value).toBeCloseTo(2.5 * from[at]! + added[at % 8]!, 5);
      });
    });

    test('the second half of a row opens the first', () => {
      const team = createTeam();
      const x = fill(team, { rows: 3, channels: 16 }, 8);
      const to = createRows(team.memory, { rows: 3, channels: 8 });
      team.run('gate', [x.at, 8, to.at], 3);
      const from = valuesOf(team.memory, x);
      valuesOf(team.memory, to).forEach((value, at) => {
        const first = Math.floor(at / 8) * 16 + (at % 8);
        const opening = from[first + 8]!;
        expect(value).toBeCloseTo((from[first]! * opening) / (1 + Math.exp(-opening)), 5);
      });
    });

    test('the largest value of a row is found wherever it lies, the first of two', () => {
      const team = createTeam();
      const [rows, count] = [40, 40];
      const x = fill(team, { rows, channels: count }, 9);
      const values = valuesOf(team.memory, x);
      for (let row = 0; row < rows; row++) values[row * count + row] = 4;
      values[20 * count + 33] = 4;
      values[33 * count + 20] = 4;
      const out = createRows(team.memory, { rows, channels: 2 });
      team.run('choose', [x.at, count, out.at], rows);
      const places = new Int32Array(team.memory.memory.buffer, out.at, 2 * rows);
      const all = valuesOf(team.memory, x);
      for (let row = 0; row < rows; row++) {
        expect(places[2 * row]).toBe(row === 33 ? 20 : row);
        const own = [...all.subarray(row * count, (row + 1) * count)];
        const sum = own.reduce((total, value) => total + Math.exp(value - 4), 0);
        expect(valuesOf(team.memory, out)[2 * row + 1]).toBeCloseTo(sum, 4);
      }
    });
  });
}
