// Moonshine's first layers: from samples to a row for each 384 of them. Worker or Node.
import { ByteProduct } from '../network/byte-product.ts';
import type { NetworkTeam } from '../network/kernels.ts';
import { createRows, rowAt, valuesOf } from '../network/signal.ts';
import type { Signal } from '../network/signal.ts';
import type { MoonshineWeights } from './moonshine-weights.ts';

/** Taps and stride of the three convolutions. */
const [FIRST, SECOND, THIRD] = [
  { taps: 127, stride: 64 },
  { taps: 7, stride: 3 },
  { taps: 3, stride: 2 },
] as const;
const FLOAT_BYTES = 4;
/** Of the norm between the first two. */
const EPSILON = 1e-5;

/** What was computed of the samples of a run, before anything depends on all of them. */
interface Kept {
  readonly pcm: Float32Array;
  /** Of each row of the first convolution: the sum of its values, and of their squares. */
  readonly sums: Float32Array;
  /** Rows of the second convolution, without the norm before it. */
  readonly second: Float32Array;
}

const NOTHING: Kept = {
  pcm: new Float32Array(0),
  sums: new Float32Array(0),
  second: new Float32Array(0),
};

/**
 * The norm behind the first convolution goes over all samples, but it is one factor and one offset: the second
 * convolution is computed without it, and both are put right afterwards. So the rows of samples that were there in the run
 * before are taken from it, a quarter of the encoder's work.
 */
export class SpeechStem {
  readonly #team: NetworkTeam;
  readonly #first: ByteProduct;
  readonly #second: ByteProduct;
  readonly #third: ByteProduct;
  /** Address of the norm's factors, one per channel of the first convolution. */
  readonly #factors: number;
  readonly #channels: number;
  /** What the second convolution makes of the factors, and of the norm's offsets and its own. */
  readonly #ofFactors: Float32Array;
  readonly #ofOffsets: Float32Array;
  #kept: Kept = NOTHING;

  /** Throws `RangeError` when there is no more memory. */
  constructor(team: NetworkTeam, weights: MoonshineWeights) {
    const { memory } = team;
    const { bias = new Float32Array(0), ...second } = weights.convolution('conv2');
    const norm = weights.stemNorm();
    this.#team = team;
    this.#first = new ByteProduct(team, weights.convolution('conv1'));
    this.#second = new ByteProduct(team, second);
    this.#third = new ByteProduct(team, weights.convolution('conv3'));
    this.#channels = norm.factors.length;
    this.#factors = memory.takeFloats(this.#channels);
    memory.floats(this.#factors, this.#channels).set(norm.factors);
    this.#ofFactors = this.#convolveConstant(norm.factors);
    this.#ofOffsets = this.#convolveConstant(norm.offsets).map((sum, c) => sum + (bias[c] ?? 0));
  }

  /** Rows that so many samples give. */
  static rowsOf(samples: number): number {
    return countRows(countRows(countRows(samples, FIRST), SECOND), THIRD);
  }

  get channels(): number {
    return this.#third.outputs;
  }

  /** Fills `to`, the last of {@link SpeechStem.rowsOf} rows; keeps `pcm`. Pauses between steps. */
  *run(pcm: Float32Array, to: Signal): Generator<void, void> {
    const { memory } = this.#team;
    const { top } = memory;
    const firstRows = countRows(pcm.length, FIRST);
    const rows = countRows(firstRows, SECOND);
    const second = createRows(memory, { rows, channels: this.#second.outputs });
    const sums = yield* this.#fillSecond(pcm, second);
    this.#kept = { pcm, sums, second: valuesOf(memory, second).slice() };
    yield;
    const skipped = THIRD.stride * (SpeechStem.rowsOf(pcm.length) - to.rows);
    const needed = { ...second, at: rowAt(second, skipped), rows: rows - skipped };
    this.#normalise(needed, { sums, count: firstRows * this.#channels });
    this.#activate(needed);
    this.#third.runRows({
      from: needed.at,
      stride: THIRD.stride * second.channels * FLOAT_BYTES,
      rows: to.rows,
      to: to.at,
      toStride: to.channels * FLOAT_BYTES,
    });
    this.#activate(to);
    memory.release(top);
  }

  /** Computes what the run before did not; the sums of all rows of the first convolution. */
  *#fillSecond(pcm: Float32Array, to: Signal): Generator<void, Float32Array> {
    const { memory } = this.#team;
    const kept = this.#kept;
    const known = countRows(countRows(countShared(pcm, kept.pcm), FIRST), SECOND);
    valuesOf(memory, to).set(kept.second.subarray(0, known * to.channels));
    const allSums = new Float32Array(2 * countRows(pcm.length, FIRST));
    const done = known * SECOND.stride;
    allSums.set(kept.sums.subarray(0, 2 * done));
    const rows = allSums.length / 2 - done;
    const { top } = memory;
    // The taps are padded to 128: a sample that is not there may be read, with no weight.
    const samples = pcm.subarray(done * FIRST.stride);
    const from = memory.takeFloats(samples.length + 1);
    memory.floats(from, samples.length + 1).set(samples);
    memory.floats(from, samples.length + 1)[samples.length] = 0;
    const first = createRows(memory, { rows, channels: this.#first.outputs });
    const sums = memory.takeFloats(2 * rows);
    const rowBytes = first.channels * FLOAT_BYTES;
    this.#first.runRows({
      ...{ from, stride: FIRST.stride * FLOAT_BYTES, rows, to: first.at, toStride: rowBytes },
    });
    this.#team.run('squash', [first.at, first.channels, this.#factors, sums], rows);
    allSums.set(memory.floats(sums, 2 * rows), 2 * done);
    yield;
    this.#second.runRows({
      from: first.at,
      stride: SECOND.stride * rowBytes,
      rows: to.rows - known,
      to: rowAt(to, known),
      toStride: to.channels * FLOAT_BYTES,
    });
    memory.release(top);
    return allSums;
  }

  #activate({ at, channels, rows }: Signal): void {
    this.#team.run('gelu', [at, channels, at], rows);
  }

  /** The factor and the offset that the norm makes of the mean and the variance of all values. */
  #normalise(signal: Signal, { sums, count }: { sums: Float32Array; count: number }): void {
    const { memory } = this.#team;
    let [sum, squares] = [0, 0];
    for (let at = 0; at < sums.length; at += 2) {
      sum += sums[at] ?? 0;
      squares += sums[at + 1] ?? 0;
    }
    const mean = sum / count;
    const factor = 1 / Math.sqrt(squares / count - mean ** 2 + EPSILON);
    const { top } = memory;
    const offsets = memory.takeFloats(signal.channels);
    const values = memory.floats(offsets, signal.channels);
    for (let c = 0; c < values.length; c++) {
      values[c] = (this.#ofOffsets[c] ?? 0) - factor * mean * (this.#ofFactors[c] ?? 0);
    }
    const { at, channels, rows } = signal;
    this.#team.run('shift', [at, channels, factor, offsets, at], rows);
    memory.release(top);
  }

  /** What the second convolution makes of rows that are all alike. */
  #convolveConstant(row: Float32Array): Float32Array {
    const { memory } = this.#team;
    const { top } = memory;
    const rows = createRows(memory, { rows: SECOND.taps, channels: row.length });
    const out = createRows(memory, { rows: 1, channels: this.#second.outputs });
    for (let tap = 0; tap < SECOND.taps; tap++) valuesOf(memory, rows).set(row, tap * row.length);
    this.#second.runRows({ from: rows.at, stride: 0, rows: 1, to: out.at, toStride: 0 });
    const made = valuesOf(memory, out).slice();
    memory.release(top);
    return made;
  }
}

function countRows(length: number, { taps, stride }: { taps: number; stride: number }): number {
  return length < taps ? 0 : Math.floor((length - taps) / stride) + 1;
}

/** How many samples two signals begin with alike. */
export function countShared(one: Float32Array, other: Float32Array): number {
  const length = Math.min(one.length, other.length);
  for (let at = 0; at < length; at++) if (one[at] !== other[at]) return at;
  return length;
}
