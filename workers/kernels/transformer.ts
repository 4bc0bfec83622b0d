// Norms and activations of transformers, in AssemblyScript. A signal is rows of f32 channels without gaps, channels a
// multiple of 4; a unit is a row. Addresses are bytes. The last three arguments are the units to do, from and to, and
// scratch memory of the thread's own.
import { VECTOR } from './rows';
import { exp4, madd, sumOf } from './simd';

/**
 * Layer norm: each row gets mean 0 and deviation 1, times `weight`, plus `bias` unless its address is 0. `out` may be
 * `x`.
 */
export function normRows(
  x: usize,
  channels: i32,
  weight: usize,
  bias: usize,
  epsilon: f32,
  out: usize,
  from: i32,
  to: i32,
  _scratch: usize,
): void {
  const size = (<usize>channels) << 2;
  const inverse: f32 = <f32>1 / <f32>channels;
  for (let row = from; row < to; row++) {
    const source = x + size * <usize>row;
    const target = out + size * <usize>row;
    let sum = f32x4.splat(0);
    for (let c: usize = 0; c < size; c += VECTOR) sum = f32x4.add(sum, v128.load(source + c));
    const mean = f32x4.splat(sumOf(sum) * inverse);
    let squares = f32x4.splat(0);
    for (let c: usize = 0; c < size; c += VECTOR) {
      const value = f32x4.sub(v128.load(source + c), mean);
      squares = madd(value, value, squares);
    }
    const factor = f32x4.splat(<f32>1 / sqrt<f32>(sumOf(squares) * inverse + epsilon));
    for (let c: usize = 0; c < size; c += VECTOR) {
      const value = f32x4.mul(f32x4.sub(v128.load(source + c), mean), factor);
      const offset = bias === 0 ? f32x4.splat(0) : v128.load(bias + c);
      v128.store(target + c, madd(value, v128.load(weight + c), offset));
    }
  }
}

/** GELU, x times the share of a normal distribution below x, to some 2e-7 of x; `out` may be `x`. */
export function gelu(
  x: usize,
  channels: i32,
  out: usize,
  from: i32,
  to: i32,
  _scratch: usize,
): void {
  const end = sizeOf(channels, to);
  // Abramowitz and Stegun 7.1.26, for x over the root of 2.
  for (let at = sizeOf(channels, from); at < end; at += VECTOR) {
    const value = v128.load(x + at);
    const size = f32x4.abs(value);
    const t = f32x4.div(
      f32x4.splat(1),
      madd(size, f32x4.splat(0.23164189366859733), f32x4.splat(1)),
    );
    let p = f32x4.splat(1.061405429);
    p = madd(p, t, f32x4.splat(-1.453152027));
    p = madd(p, t, f32x4.splat(1.421413741));
    p = madd(p, t, f32x4.splat(-0.284496736));
    p = madd(p, t, f32x4.splat(0.254829592));
    const tail = exp4(f32x4.mul(f32x4.mul(value, value), f32x4.splat(-0.5)));
    const rest = f32x4.mul(f32x4.mul(f32x4.mul(p, t), tail), f32x4.mul(size, f32x4.splat(0.5)));
    v128.store(out + at, f32x4.sub(f32x4.max(value, f32x4.splat(0)), rest));
  }
}

/** GELU as it is approximated by a tanh, some 1e-3 from {@link gelu}; `out` may be `x`. */
export function geluByTanh(
  x: usize,
  channels: i32,
  out: usize,
  from: i32,
  to: i32,
  _scratch: usize,
): void {
  const end = sizeOf(channels, to);
  const one = f32x4.splat(1);
  for (let at = sizeOf(channels, from); at < end; at += VECTOR) {
    const value = v128.load(x + at);
    const square = f32x4.mul(value, value);
    // Twice the root of 2 / pi.
    const slope = madd(square, f32x4.splat(-0.07135481282), f32x4.splat(-1.5957691216057308));
    const odds = exp4(f32x4.mul(value, slope));
    v128.store(out + at, f32x4.div(value, f32x4.add(one, odds)));
  }
}

/** `out` may be `x`. */
export function tanh(
  x: usize,
  channels: i32,
  out: usize,
  from: i32,
  to: i32,
  _scratch: usize,
): void {
  const end = sizeOf(channels, to);
  const one = f32x4.splat(1);
  const two = f32x4.splat(2);
  for (let at = sizeOf(channels, from); at < end; at += VECTOR) {
    const grown = exp4(f32x4.mul(v128.load(x + at), two));
    v128.store(out + at, f32x4.sub(one, f32x4.div(two, f32x4.add(one, grown))));
  }
}

/** Bytes of so many rows. */
function sizeOf(channels: i32, rows: i32): usize {
  return (<usize>(channels * rows)) << 2;
}
