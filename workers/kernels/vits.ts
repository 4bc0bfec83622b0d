// What a VITS voice does between its products, in AssemblyScript. A signal is rows of f32 channels, one row per step of
// time. Addresses and strides are bytes. The last three arguments of what is shared between threads are the units to
// do, from and to, and scratch memory of the thread's own.
import { BLOCK, VECTOR } from './rows';
import { exp4, madd, sumOf } from './simd';

/** tanh of the first half of a row's channels times the sigmoid of the second, over units of 64 rows; `channels` are of a half. */
export function gateTanh(
  x: usize,
  channels: i32,
  rows: i32,
  out: usize,
  outStride: usize,
  from: i32,
  to: i32,
  _scratch: usize,
): void {
  const half = (<usize>channels) << 2;
  const one = f32x4.splat(1);
  const two = f32x4.splat(2);
  const end = min(rows, to * BLOCK);
  for (let row = from * BLOCK; row < end; row++) {
    const at = x + (half << 1) * <usize>row;
    const target = out + outStride * <usize>row;
    for (let c: usize = 0; c < half; c += VECTOR) {
      const grown = exp4(f32x4.mul(v128.load(at + c), two));
      const shrunk = exp4(f32x4.neg(v128.load(at + half + c)));
      const value = f32x4.sub(one, f32x4.div(two, f32x4.add(grown, one)));
      v128.store(target + c, f32x4.div(value, f32x4.add(shrunk, one)));
    }
  }
}

/** Adds the rows of `a` to those of `x`, over units of 64 rows. */
export function addRows(
  x: usize,
  stride: usize,
  a: usize,
  aStride: usize,
  channels: i32,
  rows: i32,
  from: i32,
  to: i32,
  _scratch: usize,
): void {
  const size = (<usize>channels) << 2;
  const end = min(rows, to * BLOCK);
  for (let row = from * BLOCK; row < end; row++) {
    const target = x + stride * <usize>row;
    const source = a + aStride * <usize>row;
    for (let c: usize = 0; c < size; c += VECTOR) {
      v128.store(target + c, f32x4.add(v128.load(target + c), v128.load(source + c)));
    }
  }
}

/**
 * A convolution of each channel by itself, over units of 64 rows; `x` is the row that the first tap of row 0 reads.
 * Weights: f32 [taps][channels], bias f32 [channels].
 */
export function filterRows(
  x: usize,
  channels: i32,
  rows: i32,
  taps: i32,
  dilation: i32,
  weights: usize,
  bias: usize,
  out: usize,
  from: i32,
  to: i32,
  _scratch: usize,
): void {
  const size = (<usize>channels) << 2;
  const step = size * <usize>dilation;
  const end = min(rows, to * BLOCK);
  for (let row = from * BLOCK; row < end; row++) {
    const offset = size * <usize>row;
    for (let c: usize = 0; c < size; c += VECTOR) {
      let sum = v128.load(bias + c);
      for (let tap: usize = 0; tap < <usize>taps; tap++) {
        sum = madd(
          v128.load(x + offset + step * tap + c),
          v128.load(weights + size * tap + c),
          sum,
        );
      }
      v128.store(out + offset + c, sum);
    }
  }
}

function dot(a: usize, b: usize, size: usize): f32 {
  let sum = f32x4.splat(0);
  for (let c: usize = 0; c < size; c += VECTOR) sum = madd(v128.load(a + c), v128.load(b + c), sum);
  return sumOf(sum);
}

/** Softmax of `count` values in place, but for their sum, which comes back; the three behind them are overwritten. */
function softmax(x: usize, count: i32): f32 {
  const end = x + ((<usize>count) << 2);
  let largest = f32.load(x);
  for (let at = x; at < end; at += 4) largest = max(largest, f32.load(at));
  for (let at = end; at < end + VECTOR; at += 4) f32.store(at, -Infinity);
  const shift = f32x4.splat(largest);
  for (let at = x; at < end; at += VECTOR) v128.store(at, exp4(f32x4.sub(v128.load(at), shift)));
  let sum: f32 = 0;
  for (let at = x; at < end; at += 4) sum += f32.load(at);
  return sum;
}

/** out (+)= weight * x */
function addTimes(out: usize, x: usize, weight: f32, size: usize): void {
  const factor = f32x4.splat(weight);
  for (let c: usize = 0; c < size; c += VECTOR) {
    v128.store(out + c, madd(v128.load(x + c), factor, v128.load(out + c)));
  }
}

/**
 * Attention of all rows to all rows, by heads of `size` channels, a multiple of 4; a unit is a row. A row holds the
 * queries of all heads, then their keys, then their values. Rows at most `reach` apart have f32 [2 reach + 1][size]
 * added to their keys (`nearKeys`) and values, by their distance. Scratch: a float per row and four more.
 */
export function attendNear(
  x: usize,
  heads: i32,
  size: i32,
  rows: i32,
  reach: i32,
  nearKeys: usize,
  nearValues: usize,
  out: usize,
  from: i32,
  to: i32,
  scratch: usize,
): void {
  const head = (<usize>size) << 2;
  const width = head * <usize>heads;
  const stride = 3 * width;
  for (let row = from; row < to; row++) {
    const first = max(0, row - reach);
    const last = min(rows - 1, row + reach);
    for (let h: usize = 0; h < width; h += head) {
      const query = x + stride * <usize>row + h;
      let key = x + width + h;
      for (let other = 0; other < rows; other++) {
        f32.store(scratch + ((<usize>other) << 2), dot(query, key, head));
        key += stride;
      }
      for (let other = first; other <= last; other++) {
        const at = scratch + ((<usize>other) << 2);
        const near = nearKeys + head * <usize>(other - row + reach);
        f32.store(at, f32.load(at) + dot(query, near, head));
      }
      const inverse = <f32>1 / softmax(scratch, rows);
      const target = out + width * <usize>row + h;
      memory.fill(target, 0, head);
      let value = x + 2 * width + h;
      for (let other = 0; other < rows; other++) {
        addTimes(target, value, f32.load(scratch + ((<usize>other) << 2)) * inverse, head);
        value += stride;
      }
      for (let other = first; other <= last; other++) {
        const near = nearValues + head * <usize>(other - row + reach);
        addTimes(target, near, f32.load(scratch + ((<usize>other) << 2)) * inverse, head);
      }
    }
  }
}
