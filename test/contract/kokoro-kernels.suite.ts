// What the kernels in front of Kokoro's generator must compute, beside plain arithmetic. In Node or in a browser.
import { describe, expect, test } from 'vitest';
import { fromBase64 } from '../../src/core/base64.ts';
import { LeakyNorm } from '../../workers/runtimes/kokoro/adaptive-norm.ts';
import { HarmonicSource } from '../../workers/runtimes/kokoro/harmonic-source.ts';
import { ByteProduct } from '../../workers/runtimes/network/byte-product.ts';
import type { ByteWeights } from '../../workers/runtimes/network/byte-product.ts';
import { createNetworkTeam } from '../../workers/runtimes/network/kernels.ts';
import type { NetworkTeam } from '../../workers/runtimes/network/kernels.ts';
import { RecurrentLayer } from '../../workers/runtimes/network/recurrent-layer.ts';
import { createRows, valuesOf } from '../../workers/runtimes/network/signal.ts';
import type { Signal } from '../../workers/runtimes/network/signal.ts';
import { createNoise } from '../support/noise.ts';
import { anyStyle, constantStyle } from '../support/style-layers.ts';

export function describeKokoroKernels(name: string, text: string, shared: boolean): void {
  describe(`kokoro kernels, ${name}`, () => {
    const binary = fromBase64(text);
    const createTeam = (): NetworkTeam => createNetworkTeam({ binary, shared });

    function fill(team: NetworkTeam, shape: { rows: number; channels: number }, seed: number) {
      const signal = createRows(team.memory, shape, 1);
      valuesOf(team.memory, signal).set(
        Float32Array.from({ length: shape.rows * shape.channels }, createNoise(seed)),
      );
      return signal;
    }

    const read = (team: NetworkTeam, { at, channels }: Signal) => {
      const values = team.memory.floats(0, team.memory.top / 4);
      return (row: number, channel: number): number => values[at / 4 + row * channels + channel]!;
    };

    test.for([
      { inputs: 10, outputs: 12, taps: 3, rows: 6, isSigned: false },
      { inputs: 200, outputs: 16, taps: 3, rows: 9, isSigned: true },
      { inputs: 530, outputs: 8, taps: 1, rows: 1, isSigned: false },
    ])('a convolution of bytes, $inputs inputs, $taps taps, $rows rows', (shape) => {
      const { inputs, outputs, taps, rows, isSigned } = shape;
      const team = createTeam();
      const noise = createNoise(7);
      const bytes = Uint8Array.from({ length: outputs * inputs * taps }, () => 128 + 127 * noise());
      const bias = Float32Array.from({ length: outputs }, noise);
      const scales = Float32Array.from({ length: outputs }, () => 0.01 + 0.005 * noise());
      const zeroPoint = isSigned ? 3 : 131;
      const weights: ByteWeights = {
        ...{ bytes, isSigned, outputs, inputs, taps, scales, zeroPoints: [zeroPoint], bias },
        ...{ outputStride: inputs * taps, inputStride: taps, width: Math.ceil(inputs / 8) * 8 },
      };
      const gain = 0.5;
      const convolution = new ByteProduct(team, { ...weights, gain });
      const x = fill(team, { rows, channels: Math.ceil(inputs / 8) * 8 }, 3);
      // What pads the inputs is zero in every signal.
      valuesOf(team.memory, x).forEach((_, at, values) => {
        if (at % x.channels >= inputs) values[at] = 0;
      });
      const added = fill(team, { rows, channels: 24 }, 4);
      const y = fill(team, { rows, channels: 16 }, 5);
      convolution.run(x, y, { signal: added, factor: 3 });
      const [from, plus, to] = [read(team, x), read(team, added), read(team, y)];
      const numbers = isSigned ? new Int8Array(bytes.buffer) : bytes;
      for (let row = 0; row < rows; row++) {
        for (let o = 0; o < outputs; o++) {
          let sum = bias[o]!;
          for (let tap = 0; tap < taps; tap++) {
            const at = row + tap - (taps - 1) / 2;
            if (at < 0 || at >= rows) continue;
            for (let i = 0; i < inputs; i++) {
              const weight = numbers[(o * inputs + i) * taps + tap]! - zeroPoint;
              sum += from(at, i) * weight * scales[o]!;
            }
          }
          expect(to(row, o)).toBeCloseTo(gain * sum + 3 * plus(row, o), 3);
        }
      }
    });

    test('a product of the largest bytes and values there are', () => {
      const team = createTeam();
      const [inputs, outputs, rows] = [1024, 8, 5];
      const weights: ByteWeights = {
        ...{ bytes: new Uint8Array(outputs * inputs).fill(255), isSigned: false, outputs, inputs },
        ...{ taps: 1, outputStride: inputs, inputStride: 1, zeroPoints: [0] },
        scales: Float32Array.of(0.5),
      };
      const convolution = new ByteProduct(team, weights);
      const x = fill(team, { rows, channels: inputs }, 3);
      valuesOf(team.memory, x).fill(-7);
      const y = fill(team, { rows, channels: outputs }, 5);
      convolution.run(x, y);
      const largest = -7 * 255 * 0.5 * inputs;
      for (const value of valuesOf(team.memory, y)) expect(value / largest).toBeCloseTo(1, 6);
    });

    test('a recurrent layer remembers in both directions', () => {
      const team = createTeam();
      const [rows, inputs, size] = [7, 16, 8];
      const noise = createNoise(2);
      const toBytes = (length: number) =>
        Int8Array.from({ length }, () => Math.round(127 * noise()));
      const [gates, states] = [toBytes(2 * inputs * 4 * size), toBytes(2 * size * 4 * size)];
      const bias = Float32Array.from({ length: 8 * size }, noise);
      const [inputScale, scales] = [0.01, Float32Array.of(0.012, 0.015)];
      const layer = new RecurrentLayer(team, {
        ...{ size, states: new Uint8Array(states.buffer), scales },
        inputs: [0, 1].map((direction) => ({
          bytes: new Uint8Array(gates.buffer, direction * inputs * 4 * size, inputs * 4 * size),
          ...{ isSigned: true, outputs: 4 * size, inputs, taps: 1, outputStride: 1 },
          ...{ inputStride: 4 * size, scales: Float32Array.of(inputScale), zeroPoints: [0] },
          bias: bias.slice(direction * 4 * size, (direction + 1) * 4 * size),
        })),
      });
      const x = fill(team, { rows, channels: inputs }, 3);
      const y = fill(team, { rows, channels: 24 }, 4);
      layer.run(x, y);
      const [from, to] = [read(team, x), read(team, y)];
      const sigmoid = (value: number): number => 1 / (1 + Math.exp(-value));
      for (const direction of [0, 1]) {
        let [state, cells] = [new Array<number>(size).fill(0), new Array<number>(size).fill(0)];
        for (let step = 0; step < rows; step++) {
          const row = direction === 0 ? step : rows - 1 - step;
          const gate = (index: number): number => {
            let sum = bias[direction * 4 * size + index]!;
            for (let i = 0; i < inputs; i++) {
              const at = (direction * inputs + i) * 4 * size + index;
              sum += from(row, i) * gates[at]! * inputScale;
            }
            for (const [k, value] of state.entries()) {
              sum +=
                value * states[(direction * size + k) * 4 * size + index]! * scales[direction]!;
            }
            return sum;
          };
          cells = cells.map(
            (cell, k) =>
              sigmoid(gate(2 * size + k)) * cell + sigmoid(gate(k)) * Math.tanh(gate(3 * size + k)),
          );
          state = cells.map((cell, k) => sigmoid(gate(size + k)) * Math.tanh(cell));
          for (const [k, value] of state.entries()) {
            expect(to(row, direction * size + k)).toBeCloseTo(value, 3);
          }
        }
      }
    });

    test('a leaky norm gives each channel the mean and deviation of the style', () => {
      const team = createTeam();
      const [rows, channels, slope] = [150, 8, 0.2];
      const style = Float32Array.from({ length: 2 * channels }, createNoise(9));
      const norm = new LeakyNorm(team, constantStyle(team, style), slope);
      const x = fill(team, { rows, channels }, 5);
      const y = createRows(team.memory, x, 1);
      norm.run(x, y, { style: anyStyle(team), leftOut: [] });
      const [from, to] = [read(team, x), read(team, y)];
      for (let channel = 0; channel < channels; channel++) {
        const all = Array.from({ length: rows }, (_, row) => from(row, channel));
        const mean = all.reduce((sum, value) => sum + value, 0) / rows;
        const squares = all.reduce((sum, value) => sum + (value - mean) ** 2, 0);
        const factor = (1 + style[channel]!) / Math.sqrt(squares / rows + 1e-5);
        for (const [row, value] of all.entries()) {
          const wanted = (value - mean) * factor + style[channels + channel]!;
          expect(to(row, channel)).toBeCloseTo(wanted < 0 ? slope * wanted : wanted, 4);
        }
      }
    });

    test('two rows of each, with three taps for every channel', () => {
      const team = createTeam();
      const [rows, channels] = [70, 8];
      const taps = fill(team, { rows: 4, channels }, 2);
      const x = fill(team, { rows, channels }, 5);
      const y = createRows(team.memory, { rows: 2 * rows, channels }, 1);
      team.run('doubleRows', [x.at, channels, rows, taps.at, y.at], 2);
      const [from, to, tap] = [read(team, x), read(team, y), read(team, taps)];
      for (let row = 0; row < rows; row++) {
        for (let c = 0; c < channels; c++) {
          const [now, next] = [from(row, c), row + 1 < rows ? from(row + 1, c) : 0];
          expect(to(2 * row, c)).toBeCloseTo(now * tap(1, c) + tap(3, c), 5);
          const odd = now * tap(2, c) + next * tap(0, c) + tap(3, c);
          expect(to(2 * row + 1, c)).toBeCloseTo(odd, 5);
        }
      }
    });

    test('harmonics of a pitch as magnitudes and angles', () => {
      const team = createTeam();
      const pitchHz = Float32Array.of(0, 120, 180.5, 230, 5, -3, 110);
      const weights = Float32Array.from({ length: 9 }, createNoise(4));
      const source = new HarmonicSource(team, {
        constant: (layer) => (layer.endsWith('MatMul') ? weights : Float32Array.of(0.25)),
      });
      const spectra = source.run(pitchHz);
      const value = read(team, spectra);
      const pcm = synthesise(pitchHz, weights, 0.25);
      expect(spectra.rows).toBe(60 * pitchHz.length + 1);
      for (let row = 0; row < spectra.rows; row++) {
        for (let bin = 0; bin <= 10; bin++) {
          let [re, im] = [0, 0];
          for (let n = 0; n < 20; n++) {
            let at = Math.abs(5 * row + n - 10);
            if (at >= pcm.length) at = 2 * (pcm.length - 1) - at;
            const weighted = pcm[at]! * (0.5 - 0.5 * Math.cos((Math.PI * n) / 10));
            re += weighted * Math.cos((Math.PI * bin * n) / 10);
            im -= weighted * Math.sin((Math.PI * bin * n) / 10);
          }
          expect(value(row, bin)).toBeCloseTo(Math.hypot(re, im), 3);
          // The angle of next to nothing is anything.
          if (Math.hypot(re, im) < 0.05) continue;
          const away = value(row, 11 + bin) - Math.atan2(im, re);
          expect(Math.cos(away)).toBeCloseTo(1, 3);
        }
      }
    });
  });
}

/** As the graph has it: phases of the frames, drawn through straight lines. */
function synthesise(pitchHz: Float32Array, weights: Float32Array, constant: number): number[] {
  return Array.from({ length: 300 * pitchHz.length }, (_, sample) => {
    const place = Math.min(Math.max((sample + 0.5) / 300 - 0.5, 0), pitchHz.length - 1);
    const isVoiced = pitchHz[Math.floor(sample / 300)]! > 10;
    let sum = constant;
    for (const [index, weight] of weights.entries()) {
      const turnsAt = (frame: number): number =>
        pitchHz.subarray(0, frame + 1).reduce((turns, hz) => {
          const perSample = (hz * (index + 1)) / 24_000;
          return turns + 300 * (perSample - Math.floor(perSample));
        }, 0);
      const low = Math.floor(place);
      const [before, after] = [turnsAt(low), turnsAt(Math.min(low + 1, pitchHz.length - 1))];
      const turns = before + (after - before) * (place - low);
      if (isVoiced) sum += 0.1 * weight * Math.sin(2 * Math.PI * turns);
    }
    return Math.tanh(sum);
  });
}
