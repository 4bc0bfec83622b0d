// Silero's voice detector, version 5 at 16 kHz, on kernels of our own: a window of 32 ms takes less than 0.1 ms,
// and no runtime has to be loaded. One thread. Worker or Node.
import { LinearMemory } from '../linear-memory.ts';
import { createKernels } from './kernels.ts';
import type { Kernels } from './kernels.ts';
import { readSileroWeights } from './silero-weights.ts';
import type { SileroWeights } from './silero-weights.ts';

const BYTES = Float32Array.BYTES_PER_ELEMENT;
/** Rows that the kernel multiplies at once. */
const TILE = 8;

/** What one run takes: the end of the window before and the window. */
export const INPUT_SAMPLES = 576;
/** The end of the input is mirrored behind it. */
const MIRRORED_SAMPLES = 64;
const FRAME_SAMPLES = 256;
const HOP_SAMPLES = 128;
const FRAMES = 4;
const BINS = 129;
/** Bins, with zeros up to a multiple of four. */
const PADDED_BINS = 132;
const CELLS = 128;

/** A matrix in the order of the kernel, and what is added to its products. */
interface Layer {
  readonly weights: number;
  readonly bias: number;
  readonly rows: number;
  readonly depth: number;
}

export class SileroModel {
  readonly #memory = new LinearMemory();
  readonly #kernels: Kernels;
  readonly #transform: Layer;
  readonly #encoder: readonly Layer[];
  readonly #gates: Layer;
  readonly #output: Float32Array;
  readonly #outputBias: number;
  readonly #at;
  /** Views of the memory: nothing is taken from it after construction. */
  readonly #input: Float32Array;
  readonly #hidden: Float32Array;
  readonly #cell: Float32Array;

  /** Throws `RangeError` when the bytes are no such model. */
  constructor(bytes: Uint8Array) {
    const weights = readSileroWeights(bytes);
    this.#kernels = createKernels(this.#memory.memory);
    this.#transform = this.#addTransform(weights);
    this.#encoder = this.#addEncoder(weights);
    this.#gates = this.#addGates(weights);
    this.#output = weights['decoder.decoder.2.weight'];
    this.#outputBias = weights['decoder.decoder.2.bias'][0] ?? 0;
    this.#at = this.#takeRoom();
    const { input, recurrent, cell } = this.#at;
    this.#input = this.#memory.floats(input, INPUT_SAMPLES + MIRRORED_SAMPLES);
    this.#hidden = this.#memory.floats(recurrent + CELLS * BYTES, CELLS);
    this.#cell = this.#memory.floats(cell, CELLS);
  }

  /** Forgets what was heard. */
  reset(): void {
    this.#hidden.fill(0);
    this.#cell.fill(0);
  }

  /** The probability of speech, 0 to 1, in `INPUT_SAMPLES` samples; goes on from the run before. */
  run(samples: Float32Array): number {
    this.#input.set(samples);
    for (let k = 0; k < MIRRORED_SAMPLES; k += 1) {
      this.#input[INPUT_SAMPLES + k] = this.#input[INPUT_SAMPLES - 2 - k] ?? 0;
    }
    this.#toSpectra();
    this.#encode();
    this.#recur();
    return this.#decide();
  }

  #toSpectra(): void {
    const { input, bins, spectra } = this.#at;
    const out = { at: bins, stride: 2 * PADDED_BINS * BYTES };
    const x = { at: input, stride: HOP_SAMPLES * BYTES, count: FRAMES };
    this.#multiply(this.#transform, x, out);
    for (let frame = 0; frame < FRAMES; frame += 1) {
      const into = spectra + (frame + 1) * PADDED_BINS * BYTES;
      this.#kernels.magnitudes(bins + frame * out.stride, PADDED_BINS, into);
    }
  }

  /** A frame of zeros stands before the frames and one behind them: what a convolution of three taps reads there. */
  #encode(): void {
    const { spectra, first, second, third, recurrent } = this.#at;
    const [zeroth, one, two, three] = this.#encoder as [Layer, Layer, Layer, Layer];
    const stride = PADDED_BINS * BYTES;
    const wide = 128 * BYTES;
    const narrow = 64 * BYTES;
    const frames = { at: first + wide, stride: wide, floor: 0 };
    this.#multiply(zeroth, { at: spectra, stride, count: FRAMES }, frames);
    const halved = { at: second + narrow, stride: narrow, floor: 0 };
    this.#multiply(one, { at: first, stride: 2 * wide, count: FRAMES / 2 }, halved);
    this.#multiply(two, { at: second }, { at: third, floor: 0 });
    this.#multiply(three, { at: third }, { at: recurrent, floor: 0 });
  }

  #recur(): void {
    const { recurrent, gates, cell } = this.#at;
    this.#multiply(this.#gates, { at: recurrent }, { at: gates });
    this.#kernels.step(gates, CELLS, cell, recurrent + CELLS * BYTES);
  }

  #decide(): number {
    let sum = this.#outputBias;
    for (let k = 0; k < CELLS; k += 1) {
      sum += Math.max(0, this.#hidden[k] ?? 0) * (this.#output[k] ?? 0);
    }
    return 1 / (1 + Math.exp(-sum));
  }

  /** One vector unless told otherwise; nothing in `out` is below its `floor`. */
  #multiply(
    { weights, bias, rows, depth }: Layer,
    x: { at: number; stride?: number; count?: number },
    out: { at: number; stride?: number; floor?: number },
  ): void {
    this.#kernels.multiply(
      ...([weights, bias, rows, depth] as const),
      ...([x.at, x.stride ?? 0, x.count ?? 1, out.floor ?? -Infinity] as const),
      ...([out.at, out.stride ?? 0] as const),
    );
  }

  /** All addresses that a run computes at; zero, as the frames around the convolutions must stay. */
  #takeRoom() {
    const take = (count: number): number => this.#memory.takeFloats(count);
    return {
      input: take(INPUT_SAMPLES + MIRRORED_SAMPLES),
      bins: take(FRAMES * 2 * PADDED_BINS),
      spectra: take((FRAMES + 2) * PADDED_BINS),
      first: take((FRAMES + 2) * 128),
      second: take((FRAMES / 2 + 1) * 64),
      third: take(64),
      /** What the encoder found, and behind it the hidden state: one vector for the gates. */
      recurrent: take(2 * CELLS),
      gates: take(4 * CELLS),
      cell: take(CELLS),
    };
  }

  /** Real parts of all bins, then the imaginary ones. */
  #addTransform(weights: SileroWeights): Layer {
    const basis = weights['stft.forward_basis_buffer'];
    return this.#addLayer({ rows: 2 * PADDED_BINS, depth: FRAME_SAMPLES }, (row, column) => {
      const bin = row % PADDED_BINS;
      const part = row < PADDED_BINS ? 0 : BINS;
      return bin < BINS ? (basis[(part + bin) * FRAME_SAMPLES + column] ?? 0) : 0;
    });
  }

  #addEncoder(weights: SileroWeights): Layer[] {
    const convolution = (index: 0 | 1 | 2 | 3, shape: ConvolutionShape): Layer => {
      const kernel = weights[`encoder.${index}.reparam_conv.weight`];
      const bias = weights[`encoder.${index}.reparam_conv.bias`];
      const { outputs, inputs, width, taps } = shape;
      const depth = taps.length * width;
      const layer = this.#addLayer({ rows: outputs, depth }, (output, column) => {
        const input = column % width;
        const tap = taps[Math.floor(column / width)] ?? 0;
        return input < inputs ? (kernel[(output * inputs + input) * 3 + tap] ?? 0) : 0;
      });
      this.#memory.floats(layer.bias, outputs).set(bias);
      return layer;
    };
    const all = [0, 1, 2];
    return [
      convolution(0, { outputs: 128, inputs: BINS, width: PADDED_BINS, taps: all }),
      convolution(1, { outputs: 64, inputs: 128, width: 128, taps: all }),
      convolution(2, { outputs: 64, inputs: 64, width: 64, taps: all }),
      // One frame is left: around it there are only zeros.
      convolution(3, { outputs: 128, inputs: 64, width: 64, taps: [1] }),
    ];
  }

  #addGates(weights: SileroWeights): Layer {
    const fresh = weights['decoder.rnn.weight_ih'];
    const kept = weights['decoder.rnn.weight_hh'];
    const layer = this.#addLayer({ rows: 4 * CELLS, depth: 2 * CELLS }, (row, column) =>
      column < CELLS ? (fresh[row * CELLS + column] ?? 0) : (kept[(row - 1) * CELLS + column] ?? 0),
    );
    const biases = weights['decoder.rnn.bias_hh'];
    const sums = weights['decoder.rnn.bias_ih'].map((bias, row) => bias + (biases[row] ?? 0));
    this.#memory.floats(layer.bias, sums.length).set(sums);
    return layer;
  }

  /** In the order of the kernel: for eight rows and each column eight numbers. The bias is zero. */
  #addLayer(
    { rows, depth }: { rows: number; depth: number },
    weightAt: (row: number, column: number) => number,
  ): Layer {
    const layer = {
      weights: this.#memory.takeFloats(rows * depth),
      bias: this.#memory.takeFloats(rows),
    };
    const packed = this.#memory.floats(layer.weights, rows * depth);
    for (let row = 0; row < rows; row += 1) {
      const tile = (row - (row % TILE)) * depth + (row % TILE);
      for (let column = 0; column < depth; column += 1) {
        packed[tile + column * TILE] = weightAt(row, column);
      }
    }
    return { ...layer, rows, depth };
  }
}

interface ConvolutionShape {
  readonly outputs: number;
  readonly inputs: number;
  /** Of a frame in memory. */
  readonly width: number;
  /** Those that ever meet a frame. */
  readonly taps: readonly number[];
}
