// What the kernels of a voice decoder must compute, beside plain arithmetic. In Node or in a browser.
import { describe, expect, test } from 'vitest';
import { fromBase64 } from '../../src/core/base64.ts';
import { SnakeNorm } from '../../workers/runtimes/kokoro/adaptive-norm.ts';
import type { NormContext } from '../../workers/runtimes/kokoro/adaptive-norm.ts';
import { InverseTransform } from '../../workers/runtimes/kokoro/inverse-transform.ts';
import { createNetworkTeam } from '../../workers/runtimes/network/kernels.ts';
import type { NetworkTeam } from '../../workers/runtimes/network/kernels.ts';
import { leakyRelu } from '../../workers/runtimes/network/leaky-relu.ts';
import { ByteProduct } from '../../workers/runtimes/network/byte-product.ts';
import { RowProduct, sideBySide } from '../../workers/runtimes/network/row-product.ts';
import { createSignal, rowAt, valuesOf } from '../../workers/runtimes/network/signal.ts';
import type { Signal } from '../../workers/runtimes/network/signal.ts';
import { SpectralConvolution } from '../../workers/runtimes/network/spectral-convolution.ts';
import { createNoise } from '../support/noise.ts';
import { anyStyle, constantStyle } from '../support/style-layers.ts';

export function describeNetworkKernels(name: string, text: string, shared: boolean): void {
  describe(`voice kernels, ${name}`, () => {
    const binary = fromBase64(text);
    const createTeam = (): NetworkTeam => createNetworkTeam({ binary, shared });

    function fill(
      team: NetworkTeam,
      shape: { rows: number; channels: number },
      seed: number,
    ): Signal {
      const signal = createSignal(team.memory, shape);
      const noise = createNoise(seed);
      valuesOf(team.memory, signal).forEach((_, i, values) => (values[i] = noise()));
      return signal;
    }

    test.for([
      { channels: 8, taps: 3, dilation: 1, rows: 7 },
      { channels: 16, taps: 3, dilation: 5, rows: 61 },
      { channels: 16, taps: 7, dilation: 3, rows: 200 },
      { channels: 24, taps: 11, dilation: 5, rows: 333 },
      { channels: 128, taps: 11, dilation: 1, rows: 700 },
    ])('convolution of $channels channels, $taps taps, $dilation apart, $rows rows', (shape) => {
      const { channels, taps, dilation, rows } = shape;
      const team = createTeam();
      const noise = createNoise(3);
      const weights = Float32Array.from({ length: channels * channels * taps }, noise);
      const bias = Float32Array.from({ length: channels }, noise);
      const convolution = new SpectralConvolution(team, {
        ...{ taps: weights, outputs: channels, inputs: channels, count: taps, bias },
      });
      const x = fill(team, { rows, channels }, 5);
      const y = fill(team, { rows, channels }, 6);
      const before = valuesOf(team.memory, y).slice();
      convolution.run(x, y, { dilation, residual: y });
      const [from, to] = [valuesOf(team.memory, x), valuesOf(team.memory, y)];
      let worst = 0;
      for (let row = 0; row < rows; row += 1 + Math.floor(rows / 100)) {
        for (let o = 0; o < channels; o++) {
          let sum = bias[o]! + before[row * channels + o]!;
          for (let tap = 0; tap < taps; tap++) {
            const at = row + dilation * (tap - (taps - 1) / 2);
            if (at < 0 || at >= rows) continue;
            for (let i = 0; i < channels; i++) {
              sum += from[at * channels + i]! * weights[(o * channels + i) * taps + tap]!;
            }
          }
          worst = Math.max(worst, Math.abs(sum - to[row * channels + o]!));
        }
      }
      // Of sums of up to 1,408 products of numbers up to 1, of whole numbers as large as sums of 32 bits allow.
      expect(worst).toBeLessThan(0.02);
    });

    test('a convolution of the largest weights and values there are', () => {
      const team = createTeam();
      const [channels, taps, rows] = [512, 11, 60];
      const convolution = new SpectralConvolution(team, {
        ...{ taps: new Float32Array(8 * channels * taps).fill(-3), outputs: 8, inputs: channels },
        ...{ count: taps, bias: new Float32Array(8) },
      });
      const x = createSignal(team.memory, { rows, channels });
      valuesOf(team.memory, x).fill(1e4);
      const y = createSignal(team.memory, { rows, channels: 8 });
      convolution.run(x, y, { dilation: 1, residual: null });
      const inside = valuesOf(team.memory, y).subarray(8 * 5, 8 * (rows - 5));
      for (const value of inside) expect(value / (-3e4 * channels * taps)).toBeCloseTo(1, 3);
    });

    test('rows times a matrix, with rows that overlap and outputs that are no multiple of 8', () => {
      const team = createTeam();
      const [rows, channels, taps, outputs] = [10, 8, 3, 5];
      const noise = createNoise(3);
      const depth = taps * channels;
      const weights = Float32Array.from({ length: outputs * depth }, noise);
      const bias = Float32Array.from({ length: outputs }, noise);
      const product = new RowProduct(team, { weights, outputs, depth, bias });
      const x = fill(team, { rows, channels }, 5);
      const y = fill(team, { rows, channels: 8 }, 6);
      product.run({ from: rowAt(x, -1), stride: channels * 4, rows, to: y.at, toStride: 8 * 4 });
      const [from, to] = [valuesOf(team.memory, x), valuesOf(team.memory, y)];
      for (let row = 0; row < rows; row++) {
        for (let o = 0; o < 8; o++) {
          let sum = bias[o] ?? 0;
          for (let k = 0; k < depth; k++) {
            sum += (from[(row - 1) * channels + k] ?? 0) * (weights[o * depth + k] ?? 0);
          }
          expect(to[row * 8 + o]).toBeCloseTo(o < outputs ? sum : 0, 3);
        }
      }
    });

    test.for([
      { rows: 1, isSigned: false, order: 'inputs first' },
      { rows: 3, isSigned: true, order: 'inputs first' },
      { rows: 10, isSigned: false, order: 'inputs first' },
      { rows: 2, isSigned: true, order: 'outputs first' },
      { rows: 9, isSigned: true, order: 'outputs first' },
    ] as const)('$rows rows times bytes, signed: $isSigned, $order', (shape) => {
      const { rows, isSigned, order } = shape;
      const team = createTeam();
      const [outputs, inputs, taps] = [13, 9, order === 'inputs first' ? 1 : 3];
      const noise = createNoise(3);
      const depth = inputs * taps;
      const bytes = Uint8Array.from({ length: outputs * depth }, () => 127 * (1 + noise()));
      const zeroPoints = Array.from({ length: outputs }, (_, output) => 5 * output);
      const [scales, bias] = [2, 3].map((seed) =>
        Float32Array.from({ length: outputs }, createNoise(seed)),
      );
      const product = new ByteProduct(team, {
        ...{ bytes, isSigned, outputs, inputs, taps, zeroPoints },
        outputStride: order === 'inputs first' ? 1 : depth,
        inputStride: order === 'inputs first' ? outputs : taps,
        ...{ scales: scales!, bias: bias! },
      });
      const x = fill(team, { rows, channels: 32 }, 5);
      const y = fill(team, { rows, channels: 16 }, 6);
      product.runRows({ from: x.at, stride: 32 * 4, rows, to: y.at, toStride: 16 * 4 });
      const values = isSigned ? new Int8Array(bytes.buffer) : bytes;
      const [from, to] = [valuesOf(team.memory, x), valuesOf(team.memory, y)];
      for (let row = 0; row < rows; row++) {
        for (let o = 0; o < 16; o++) {
          let sum = bias![o] ?? 0;
          for (let k = 0; k < depth && o < outputs; k++) {
            const [tap, input] = [Math.floor(k / inputs), k % inputs];
            const at =
              order === 'inputs first' ? k * outputs + o : (o * inputs + input) * taps + tap;
            sum += from[row * 32 + k]! * (values[at]! - zeroPoints[o]!) * scales![o]!;
          }
          // Of numbers up to 1, rounded to 16 bits, times 27 bytes.
          expect(Math.abs(to[row * 16 + o]! - sum)).toBeLessThan(0.03);
        }
      }
    });

    test.for([1, 5])('sums of many large bytes, of %i rows, do not overflow', (rows) => {
      const team = createTeam();
      const inputs = 4_096;
      const product = new ByteProduct(team, {
        ...{ bytes: new Uint8Array(inputs * 8).fill(255), isSigned: false, outputs: 8, inputs },
        ...{ taps: 1, outputStride: 1, inputStride: 8, zeroPoints: [0] },
        scales: Float32Array.of(1 / 255),
      });
      const x = createSignal(team.memory, { rows, channels: inputs });
      valuesOf(team.memory, x).fill(-1);
      const y = createSignal(team.memory, { rows, channels: 8 });
      product.run(x, y);
      for (const value of valuesOf(team.memory, y)) expect(value / inputs).toBeCloseTo(-1, 3);
    });

    test('the taps of a convolution side by side, wider apart than it has inputs', () => {
      const team = createTeam();
      const [rows, channels, inputs, taps, outputs] = [11, 8, 6, 3, 12];
      const noise = createNoise(7);
      const weights = Float32Array.from({ length: outputs * inputs * taps }, noise);
      const bias = Float32Array.from({ length: outputs }, noise);
      const layer = { weights, bias, dims: [outputs, inputs, taps] };
      const product = new RowProduct(team, sideBySide(layer, channels));
      const x = fill(team, { rows, channels }, 5);
      const y = fill(team, { rows, channels: product.outputs }, 6);
      const toStride = product.outputs * 4;
      product.run({ from: rowAt(x, -1), stride: channels * 4, rows, to: y.at, toStride });
      const [from, to] = [valuesOf(team.memory, x), valuesOf(team.memory, y)];
      for (let row = 0; row < rows; row++) {
        for (let o = 0; o < outputs; o++) {
          let sum = bias[o]!;
          for (let tap = 0; tap < taps; tap++) {
            for (let i = 0; i < inputs; i++) {
              const value = from[(row + tap - 1) * channels + i] ?? 0;
              sum += value * weights[(o * inputs + i) * taps + tap]!;
            }
          }
          expect(to[row * product.outputs + o]).toBeCloseTo(sum, 3);
        }
      }
    });

    test('norms give each channel the mean and deviation of the style, silence left out included', () => {
      const team = createTeam();
      const [rows, channels] = [150, 8];
      const noise = createNoise(9);
      const style = Float32Array.from({ length: 2 * channels }, noise);
      const alphas = Float32Array.from({ length: channels }, () => 1.5 + noise());
      const leftOut = [{ from: 0.1, to: 0.2, missing: 0.5 }];
      const context: NormContext = { style: anyStyle(team), leftOut };
      const x = fill(team, { rows, channels }, 5);
      valuesOf(team.memory, x).forEach((value, i, values) => (values[i] = 3 * value + 40));
      const y = fill(team, { rows, channels }, 6);
      const snake = new SnakeNorm(team, constantStyle(team, style), alphas);
      const from = valuesOf(team.memory, x).slice();
      const normOf = (channel: number): ((value: number) => number) => {
        const all = Array.from({ length: rows }, (_, row) => from[row * channels + channel]!);
        // 75 rows left out, like those from 15 to 30: each of them counts six times.
        const counted = [...all, ...Array.from({ length: 5 }, () => all.slice(15, 30)).flat()];
        const mean = counted.reduce((sum, value) => sum + value, 0) / counted.length;
        const squares = counted.reduce((sum, value) => sum + (value - mean) ** 2, 0);
        const deviation = Math.sqrt(squares / counted.length + 1e-5);
        return (value) =>
          ((value - mean) / deviation) * (1 + style[channel]!) + style[channels + channel]!;
      };
      snake.run(x, y, context);
      const to = valuesOf(team.memory, y);
      for (let channel = 0; channel < channels; channel++) {
        const norm = normOf(channel);
        const alpha = alphas[channel]!;
        for (let row = 0; row < rows; row += 7) {
          const at = row * channels + channel;
          const value = norm(from[at]!);
          expect(to[at]).toBeCloseTo(value + Math.sin(alpha * value) ** 2 / alpha, 3);
        }
      }
    });

    test('a leaky ReLU, in place', () => {
      const team = createTeam();
      const x = fill(team, { rows: 150, channels: 8 }, 5);
      const from = valuesOf(team.memory, x).slice();
      leakyRelu(team, { from: x, to: x, slope: 0.2 });
      const to = valuesOf(team.memory, x);
      from.forEach((value, at) => expect(to[at]).toBeCloseTo(value < 0 ? 0.2 * value : value, 6));
    });

    test('a row of magnitudes and angles becomes 20 samples, four rows over one another', () => {
      const team = createTeam();
      const rows = 9;
      const noise = createNoise(4);
      const basis = Float32Array.from({ length: 22 * 20 }, noise);
      const spectra = createSignal(team.memory, { rows, channels: 24 });
      const values = valuesOf(team.memory, spectra);
      values.forEach((_, i) => (values[i] = 2 * noise()));
      const given = values.slice();
      const pcm = new InverseTransform(team, basis).run(spectra);
      const expected = new Float32Array(5 * (rows - 1) + 20);
      for (let row = 0; row < rows; row++) {
        for (let bin = 0; bin < 11; bin++) {
          const size = Math.exp(given[row * 24 + bin]!);
          const angle = Math.sin(given[row * 24 + 11 + bin]!);
          for (let sample = 0; sample < 20; sample++) {
            expected[5 * row + sample]! +=
              4 * size * Math.cos(angle) * basis[bin * 20 + sample]! +
              4 * size * Math.sin(angle) * basis[(bin + 11) * 20 + sample]!;
          }
        }
      }
      expect(pcm.length).toBe(5 * (rows - 1));
      pcm.forEach((sample, i) => expect(sample).toBeCloseTo(expected[i + 10]!, 2));
    });
  });
}
