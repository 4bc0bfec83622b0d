// Signals in linear memory: one row of channels per step of time, between rows of zeros. Worker or Node.
import type { LinearMemory } from '../linear-memory.ts';

/** What the widest convolution reads in front of the first row: 7 taps, 12 apart. */
const ROWS_BEFORE = 40;
/** What a transform of 32 rows, 12 apart, reads behind the last one. */
const ROWS_AFTER = 392;
const BYTES_PER_FLOAT = 4;

export interface Signal {
  /** Address of row 0. */
  readonly at: number;
  readonly rows: number;
  /** A multiple of 8. */
  readonly channels: number;
}

/** Rows of whatever the memory held, between rows of zeros. Throws `RangeError` when there is no more memory. */
export function createSignal(
  memory: LinearMemory,
  { rows, channels }: { rows: number; channels: number },
): Signal {
  const start = memory.takeFloats((ROWS_BEFORE + rows + ROWS_AFTER) * channels);
  const signal = { at: start + ROWS_BEFORE * channels * BYTES_PER_FLOAT, rows, channels };
  clearMargins(memory, signal);
  return signal;
}

/** A signal of which nothing but its rows is read, or `reach` rows of zeros on either side. Throws as the one above. */
export function createRows(
  memory: LinearMemory,
  { rows, channels }: { rows: number; channels: number },
  reach = 0,
): Signal {
  const around = reach * channels;
  const start = memory.takeFloats(2 * around + rows * channels);
  const at = start + around * BYTES_PER_FLOAT;
  memory.floats(start, around).fill(0);
  memory.floats(at + rows * channels * BYTES_PER_FLOAT, around).fill(0);
  return { at, rows, channels };
}

/** The same rows from a channel on: what is as wide as the signal, but narrower to whoever writes it. */
export function columnsOf(signal: Signal, first: number): Signal {
  return { ...signal, at: signal.at + first * BYTES_PER_FLOAT };
}

/** For rows that a kernel wrote beyond the ends. */
export function clearMargins(memory: LinearMemory, { at, rows, channels }: Signal): void {
  const row = channels * BYTES_PER_FLOAT;
  memory.floats(at - ROWS_BEFORE * row, ROWS_BEFORE * channels).fill(0);
  memory.floats(at + rows * row, ROWS_AFTER * channels).fill(0);
}

/** The values of all rows, [rows, channels]: a view that holds until more memory is taken. */
export function valuesOf(memory: LinearMemory, { at, rows, channels }: Signal): Float32Array {
  return memory.floats(at, rows * channels);
}

/** Address of a row, also of one in the margins. */
export function rowAt({ at, channels }: Signal, row: number): number {
  return at + row * channels * BYTES_PER_FLOAT;
}

/** The rows from `first` to `end` of a signal, between rows of zeros. */
export function cutRows(
  memory: LinearMemory,
  from: Signal,
  { first, end }: { first: number; end: number },
): Signal {
  const signal = createSignal(memory, { rows: end - first, channels: from.channels });
  const { rows, channels } = signal;
  valuesOf(memory, signal).set(memory.floats(rowAt(from, first), rows * channels));
  return signal;
}

/** From one row per channel to one row of `width` per step of time, from `first` to `end`. */
export function placeChannels(
  memory: LinearMemory,
  values: Float32Array,
  place: { channels: number; width: number; first: number; end?: number },
): Signal {
  const { channels, width, first } = place;
  const length = values.length / channels;
  const rows = (place.end ?? length) - first;
  const signal = createSignal(memory, { rows, channels: width });
  const target = valuesOf(memory, signal);
  if (width > channels) target.fill(0);
  for (let channel = 0; channel < channels; channel++) {
    const start = channel * length + first;
    for (let row = 0; row < rows; row++) target[row * width + channel] = values[start + row] ?? 0;
  }
  return signal;
}

/** Copies rows into those of a signal that is as wide or wider. */
export function copyRows(memory: LinearMemory, from: Signal, to: Signal): void {
  const source = valuesOf(memory, from);
  const target = valuesOf(memory, to);
  for (let row = 0; row < from.rows; row++) {
    const at = row * from.channels;
    target.set(source.subarray(at, at + from.channels), row * to.channels);
  }
}

/** Rows of a signal so many times each, one after the other, between rows of zeros: one on either side. */
export function repeatRows(memory: LinearMemory, from: Signal, times: readonly number[]): Signal {
  const { channels } = from;
  const rows = times.reduce((sum, count) => sum + count, 0);
  const to = createRows(memory, { rows, channels }, 1);
  const source = valuesOf(memory, from);
  const target = valuesOf(memory, to);
  let at = 0;
  for (const [row, count] of times.entries()) {
    const values = source.subarray(row * channels, (row + 1) * channels);
    for (let time = 0; time < count; time++) target.set(values, channels * at++);
  }
  return to;
}
