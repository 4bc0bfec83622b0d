// What a voice's generator does beside convolutions, in AssemblyScript. A signal is rows of f32 channels, one row per
// step of time. Addresses are bytes. The last three arguments of what is shared
// between threads are the units to do, from and to, and scratch memory of the thread's own.
import { BLOCK, VECTOR } from './rows';
import { cosTurns, exp4, madd } from './simd';

/**
 * Sums of the differences of rows to the row at `pilot`, and of their squares: for each unit of 64 rows f32
 * [2][channels] at `sums`.
 */
export function sumRows(
  x: usize,
  channels: i32,
  rows: i32,
  pilot: usize,
  sums: usize,
  from: i32,
  to: i32,
  _scratch: usize,
): void {
  const row = (<usize>channels) << 2;
  for (let unit = from; unit < to; unit++) {
    const start = x + row * <usize>(unit * BLOCK);
    const end = x + row * <usize>min(rows, (unit + 1) * BLOCK);
    const target = sums + ((row * <usize>unit) << 1);
    for (let c: usize = 0; c < row; c += 2 * VECTOR) {
      const pilotA = v128.load(pilot + c);
      const pilotB = v128.load(pilot + c, 16);
      let sumA = f32x4.splat(0),
        sumB = f32x4.splat(0),
        squaresA = f32x4.splat(0),
        squaresB = f32x4.splat(0);
      for (let at = start + c; at < end + c; at += row) {
        const a = f32x4.sub(v128.load(at), pilotA);
        const b = f32x4.sub(v128.load(at, 16), pilotB);
        sumA = f32x4.add(sumA, a);
        sumB = f32x4.add(sumB, b);
        squaresA = madd(a, a, squaresA);
        squaresB = madd(b, b, squaresB);
      }
      v128.store(target + c, sumA);
      v128.store(target + c, sumB, 16);
      v128.store(target + row + c, squaresA);
      v128.store(target + row + c, squaresB, 16);
    }
  }
}

/** Adds the sums of `units` units up into f32 [2][channels] at `total`, times `weight`. */
export function addSums(sums: usize, channels: i32, units: i32, weight: f32, total: usize): void {
  const size = (<usize>channels) << 3;
  const factor = f32x4.splat(weight);
  for (let c: usize = 0; c < size; c += VECTOR) {
    let sum = f32x4.splat(0);
    for (let unit = 0; unit < units; unit++)
      sum = f32x4.add(sum, v128.load(sums + size * <usize>unit + c));
    v128.store(total + c, madd(sum, factor, v128.load(total + c)));
  }
}

/**
 * The factor and offset of each channel that give it mean `shift` and deviation 1 + `gain`: f32 [2][channels] at
 * `out`, of f32 [2][channels] gains and shifts at `style`; `total` is of `count` rows.
 */
export function settle(
  total: usize,
  channels: i32,
  count: f32,
  pilot: usize,
  style: usize,
  epsilon: f32,
  out: usize,
): void {
  const row = (<usize>channels) << 2;
  const inverse = f32x4.splat(<f32>1 / count);
  const one = f32x4.splat(1);
  for (let c: usize = 0; c < row; c += VECTOR) {
    const mean = f32x4.mul(v128.load(total + c), inverse);
    const squares = f32x4.mul(v128.load(total + row + c), inverse);
    const variance = f32x4.max(f32x4.sub(squares, f32x4.mul(mean, mean)), f32x4.splat(0));
    const deviation = f32x4.sqrt(f32x4.add(variance, f32x4.splat(epsilon)));
    const factor = f32x4.div(f32x4.add(one, v128.load(style + c)), deviation);
    const centre = f32x4.add(mean, v128.load(pilot + c));
    v128.store(out + c, factor);
    v128.store(out + row + c, f32x4.sub(v128.load(style + row + c), f32x4.mul(centre, factor)));
  }
}

/** Snake, x + sin(alpha x)^2 / alpha, of x * factor + offset; f32 [4][channels] at `parameters`: factor, offset, alpha / pi, 1 / (2 alpha). */
export function snake(
  x: usize,
  channels: i32,
  rows: i32,
  parameters: usize,
  out: usize,
  from: i32,
  to: i32,
  _scratch: usize,
): void {
  const row = (<usize>channels) << 2;
  const end = row * <usize>min(rows, to * BLOCK);
  // Row by row: a channel's values, a power of two apart, would fall into the same few lines of a cache.
  for (let start = row * <usize>(from * BLOCK); start < end; start += row) {
    for (let c: usize = 0; c < row; c += VECTOR) {
      const at = parameters + c;
      const height = v128.load(at + 3 * row);
      const value = madd(v128.load(x + start + c), v128.load(at), v128.load(at + row));
      const wave = cosTurns(f32x4.mul(value, v128.load(at + 2 * row)));
      v128.store(out + start + c, f32x4.sub(f32x4.add(value, height), f32x4.mul(height, wave)));
    }
  }
}

/**
 * Rows of 24: logarithms of 11 magnitudes, the sines of whose angles are 11 more. In place to real and imaginary
 * parts, of the same places; the last two are set to zero.
 */
export function toPolar(x: usize, rows: i32, from: i32, to: i32, scratch: usize): void {
  const turn = f32x4.splat(0.15915494309189535);
  const quarter = f32x4.splat(0.25);
  const end = x + 96 * <usize>min(rows, to * BLOCK);
  for (let at = x + 96 * <usize>(from * BLOCK); at < end; at += 96) {
    // Magnitudes and angles apart, each of 12 with one too many.
    for (let c: usize = 0; c < 48; c += VECTOR) {
      v128.store(scratch + c, exp4(v128.load(at + c)));
      const sine = cosTurns(f32x4.sub(f32x4.mul(v128.load(at + 44 + c), turn), quarter));
      v128.store(scratch + 48 + c, f32x4.mul(sine, turn));
    }
    for (let c: usize = 0; c < 48; c += VECTOR) {
      const size = v128.load(scratch + c);
      const angle = v128.load(scratch + 48 + c);
      v128.store(scratch + 96 + c, f32x4.mul(size, cosTurns(f32x4.sub(angle, quarter))));
      v128.store(scratch + c, f32x4.mul(size, cosTurns(angle)));
    }
    memory.copy(at, scratch, 44);
    memory.copy(at + 44, scratch + 96, 44);
    f64.store(at, 0, 88);
  }
}

/** Leaky ReLU of x * factor + offset, f32 [2][channels] at `parameters`; over units of 64 rows. */
export function normLeak(
  x: usize,
  channels: i32,
  rows: i32,
  parameters: usize,
  slope: f32,
  out: usize,
  from: i32,
  to: i32,
  _scratch: usize,
): void {
  const row = (<usize>channels) << 2;
  const start = row * <usize>(from * BLOCK);
  const end = row * <usize>min(rows, to * BLOCK);
  const below = f32x4.splat(slope);
  for (let c: usize = 0; c < row; c += VECTOR) {
    const factor = v128.load(parameters + c);
    const offset = v128.load(parameters + row + c);
    for (let at = start + c; at < end; at += row) {
      const value = madd(v128.load(x + at), factor, offset);
      v128.store(out + at, f32x4.max(value, f32x4.mul(value, below)));
    }
  }
}

/**
 * Two rows of each, every channel by itself: a transposed convolution with three taps, f32 [4][channels] at `taps`,
 * the last of them the bias. `x` has a row of zeros behind the last; over units of 64 rows.
 */
export function doubleRows(
  x: usize,
  channels: i32,
  rows: i32,
  taps: usize,
  out: usize,
  from: i32,
  to: i32,
  _scratch: usize,
): void {
  const row = (<usize>channels) << 2;
  const start = row * <usize>(from * BLOCK);
  const end = row * <usize>min(rows, to * BLOCK);
  for (let c: usize = 0; c < row; c += VECTOR) {
    const before = v128.load(taps + c);
    const middle = v128.load(taps + row + c);
    const after = v128.load(taps + 2 * row + c);
    const bias = v128.load(taps + 3 * row + c);
    for (let at = start + c; at < end; at += row) {
      const value = v128.load(x + at);
      const target = out + 2 * at - c;
      v128.store(target, madd(value, middle, bias));
      v128.store(target + row, madd(v128.load(x + at + row), before, madd(value, after, bias)));
    }
  }
}
