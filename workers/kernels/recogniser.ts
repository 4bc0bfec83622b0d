// What a recogniser does beside products, norms and attention, in AssemblyScript. A unit is a row of f32; addresses and
// strides are bytes. The last three arguments are the units to do, from and to, and scratch memory of the thread's own.
import { VECTOR } from './rows';
import { exp4, madd, sumOf } from './simd';

/**
 * Turns neighbouring pairs of channels by the angles of their row: the first `pairs` of each head, `pairs` a multiple of
 * 2. `angles` holds a cosine and a sine per row and pair.
 */
export function rotate(
  x: usize,
  stride: usize,
  heads: i32,
  headSize: i32,
  pairs: i32,
  angles: usize,
  from: i32,
  to: i32,
  _scratch: usize,
): void {
  const turned = (<usize>pairs) << 3;
  const sign = f32x4(-1, 1, -1, 1);
  for (let row = from; row < to; row++) {
    let head = x + stride * <usize>row;
    const turns = angles + turned * <usize>row;
    for (let count = 0; count < heads; count++) {
      for (let at: usize = 0; at < turned; at += VECTOR) {
        const v = v128.load(head + at);
        const a = v128.load(turns + at);
        const cosine = v128.shuffle<f32>(a, a, 0, 0, 2, 2);
        const sine = f32x4.mul(v128.shuffle<f32>(a, a, 1, 1, 3, 3), sign);
        const swapped = v128.shuffle<f32>(v, v, 1, 0, 3, 2);
        v128.store(head + at, madd(swapped, sine, f32x4.mul(v, cosine)));
      }
      head += (<usize>headSize) << 2;
    }
  }
}

/**
 * The hyperbolic tangent of each value, times the factor of its channel, in place; for each row the sum of the tangents and
 * of their squares, f32 [rows][2] at `sums`.
 */
export function squash(
  x: usize,
  channels: i32,
  factors: usize,
  sums: usize,
  from: i32,
  to: i32,
  _scratch: usize,
): void {
  const size = (<usize>channels) << 2;
  const one = f32x4.splat(1);
  const two = f32x4.splat(2);
  for (let row = from; row < to; row++) {
    const start = x + size * <usize>row;
    let sum = f32x4.splat(0);
    let squares = f32x4.splat(0);
    for (let c: usize = 0; c < size; c += VECTOR) {
      const grown = exp4(f32x4.mul(v128.load(start + c), two));
      const value = f32x4.sub(one, f32x4.div(two, f32x4.add(one, grown)));
      sum = f32x4.add(sum, value);
      squares = madd(value, value, squares);
      v128.store(start + c, f32x4.mul(value, v128.load(factors + c)));
    }
    const place = sums + ((<usize>row) << 3);
    f32.store(place, sumOf(sum));
    f32.store(place, sumOf(squares), 4);
  }
}

/** out = x * factor + the offset of the channel. */
export function shift(
  x: usize,
  channels: i32,
  factor: f32,
  offsets: usize,
  out: usize,
  from: i32,
  to: i32,
  _scratch: usize,
): void {
  const size = (<usize>channels) << 2;
  const scale = f32x4.splat(factor);
  for (let row = from; row < to; row++) {
    const at = size * <usize>row;
    for (let c: usize = 0; c < size; c += VECTOR) {
      v128.store(out + at + c, madd(v128.load(x + at + c), scale, v128.load(offsets + c)));
    }
  }
}

/** Rows of 2 `width` values to rows of `width`: the first half times the SiLU of the second; not in place. */
export function gate(x: usize, width: i32, out: usize, from: i32, to: i32, _scratch: usize): void {
  const size = (<usize>width) << 2;
  const one = f32x4.splat(1);
  for (let row = from; row < to; row++) {
    const first = x + 2 * size * <usize>row;
    const target = out + size * <usize>row;
    for (let c: usize = 0; c < size; c += VECTOR) {
      const g = v128.load(first + size + c);
      const silu = f32x4.div(g, f32x4.add(one, exp4(f32x4.neg(g))));
      v128.store(target + c, f32x4.mul(silu, v128.load(first + c)));
    }
  }
}

/**
 * Which of a row's `count` values, a multiple of 4, is the largest, and the sum of the exponentials of the differences to it:
 * i32 and f32 for each row at `out`. The first of several.
 */
export function choose(
  x: usize,
  count: i32,
  out: usize,
  from: i32,
  to: i32,
  _scratch: usize,
): void {
  const size = (<usize>count) << 2;
  for (let row = from; row < to; row++) {
    const start = x + size * <usize>row;
    let best = v128.load(start);
    let index = i32x4(0, 1, 2, 3);
    let place = index;
    for (let c: usize = VECTOR; c < size; c += VECTOR) {
      const value = v128.load(start + c);
      index = i32x4.add(index, i32x4.splat(4));
      const isMore = f32x4.gt(value, best);
      best = v128.bitselect(value, best, isMore);
      place = v128.bitselect(index, place, isMore);
    }
    let largest = f32x4.extract_lane(best, 0);
    let first = i32x4.extract_lane(place, 0);
    for (let lane = 1; lane < 4; lane++) {
      best = v128.shuffle<f32>(best, best, 1, 2, 3, 0);
      place = v128.shuffle<i32>(place, place, 1, 2, 3, 0);
      const value = f32x4.extract_lane(best, 0);
      const at = i32x4.extract_lane(place, 0);
      if (value < largest || (value === largest && at > first)) continue;
      largest = value;
      first = at;
    }
    let sum = f32x4.splat(0);
    const peak = f32x4.splat(largest);
    for (let c: usize = 0; c < size; c += VECTOR) {
      sum = f32x4.add(sum, exp4(f32x4.sub(v128.load(start + c), peak)));
    }
    i32.store(out + ((<usize>row) << 3), first);
    f32.store(out + ((<usize>row) << 3), sumOf(sum), 4);
  }
}
